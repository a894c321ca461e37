// How often the comparison's interval covers the truth, how often it cries faster over nothing, and
// what it can see: simulated experiments in blocks.

import { blockOrder } from '../lab/measure/turns/block-order';
import type { Arm } from '../lab/results/trial/result';
import { compare } from '../lab/statistics/comparison';
import type { Sample } from '../lab/statistics/contrast';
import { percentileInterval } from '../lab/statistics/intervals';
import { type Random, seededRandom } from '../lab/statistics/random';
import { readScale, scaled } from './arguments';
import { hierarchicalMeans } from './statistics/nested-variance';
import { wilsonInterval } from './statistics/wilson';
import { percentWithInterval, renderTable } from './table';

export interface Experiment {
  /** Runs per arm, even: blocks of ABBA hold two of each. */
  readonly runs: number;
  /** Correlation of one run's noise with the next (AR(1) over the order of running). */
  readonly phi: number;
  /** Spread between runs, as a ratio. */
  readonly cv: number;
  /** True B over A. */
  readonly ratio: number;
  readonly order: Order;
}

/** `mirrored` is the lab's ABBA BAAB; `plain` repeats ABBA. */
export type Order = 'mirrored' | 'plain';

const RUNS = [10, 16, 30] as const;
const CORRELATIONS = [0, 0.4] as const;
const EFFECTS = [1.02, 1.05, 1.1, 1.2] as const;
const SPREADS = [0.02, 0.05] as const;
/**
 * The lab's order at a usual spread; at one so wide that the margin of 5 % hides no false alarm by
 * calling it equivalent; and the plain order there, to show what mirroring is for.
 */
const SETTINGS = [
  { order: 'mirrored', cv: 0.05 },
  { order: 'mirrored', cv: 0.1 },
  { order: 'plain', cv: 0.1 },
] as const;
const FULL_SEEDS = 3000;
const BOOTSTRAP_RESAMPLES = 500;

const orderOf = (order: Order, runs: number): Arm[] =>
  order === 'mirrored'
    ? blockOrder(runs)
    : Array.from({ length: runs / 2 }, (): Arm[] => ['a', 'b', 'b', 'a']).flat();

/** One experiment: two runs of each arm in a block, a label each block. */
function simulateBlocks(experiment: Experiment, random: Random): { a: Sample[]; b: Sample[] } {
  const { runs, phi, cv, ratio } = experiment;
  const innovation = Math.sqrt(1 - phi * phi);
  const a: Sample[] = [];
  const b: Sample[] = [];
  let noise = random.normal();
  for (const [position, arm] of orderOf(experiment.order, runs).entries()) {
    const value = 100 * (arm === 'b' ? ratio : 1) * Math.exp(cv * noise);
    (arm === 'b' ? b : a).push({ value, block: String(Math.floor(position / 4)) });
    noise = phi * noise + innovation * random.normal();
  }
  return { a, b };
}

export interface CoverageRow extends Experiment {
  readonly seeds: number;
  /** Experiments whose interval held the true ratio. */
  readonly covered: number;
  readonly coveredByBootstrap: number;
  readonly coveredByWelch: number;
  /** Experiments called faster, either way. */
  readonly calledFaster: number;
}

function coverageOf(experiment: Experiment, seeds: number): CoverageRow {
  const holds = (interval: readonly (number | null)[]): number => {
    const [low, high] = interval as [number, number];
    return low <= experiment.ratio && experiment.ratio <= high ? 1 : 0;
  };
  const counts = { covered: 0, coveredByBootstrap: 0, coveredByWelch: 0, calledFaster: 0 };
  for (let seed = 1; seed <= seeds; seed += 1) {
    const random = seededRandom(seed);
    const { a, b } = simulateBlocks(experiment, random);
    const result = compare(a, b);
    counts.covered += holds(result.interval);
    if (result.verdict.endsWith('-faster')) counts.calledFaster += 1;
    counts.coveredByWelch += holds(compare(unblocked(a), unblocked(b)).interval);
    counts.coveredByBootstrap += holds(blockBootstrap(a, b, random));
  }
  return { ...experiment, seeds, ...counts };
}

