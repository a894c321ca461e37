// Two arms one after the other: each run on a fresh process and a reset database, void ones repeated.

import { andThen, LabError } from '../../errors';
import type { LoadKind } from '../../results/trial/measures';
import type { Arm } from '../../results/trial/result';
import type { StepResult } from '../../results/trial/steps';
import type { Subject } from '../../runtime/subject';
import { RUNS_FOR_A_VERDICT } from '../../statistics/comparison';
import type { Conductor, Trial } from '../conductor';
import { LiveSubject } from '../live-subject';
import { steadyPlan } from '../plans';
import { searchCapacities } from '../search/search-capacity';
import type { SearchEnding } from '../search/search-move';
import type { SearchSettings } from '../search/search-settings';
import { type Turn, turnOrder } from './block-order';
import type { InterleavedDesign, WorkloadLoads } from './interleaved';

/** A turn is repeated this often before its run is given up. */
export const mostRepeats = 2;

/** As many turns lost in a row will not be the last: the machine is not fit to be measured on now. */
const mostLostInARow = 3;

/**
 * One arm after the other: each run a fresh process. Ten runs are the fewest that a verdict is not
 * called indicative for; three seconds under the load of the step itself warm a fresh process up; five
 * at a few hundred requests per second leave a p99 that hundreds of requests decide. More runs say more
 * than longer ones: what differs, differs from process to process.
 */
export const sequentialPaces = {
  full: { runs: RUNS_FOR_A_VERDICT, warmupSeconds: 3, seconds: 5 },
  quick: { runs: 4, warmupSeconds: 1, seconds: 2 },
} as const;

/**
 * In turns: a run is a block of fresh processes, whose start and warm-up take some fifteen seconds, so
 * that it is loaded longer than one of a single subject.
 */
export const turnPaces = {
  full: { runs: RUNS_FOR_A_VERDICT, warmupSeconds: 2, seconds: 20 },
  quick: { runs: 4, warmupSeconds: 1, seconds: 6 },
} as const;

/** What a comparison runs its trials at, before the rates are known. */
export type ComparisonRequest = Omit<InterleavedDesign, 'loads' | 'turns'> & {
  workloads: string[];
  /** One arm after the other also where both could be up at once. */
  isSequential?: true;
  /** Of every workload; without one, a third of what the slower subject can do. */
  rateRps?: number;
  users: number;
  /** How each search for a capacity goes about it. */
  searchOf(workload: string): SearchSettings;
};

/** An arm's subject, and its index in the run's subjects. */
export type ArmSubject = { subject: Subject; index: number };

/** All runs, a block at a time, so that what is cut off leaves whole blocks of every workload. */
export async function oneAfterTheOther(
  conductor: Conductor,
  arms: Record<Arm, ArmSubject>,
  design: InterleavedDesign,
  kinds: readonly LoadKind[],
): Promise<void> {
  const blocks = Map.groupBy(turnOrder(design.runs), ({ block }) => block);
  let search = 0;
  const losses = new Losses();
  for (const turns of blocks.values()) {
    for (const loads of design.loads) {
      for (const kind of kinds) {
        if (kind === 'search') {
          for (const pair of inPairs(turns)) {
            const taken = pair.map((turn) => ({ turn, search: search++ }));
            for (const why of await searchPair(conductor, arms, taken, loads)) losses.count(why);
          }
          continue;
        }
        for (const turn of turns) {
          const taken = { conductor, armSubject: arms[turn.arm], turn, loads };
          losses.count(await untilValid(() => steadyTurn(taken, kind, design)));
        }
      }
    }
  }
}

type TurnContext = {
  conductor: Conductor;
  armSubject: ArmSubject;
  turn: Turn;
  loads: WorkloadLoads;
};

