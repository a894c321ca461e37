// How far from the true capacity four ways of searching end, and what trial time they take, on a
// simulated subject whose noise is known.

import { nextTrial } from '../lab/measure/search/capacity-search';
import {
  goalResult,
  holdsOf,
  type SearchGoal,
  type SearchTrial,
} from '../lab/measure/search/load-classification';
import { answerStretch, stretchesOf } from '../lab/measure/search/machine-change';
import {
  DEFAULT_GOAL,
  REQUESTS_A_TRIAL,
  searchPaces,
} from '../lab/measure/search/search-settings';
import { OVERHEAD_SECONDS } from '../lab/measure/search/search-state';
import { mean } from '../lab/statistics/descriptive';
import { type Random, seededRandom } from '../lab/statistics/random';
import { renderTable } from './table';

/** Loads are whole numbers: in thousandths of a request per second they lie as close as one likes. */
const UNIT = 1000;
const SATURATION = 1000 * UNIT;
const UNLOADED_P99_MS = 20;
const SLO_MS = 100;
const SLO_LOSS_RATIO = 0.01;
/** 20 ms / speed / (1 - L / (1000 speed)) = 100 ms: 800 per second at a speed of 1. */
const trueCapacity = (speed = 1): number =>
  SATURATION * (speed - UNLOADED_P99_MS / SLO_MS);
const NOISE_AT_TEN_SECONDS = 0.12;
const QUIET_FOR_TEN_SECONDS = 0.92;
const HICCUP_FACTOR = 3;
const START_LOADS = [200 * UNIT, 1400 * UNIT] as const;
const WIDTH = 0.02;
const TRIAL_SECONDS = 10;
const FULL_SEEDS = 1000;

const GOAL: SearchGoal = {
  ...DEFAULT_GOAL,
  name: 'p99 within 100 ms',
  finalTrialDurationSeconds: TRIAL_SECONDS,
  lossRatio: SLO_LOSS_RATIO,
  relativeWidth: WIDTH,
};

/** What a trial takes besides its own duration. */
const NO_OVERHEAD = { first: 0, later: 0, trial: 0 };

/** A subject that remembers what it was asked. */
class SimulatedSubject {
  readonly trials: SearchTrial[] = [];
  /** Of trials with all that belongs to them. */
  seconds = 0;

  /** @param speedAt of the machine, after so many seconds; 1 is the speed it began with */
  constructor(
    private readonly random: Random,
    private readonly speedAt: (seconds: number) => number = () => 1,
    private readonly overhead = NO_OVERHEAD,
  ) {}

  /** Before a trial: its warm-up, the generator's start and end. */
  get overheadSeconds(): number {
    const { first, later, trial } = this.overhead;
    return trial + (this.trials.length === 0 ? first : later);
  }

  /**
   * p99(L) = 20 ms / (1 - L / 1000) e^eps, L in requests per second, sd(eps) = 0.12 sqrt(10 s / duration), tripled with
   * probability 1 - 0.92^(duration / 10 s). The share of requests over 100 ms is that of an
   * exponential tail with this p99, so that it passes 1 % exactly when p99 passes 100 ms.
   */
  measure(load: number, durationSeconds: number): SearchTrial {
    const spread = NOISE_AT_TEN_SECONDS * Math.sqrt(10 / durationSeconds);
    const noise = Math.exp(spread * this.random.normal());
    const quiet = QUIET_FOR_TEN_SECONDS ** (durationSeconds / 10);
    const hiccup = this.random.uniform() < quiet ? 1 : HICCUP_FACTOR;
    const speed = this.speedAt(this.seconds);
    const used = load / (SATURATION * speed);
    const p99 =
      used < 1 ? (UNLOADED_P99_MS / speed / (1 - used)) * noise * hiccup : Number.POSITIVE_INFINITY;
    const trial = { load, durationSeconds, lossRatio: SLO_LOSS_RATIO ** (SLO_MS / p99) };
    this.seconds += this.overheadSeconds + durationSeconds;
    this.trials.push(trial);
    return trial;
  }

  holds(load: number): boolean {
    return this.measure(load, TRIAL_SECONDS).lossRatio <= SLO_LOSS_RATIO;
  }
}

/** Reports the highest load it accepts. */
export type Method = (subject: SimulatedSubject, startLoad: number) => number;

