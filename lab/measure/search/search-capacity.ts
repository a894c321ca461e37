// One search for the highest rate that holds the SLO, on one subject: trial after trial on disk,
// until the bounds are close enough or something says why they cannot be.

import { appTitle, findings } from '../../results/findings';
import type { RunFolder } from '../../results/run-folder';
import { type DesignedTrial, designedTrials } from '../../results/trial/result';
import type { Endpoint } from '../../runtime/runtime';
import type { Subject } from '../../runtime/subject';
import type { PlannedTrial } from '../begin-run';
import { calibrationTrial } from '../calibrate';
import type { Conductor } from '../conductor';
import { paces, steadyPlan } from '../plans';
import { nextMove, type SearchEnding } from './search-move';
import { changesOf, describeChange } from './search-result';
import type { SearchSettings } from './search-settings';
import { type SearchState, searchState } from './search-state';

/**
 * Searches on a subject that it starts itself, on a reset database, and leaves running. What the
 * same search left on disk counts: one that was cut off goes on where it stopped.
 */
export async function searchCapacity(options: {
  conductor: Conductor;
  subject: Subject;
  /** Index in the run's subjects. */
  subjectIndex: number;
  workload: string;
  settings: SearchSettings;
  /** Which of the run's searches this is; its trials carry it. */
  search: number;
  /** Further places of its trials in the run's design. */
  place?: Pick<PlannedTrial, 'level' | 'arm' | 'block'>;
}): Promise<SearchEnding> {
  const { conductor, subject, settings, workload } = options;
  const { runtime } = conductor;
  const place = { ...options.place, subject: options.subjectIndex, search: options.search };
  const trials = trialsOf(conductor.folder, options.search);
  let endpoint: Endpoint | undefined;
  for (;;) {
    const state = searchState(settings, trials);
    const move = nextMove(settings, state);
    if (trials.length > 0) reportProgress(conductor, subject, state, settings);
    if (move.kind === 'done') {
      conductor.say(`${appTitle(subject.app)}: the search ended: ${move.reason}.`);
      return move;
    }
    const isWarm = endpoint !== undefined && !crashedIn(trials.at(-1));
    if (!isWarm) endpoint = await runtime.start(subject);
    const target = endpoint as Endpoint;
    const planned = { ...place, app: subject.app, workload };
    if (move.kind === 'probe') {
      await conductor.trial(target, calibrationTrial(planned, paces.quick));
    } else {
      const hasCounted = trials.some(({ purpose }) => purpose === 'measure');
      const { first, later } = settings.warmupSeconds;
      const seconds = { warmup: isWarm && hasCounted ? later : first, step: move.durationSeconds };
      await conductor.trial(target, {
        ...planned,
        scenario: 'scaling',
        purpose: 'measure',
        load: (basis) => steadyPlan(basis, { rateRps: move.load }, seconds),
      });
    }
    trials.push(...trialsOf(conductor.folder, options.search, trials.at(-1)?.number));
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

/** A subject that died or was restarted starts again: what is left of it is no longer the subject. */
const crashedIn = (trial: DesignedTrial | undefined): boolean =>
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
