// Searches for the highest rate that holds the SLO, each on one subject: trial after trial on disk, until
// the bounds are close enough or something says why they cannot be.

import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { appTitle, findings } from '../../results/findings';
import type { RunFolder } from '../../results/run-folder';
import { type DesignedTrial, designedTrials } from '../../results/trial/result';
import type { Subject } from '../../runtime/subject';
import type { PlannedTrial } from '../begin-run';
import { calibrationTrial } from '../calibrate';
import type { Conductor } from '../conductor';
import { LiveSubject } from '../live-subject';
import { paces, steadyPlan } from '../plans';
import { nextMove, type SearchEnding, type SearchMove } from './search-move';
import { changesOf, describeChange } from './search-result';
import type { SearchSettings } from './search-settings';
import { type SearchState, searchState } from './search-state';

type SearchRequest = {
  subject: Subject;
  /** Index in the run's subjects. */
  subjectIndex: number;
  workload: string;
  settings: SearchSettings;
  /** Which of the run's searches this is; its trials carry it. */
  search: number;
  /** Further places of its trials in the run's design. */
  place?: Pick<PlannedTrial, 'level' | 'arm' | 'block'>;
};

/** One search, as `searchCapacities` makes it. */
export async function searchCapacity(
  conductor: Conductor,
  request: SearchRequest,
): Promise<SearchEnding> {
  const [ending] = await searchCapacities(conductor, [request]);
  return ending as SearchEnding;
}

/**
 * Searches on subjects that it starts itself, each on a reset database, and leaves running. Their trials
 * take turns, so that what slows the machine for minutes slows all searches alike. What the same search
 * left on disk counts: one that was cut off goes on where it stopped.
 *
 * @param requests of apps that differ: they are up at once
 * @returns how each ended, in their order
 */
export async function searchCapacities(
  conductor: Conductor,
  requests: readonly SearchRequest[],
): Promise<SearchEnding[]> {
  const searches = requests.map((request) => new Search(conductor, request));
  const endings: (SearchEnding | null)[] = searches.map(() => null);
  try {
    while (endings.includes(null)) {
      for (const [index, search] of searches.entries()) {
        endings[index] ??= await search.goOn();
      }
    }
  } finally {
    for (const search of searches) search.end();
  }
  return endings as SearchEnding[];
}

/** A search that is under way. */
class Search {
  private readonly trials: DesignedTrial[];
  private readonly live: LiveSubject;
  /** Where the last trial left the sessions of its customers. */
  private sessionsPath: string | undefined;

  constructor(
    private readonly conductor: Conductor,
    private readonly request: SearchRequest,
  ) {
    this.trials = trialsOf(conductor.folder, request.search);
    this.live = new LiveSubject(conductor.runtime, request.subject);
  }

  /** Makes its next trial; returns how the search ended where there is none. */
  async goOn(): Promise<SearchEnding | null> {
    const { conductor, trials } = this;
    const { subject, settings } = this.request;
    const state = searchState(settings, trials);
    const move = nextMove(settings, state);
    if (trials.length > 0) reportProgress(conductor, subject, state, settings);
    if (move.kind === 'done') {
      conductor.say(`${appTitle(subject.app)}: the search ended: ${move.reason}.`);
      return move;
    }
    await this.measure(move);
    trials.push(...trialsOf(conductor.folder, this.request.search, trials.at(-1)?.number));
    return null;
  }

  private async measure(move: Exclude<SearchMove, SearchEnding>): Promise<void> {
    const { conductor, trials, live } = this;
    const { subject, subjectIndex, search, workload, settings, place } = this.request;
    if (wasReplacedIn(trials.at(-1))) live.giveUp();
    const isWarm = live.isUp;
    const target = await live.up();
    const planned = { ...place, subject: subjectIndex, search, app: subject.app, workload };
    if (move.kind === 'calibration') {
      await conductor.trial(target, calibrationTrial(planned, paces.quick));
      return;
    }
    const hasCounted = trials.some(({ purpose }) => purpose === 'measure');
    const { first, later } = settings.warmupSeconds;
    const seconds = { warmup: isWarm && hasCounted ? later : first, step: move.durationSeconds };
    await conductor.trial(target, {
      ...planned,
      scenario: 'scaling',
      purpose: 'measure',
      load: (basis) => ({
        ...steadyPlan(basis, { rateRps: move.load }, seconds),
        sessionsPath: this.sessionsFor(basis.trial, isWarm),
      }),
    });
  }

  /**
   * Customers stay logged in from trial to trial, as people do for a day: two hundred logins take longer than
   * a short trial. A subject that has started again knows none of them.
   *
   * @returns where k6 finds them, in the trial's own folder: in a container it sees no other
   */
  private sessionsFor(trial: number, isWarm: boolean): string {
    const path = join(this.conductor.folder.trialPath(trial), 'sessions.json');
    const before = this.sessionsPath;
    if (!isWarm) this.logOut();
    else if (before !== undefined && existsSync(before)) renameSync(before, path);
    this.sessionsPath = path;
    return path;
  }

  end(): void {
    this.live.release();
    this.logOut();
  }

  private logOut(): void {
    if (this.sessionsPath !== undefined) rmSync(this.sessionsPath, { force: true });
  }
}

function reportProgress(
  conductor: Conductor,
  subject: Subject,
  state: SearchState,
  settings: SearchSettings,
): void {
  conductor.say(describeProgress(subject, state, settings));
  const change = changesOf(state).at(-1);
  if (change?.repeats.at(-1)?.trial === state.trials.length) {
    conductor.say(describeChange(change));
  }
}

/** The trials of one search on disk, as the report will read them. */
function trialsOf(folder: RunFolder, search: number, after = 0): DesignedTrial[] {
  const { run } = folder;
  const records = run.trials
    .filter((trial) => trial.search === search && trial.state === 'done' && trial.number > after)
    .flatMap(({ number, purpose }) => {
      const files = folder.trial(number);
      return files ? { ...files, purpose } : [];
    });
  return designedTrials(run, findings(records).trials);
}

/** What its own counters alone tell, too: what is left of such a subject is no longer the subject. */
const wasReplacedIn = (trial: DesignedTrial | undefined): boolean =>
  trial?.steps.some(({ validity }) =>
    validity.checks.some(
      ({ name, outcome }) => name === 'subject incidents' && outcome === 'broken',
    ),
  ) ?? false;

function describeProgress({ app }: Subject, state: SearchState, { budgetSeconds }: SearchSettings) {
  const last = state.trials.at(-1);
  const say = (bound: 'lower' | 'upper', is: string, seems: string): string => {
    const [known, leaning] = [last?.bounds[bound] ?? null, last?.leaning[bound] ?? null];
    if (known !== null) return `${known}/s ${is}`;
    return leaning === null ? `nothing ${seems} yet` : `${leaning}/s ${seems}`;
  };
  const bounds = `${say('lower', 'holds', 'seems to hold')}, ${say('upper', 'fails', 'seems to fail')}`;
  const trials = plural(state.trials.length, 'trial');
  return `${appTitle(app)} capacity: ${bounds} (${trials}, ${Math.round(state.spentSeconds)} of ${budgetSeconds} s)`;
}

const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;