/** MLRsearch as the lab runs it. */
function searchOn(
  subject: SimulatedSubject,
  startLoad: number,
  goal: SearchGoal,
  budgetSeconds: number,
): void {
  for (;;) {
    const { seconds: spentSeconds, overheadSeconds } = subject;
    const step = nextTrial(
      {
        goal,
        minLoad: UNIT,
        maxLoad: 1e6 * UNIT,
        startLoad,
        requestsPerTrial: REQUESTS_A_TRIAL,
        budget: { seconds: budgetSeconds, spentSeconds, overheadSeconds },
      },
      subject.trials,
    );
    if (step.kind === 'done') return;
    subject.measure(step.load, step.durationSeconds);
  }
}

const ours: Method = (subject, startLoad) => {
  searchOn(subject, startLoad, GOAL, Number.POSITIVE_INFINITY);
  const { trials } = answerStretch(GOAL, subject.trials);
  return goalResult(GOAL, trials).relevantLowerBound ?? Number.NaN;
};

/** Halve until a trial holds, then step up by the width until one fails. */
const ramp: Method = (subject, startLoad) => {
  let held = startLoad;
  while (!subject.holds(held)) held /= 2;
  for (;;) {
    const next = held * (1 + WIDTH);
    if (!subject.holds(next)) return held;
    held = next;
  }
};

/** Double or halve to a bracket, then bisect it to the width. */
function bisectWith(holds: (subject: SimulatedSubject, load: number) => boolean): Method {
  return (subject, startLoad) => {
    let low = startLoad;
    let high = startLoad;
    if (holds(subject, startLoad)) {
      do high *= 2;
      while (holds(subject, high));
      low = high / 2;
    } else {
      do low /= 2;
      while (!holds(subject, low));
      high = low * 2;
    }
    while ((high - low) / high > WIDTH) {
      const middle = (low + high) / 2;
      if (holds(subject, middle)) low = middle;
      else high = middle;
    }
    return low;
  };
}

/** Three alike of at most five: it stops as soon as the majority is certain. */
function bestOfFive(subject: SimulatedSubject, load: number): boolean {
  let held = 0;
  let failed = 0;
  while (held < 3 && failed < 3) {
    if (subject.holds(load)) held += 1;
    else failed += 1;
  }
  return held === 3;
}

const METHODS: Readonly<Record<string, Method>> = {
  'MLRsearch (ours)': ours,
  'ramp to first breach': ramp,
  bisection: bisectWith((subject, load) => subject.holds(load)),
  'best-of-five bisection': bisectWith(bestOfFive),
};

export interface SearchRow {
  readonly method: string;
  readonly searches: number;
  /** Root mean square of (reported - true) / true. */
  readonly rmse: number;
  readonly bias: number;
  readonly meanSeconds: number;
  readonly longestSeconds: number;
  readonly meanTrials: number;
}

/** @param scale 1 for the published table, 0.1 for a seeded tenth */
export function searchTable(scale = 1): SearchRow[] {
  const searches = Math.round(FULL_SEEDS * scale);
  return Object.entries(METHODS).map(([method, search]) => {
    let squares = 0;
    let sum = 0;
    let seconds = 0;
    let trials = 0;
    let longestSeconds = 0;
    for (let seed = 1; seed <= searches; seed += 1) {
      const random = seededRandom(seed);
      const [low, high] = START_LOADS;
      const startLoad = low + (high - low) * random.uniform();
      const subject = new SimulatedSubject(random);
      const error = search(subject, startLoad) / trueCapacity() - 1;
      squares += error * error;
      sum += error;
      seconds += subject.seconds;
      trials += subject.trials.length;
      longestSeconds = Math.max(longestSeconds, subject.seconds);
    }
    return {
      method,
      searches,
      rmse: Math.sqrt(squares / searches),
      bias: sum / searches,
      meanSeconds: seconds / searches,
      longestSeconds,
      meanTrials: trials / searches,
    };
  });
}

/** How the machine's speed changes, by the second at which a jump falls. */
const MACHINES: Readonly<Record<string, (jumpAt: number) => (seconds: number) => number>> = {
  steady: () => () => 1,
  'jumps to 80 %': (jumpAt) => (seconds) => (seconds < jumpAt ? 1 : 0.8),
  'jumps to 125 %': (jumpAt) => (seconds) => (seconds < jumpAt ? 1 : 1.25),
  'drifts to 80 % in 200 s': () => (seconds) => 1 - 0.2 * Math.min(1, seconds / 200),
  'drifts to 90 % and jumps to 72 %': (jumpAt) => (seconds) =>
    (1 - 0.1 * Math.min(1, seconds / 100)) * (seconds < jumpAt ? 1 : 0.8),
};
/** A jump falls in this part of what a search on a steady machine mostly takes. */
const JUMPS_BETWEEN = { full: [60, 180], brief: [40, 100] } as const;
const CHANGE_SEEDS = 200;