/** One trial at one load. */
function steadyTurn(
  { conductor, armSubject, turn, loads }: TurnContext,
  kind: 'rate' | 'users',
  { warmupSeconds, seconds }: InterleavedDesign,
): Promise<StepResult[]> {
  const { workload } = loads;
  // Both arms of a block draw the same requests.
  const seed = conductor.seed + turn.block;
  const load = loadOf(loads, kind);
  const trial: Trial = {
    app: armSubject.subject.app,
    subject: armSubject.index,
    workload,
    scenario: kind === 'users' ? 'concurrency' : 'scaling',
    purpose: 'measure',
    ...turn,
    seed,
    load: (basis) => steadyPlan(basis, load, { warmup: warmupSeconds, step: seconds }),
  };
  return onFreshProcess(conductor, armSubject, async (live) =>
    conductor.trial(await live.up(), trial),
  );
}

/** Each with one turn of either arm. */
const inPairs = (turns: readonly Turn[]): Turn[][] =>
  Array.from({ length: Math.ceil(turns.length / 2) }, (_, pair) =>
    turns.slice(2 * pair, 2 * pair + 2),
  );

/**
 * Whole searches, which start their subjects themselves and repeat their own void trials: in alternating
 * trials where both subjects are up at once, one after the other where one app can only be up once.
 *
 * @returns for each why it is lost, or null where it counts
 */
async function searchPair(
  conductor: Conductor,
  arms: Record<Arm, ArmSubject>,
  taken: readonly { turn: Turn; search: number }[],
  { workload, search: settings }: WorkloadLoads,
): Promise<(string | null)[]> {
  if (settings === null) throw new Error('no search was planned');
  const requests = taken.map(({ turn, search }) => {
    const { subject, index } = arms[turn.arm];
    return { ...{ subject, subjectIndex: index, workload, settings, search }, place: turn };
  });
  const apps = new Set(requests.map(({ subject }) => subject.app));
  const together = apps.size === requests.length ? [requests] : requests.map((one) => [one]);
  const endings: SearchEnding[] = [];
  for (const own of together) {
    const stop = own.map(
      ({ subject }) =>
        () =>
          conductor.runtime.stopSubject(subject.app),
    );
    endings.push(...(await andThen(() => searchCapacities(conductor, own), stop)));
  }
  return endings.map(({ ending, reason }) => (ending === 'void' ? reason : null));
}

/**
 * A void trial says nothing, so its turn is taken again at once; it stays on disk as it is.
 *
 * @param canRepeat false once a subject has ended: no process is left to answer
 * @returns null once a trial is valid; otherwise why the last was void
 */
export async function untilValid(
  turn: () => Promise<StepResult[]>,
  canRepeat: () => boolean = () => true,
): Promise<string | null> {
  let why = '';
  for (let attempt = 0; attempt <= mostRepeats; attempt += 1) {
    const steps = await turn();
    const voids = steps.filter(({ warmup, validity }) => !warmup && validity.state === 'void');
    if (voids.length === 0) return null;
    why = voids.flatMap(({ validity }) => validity.reasons).join('; ');
    if (!canRepeat()) break;
  }
  return why;
}

/** Ends a run whose turns are lost one after the other. */
export class Losses {
  private inARow = 0;

  /** @param why a turn was lost, or null where it counts */
  count(why: string | null): void {
    this.inARow = why === null ? 0 : this.inARow + 1;
    if (this.inARow >= mostLostInARow) throw new TooBusy(this.inARow, why ?? '');
  }
}

class TooBusy extends LabError {
  constructor(lost: number, why: string) {
    super(
      4,
      `${lost} blocks or runs in a row had only void trials, so the rest were not made: ${why}. Measure again when that is over. \`npm run lab -- show\` shows what was measured.`,
    );
  }
}

/** The only subject that is up, from its start to its end. */
export async function onFreshProcess<T>(
  { runtime }: Conductor,
  { subject }: ArmSubject,
  body: (live: LiveSubject) => Promise<T>,
): Promise<T> {
  const live = new LiveSubject(runtime, subject);
  return andThen(async () => {
    await live.up();
    return andThen(() => body(live), [() => runtime.stopSubject(subject.app)]);
  }, [live.release]);
}

export function loadOf(
  { rateRps, users }: WorkloadLoads,
  kind: LoadKind,
): { rateRps: number } | { users: number } {
  if (kind === 'rate' && rateRps !== null) return { rateRps };
  if (kind === 'users' && users !== null) return { users };
  throw new Error(`no load by ${kind} was chosen`);
}
