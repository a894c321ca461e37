// How far from the true capacity four ways of searching end, and what trial time they take, on a
// simulated subject whose noise is known.

import { goalResult, holdsOf } from '../lab/measure/search/load-classification';
import { answerStretch, stretchesOf } from '../lab/measure/search/machine-change';
import { searchPaces } from '../lab/measure/search/search-settings';
import { OVERHEAD_SECONDS } from '../lab/measure/search/search-state';
import { mean } from '../lab/statistics/descriptive';
import { seededRandom } from '../lab/statistics/random';
import { readScale, scaled } from './arguments';
import {
  GOAL,
  NO_OVERHEAD,
  SimulatedSubject,
  searchOn,
  trueCapacity,
  UNIT,
  WIDTH,
} from './simulated-subject';
import { renderTable } from './table';

const START_LOADS = [200 * UNIT, 1400 * UNIT] as const;
const FULL_SEEDS = 1000;
/** It classifies all of its trials again at each move, which takes longer than the other methods do. */
const MOST_OF_OURS = 100;

/** Reports the highest load it accepts. */
export type Method = (subject: SimulatedSubject, startLoad: number) => number;

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

const OURS = 'MLRsearch (ours)';
const METHODS: Readonly<Record<string, Method>> = {
  [OURS]: ours,
  'ramp to first breach': ramp,
  bisection: bisectWith((subject, load) => subject.holds(load)),
  'best-of-five bisection': bisectWith(bestOfFive),
};

interface SearchRow {
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
  return Object.entries(METHODS).map(([method, search]) => {
    const all = scaled(FULL_SEEDS, scale);
    const searches = method === OURS ? Math.min(all, MOST_OF_OURS) : all;
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
/**
 * How the searches of the second table are made: as those of the first, and in the paces of `lab capacity`,
 * with warm-ups and k6's start. A jump falls in the first half of what a search on a steady machine takes.
 */
const PACES = {
  '2 % wide': {
    ...{ goal: GOAL, budgetSeconds: 900, overhead: NO_OVERHEAD },
    jumpsBetween: [60, 180],
  },
  'full, 10 min': { ...paceOf('full'), jumpsBetween: [60, 180] },
  'brief, 4 min': { ...paceOf('brief'), jumpsBetween: [40, 100] },
} as const;

function paceOf(name: 'full' | 'brief') {
  const { goal, budgetSeconds, warmupSeconds } = searchPaces[name];
  return {
    goal: { ...GOAL, ...goal },
    budgetSeconds,
    overhead: { ...warmupSeconds, trial: OVERHEAD_SECONDS },
  };
}

const CHANGE_SEEDS = 200;

interface ChangeRow {
  readonly pace: keyof typeof PACES;
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
  return (Object.keys(PACES) as ChangeRow['pace'][]).flatMap((pace) =>
    Object.entries(MACHINES).map(([machine, speedOf]) => changeRow(pace, machine, speedOf, scale)),
  );
}

function changeRow(
  pace: ChangeRow['pace'],
  machine: string,
  speedOf: (jumpAt: number) => (seconds: number) => number,
  scale: number,
): ChangeRow {
  const { goal, budgetSeconds, overhead, jumpsBetween } = PACES[pace];
  const errors: number[] = [];
  let [searches, noticed, both, seconds] = [0, 0, 0, 0];
  for (let seed = 1; seed <= scaled(CHANGE_SEEDS, scale); seed += 1) {
    const random = seededRandom(seed);
    const [from, to] = jumpsBetween;
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
  const scale = readScale(args);
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
    `True capacity ${trueCapacity() / UNIT}; ${scaled(FULL_SEEDS, scale)} searches, of ours at most ${MOST_OF_OURS}; width 2 %, full trials 10 s.\n` +
      `Every method reports the highest load it accepts.\n\n${renderTable(headers, rows)}\n\n`,
  );
  const changes = changeTable(scale).map((row) => [
    row.pace,
    row.machine,
    String(row.searches),
    percent(row.noticed),
    percent(row.lower),
    percent(row.both),
    percent(row.rmse),
    percent(row.bias),
    `${row.meanSeconds.toFixed(0)} s`,
  ]);
  const columns = ['pace', 'machine', 'searches', 'said to change', 'lower bound', 'both bounds'];
  process.stdout.write(
    'Machines whose speed changes during the search, ours only: with the goal above and 900 s of trials, and\n' +
      'in the paces of `lab capacity` (5 % wide, warm-ups and k6’s start included). The error is that of the\n' +
      'lower bound, against the capacity at the end of the search.\n\n' +
      `${renderTable([...columns, 'RMSE', 'bias', 'mean time'], changes)}\n`,
  );
}