export interface ChangeRow {
  readonly pace: keyof typeof JUMPS_BETWEEN;
  readonly machine: string;
  /** Those that were still going on when the speed changed. */
  readonly searches: number;
  /** Share of them that said that the machine became slower or faster, in the right direction. */
  readonly noticed: number;
  /** Share that ended with a lower bound by the goal's rule, and with an upper one too. */
  readonly lower: number;
  readonly both: number;
  /** Of the lower bound, against the capacity when the search ended: all that have one. */
  readonly rmse: number;
  readonly bias: number;
  readonly meanSeconds: number;
}

/** @param scale 1 for the published table, 0.5 for a seeded half */
export function changeTable(scale = 1): ChangeRow[] {
  return (['full', 'brief'] as const).flatMap((pace) =>
    Object.entries(MACHINES).map(([machine, speedOf]) => changeRow(pace, machine, speedOf, scale)),
  );
}

function changeRow(
  pace: ChangeRow['pace'],
  machine: string,
  speedOf: (jumpAt: number) => (seconds: number) => number,
  scale: number,
): ChangeRow {
  const { goal: durations, budgetSeconds, warmupSeconds } = searchPaces[pace];
  const goal = { ...GOAL, ...durations };
  const overhead = { ...warmupSeconds, trial: OVERHEAD_SECONDS };
  const errors: number[] = [];
  let [searches, noticed, both, seconds] = [0, 0, 0, 0];
  for (let seed = 1; seed <= Math.round(CHANGE_SEEDS * scale); seed += 1) {
    const random = seededRandom(seed);
    const [from, to] = JUMPS_BETWEEN[pace];
    const jumpAt = from + (to - from) * random.uniform();
    const startLoad = (500 + 600 * random.uniform()) * UNIT;
    const speedAt = speedOf(jumpAt);
    const subject = new SimulatedSubject(random, speedAt, overhead);
    searchOn(subject, startLoad, goal, budgetSeconds);
    if (subject.seconds <= jumpAt) continue;
    searches += 1;
    seconds += subject.seconds;
    const directions = stretchesOf(goal, subject.trials).flatMap(
      ({ change }) => change?.direction ?? [],
    );
    const speed = speedAt(subject.seconds);
    const isNoticed = directions.includes(speed > 1 ? 'faster' : 'slower');
    if (speed === 1 ? directions.length > 0 : isNoticed) noticed += 1;
    const result = goalResult(goal, answerStretch(goal, subject.trials).trials);
    const lower = holdsOf(result);
    if (result.relevantLowerBound !== null) both += 1;
    if (lower !== null) errors.push(lower / trueCapacity(speed) - 1);
  }
  return {
    pace,
    machine,
    searches,
    noticed: noticed / searches,
    lower: errors.length / searches,
    both: both / searches,
    rmse: Math.sqrt(mean(errors.map((error) => error * error))),
    bias: mean(errors),
    meanSeconds: seconds / searches,
  };
}

/** `npm run bench -- search [scale]`. */
export function run(args: readonly string[]): void {
  const scale = Number(args[0] ?? 1);
  const percent = (ratio: number): string => `${(100 * ratio).toFixed(2)} %`;
  const rows = searchTable(scale).map((row) => [
    row.method,
    percent(row.rmse),
    percent(row.bias),
    `${row.meanSeconds.toFixed(0)} s`,
    `${row.longestSeconds.toFixed(0)} s`,
    row.meanTrials.toFixed(1),
  ]);
  const headers = ['method', 'RMSE', 'bias', 'mean trial time', 'longest', 'trials'];
  process.stdout.write(
    `True capacity ${trueCapacity() / UNIT}; ${FULL_SEEDS * scale} searches; width 2 %, full trials 10 s.\n` +
      `Every method reports the highest load it accepts.\n\n${renderTable(headers, rows)}\n\n`,
  );
  const changes = changeTable(scale).map((row) => [
    row.pace === 'full' ? '10 min' : '4 min',
    row.machine,
    String(row.searches),
    percent(row.noticed),
    percent(row.lower),
    percent(row.both),
    percent(row.rmse),
    percent(row.bias),
    `${row.meanSeconds.toFixed(0)} s`,
  ]);
  const columns = ['budget', 'machine', 'searches', 'said to change', 'lower bound', 'both bounds'];
  process.stdout.write(
    'Machines whose speed changes during the search, ours only, in the paces of `lab capacity` (width 5 %),\n' +
      `warm-ups and k6's start included. The error is that of the lower bound, at the end of the search.\n\n` +
      `${renderTable([...columns, 'RMSE', 'bias', 'mean time'], changes)}\n`,
  );
}