function unblocked(runs: readonly Sample[]): Sample[] {
  return runs.map(({ value }) => ({ value }));
}

/** The rejected alternative: blocks with replacement, then each block's contrasts inside it. */
function blockBootstrap(
  a: readonly Sample[],
  b: readonly Sample[],
  random: Random,
): readonly [number, number] {
  const contrasts: number[][] = [];
  for (let i = 0; i < a.length; i += 2) {
    const logOf = (runs: readonly Sample[], k: number): number =>
      Math.log(runs[k]?.value as number);
    contrasts.push([logOf(b, i) - logOf(a, i), logOf(b, i + 1) - logOf(a, i + 1)]);
  }
  const interval = percentileInterval(hierarchicalMeans(contrasts, BOOTSTRAP_RESAMPLES, random));
  return [Math.exp(interval[0]), Math.exp(interval[1])];
}

/** Share of experiments in which a true difference is called faster in the right direction. */
export function powerOf(experiment: Experiment, seeds: number): number {
  let found = 0;
  for (let seed = 1; seed <= seeds; seed += 1) {
    const { a, b } = simulateBlocks(experiment, seededRandom(seed));
    if (compare(a, b, { margin: 0 }).verdict === 'b-faster') found += 1;
  }
  return found / seeds;
}

/** @param scale 1 for the published table, 0.1 for a seeded tenth */
export function coverageTable(scale = 1): CoverageRow[] {
  const seeds = scaled(FULL_SEEDS, scale);
  return SETTINGS.flatMap((setting) =>
    RUNS.flatMap((runs) =>
      CORRELATIONS.map((phi) => coverageOf({ ...setting, runs, phi, ratio: 1 }, seeds)),
    ),
  );
}

function renderCoverage(rows: readonly CoverageRow[]): string {
  const share = (count: number, of: number): string =>
    percentWithInterval(count / of, wilsonInterval(count, of) as [number, number]);
  return renderTable(
    [
      'order',
      'cv',
      'runs per arm',
      'phi',
      't on blocks (ours)',
      'Welch, no blocks',
      'bootstrap',
      'false faster',
    ],
    rows.map((row) => [
      row.order === 'mirrored' ? 'ABBA BAAB (ours)' : 'ABBA ABBA',
      `${100 * row.cv} %`,
      row.runs,
      row.phi,
      share(row.covered, row.seeds),
      share(row.coveredByWelch, row.seeds),
      share(row.coveredByBootstrap, row.seeds),
      share(row.calledFaster, row.seeds),
    ]),
  );
}

function renderPower(scale: number): string {
  const seeds = scaled(FULL_SEEDS, scale);
  const rows = SPREADS.flatMap((cv) =>
    EFFECTS.map((ratio) => [
      `${Math.round(100 * (ratio - 1))} % at cv ${100 * cv} %`,
      ...RUNS.flatMap((runs) =>
        CORRELATIONS.map(
          (phi) =>
            `${Math.round(100 * powerOf({ order: 'mirrored', runs, phi, cv, ratio }, seeds))} %`,
        ),
      ),
    ]),
  );
  const headers = RUNS.flatMap((runs) => CORRELATIONS.map((phi) => `n ${runs}, phi ${phi}`));
  return renderTable(['effect', ...headers], rows);
}

/** `npm run bench -- comparison [scale]`. */
export function run(args: readonly string[]): void {
  const scale = readScale(args);
  const text = [
    `Coverage of the 95 % interval and false alarms on A/A, ${scaled(FULL_SEEDS, scale)} seeds:`,
    renderCoverage(coverageTable(scale)),
    'Power: share of experiments that call a true difference faster (margin 0):',
    renderPower(scale),
  ];
  process.stdout.write(`${text.join('\n\n')}\n`);
}
