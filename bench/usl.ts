// How often the USL's 95 % intervals cover the truth, by Student's t, the delta method and the
// bootstrap, at the numbers of levels a lab can afford; and how often a peak is claimed, of curves
// that fall and of curves that only stop growing.

import type { PartialInterval } from '../lab/statistics/intervals';
import { percentileInterval } from '../lab/statistics/intervals';
import { type Random, seededRandom } from '../lab/statistics/random';
import { fitUsl, type Point, peakOf, throughputAt } from '../lab/statistics/usl/fit';
import {
  bootstrapUsl,
  parameterInterval,
  peakDeltaInterval,
  peakInterval,
} from '../lab/statistics/usl/uncertainty';
import { analyseUsl } from '../lab/statistics/usl/usl';
import { readScale, scaled } from './arguments';
import { closedSystem } from './statistics/closed-system';
import { renderTable } from './table';

/** A peak at n = 57 inside the tested range, and noise of 1.5 % of the largest throughput. */
const TRUTH = { alpha: 0.03, beta: 0.0003, gamma: 90 } as const;
const NOISE = 0.015 * 1800;
/** The fewest that a fit is made of. */
export const SIX_LEVELS: readonly number[] = [1, 8, 16, 32, 64, 96];
const LEVELS: readonly (readonly number[])[] = [
  SIX_LEVELS,
  [1, 4, 8, 16, 24, 32, 48, 64, 80, 96],
  Array.from({ length: 20 }, (_, i) => 1 + 5 * i),
];
const FULL_SEEDS = 1000;
const RESAMPLES = 400;

interface UslCoverage {
  readonly levels: number;
  readonly alpha: { readonly student: number; readonly bootstrap: number };
  readonly peak: { readonly delta: number; readonly bootstrap: number };
}

function measure(levels: readonly number[], random: Random): Point[] {
  return levels.map((n) => ({ n, x: throughputAt(TRUTH, n) + NOISE * random.normal() }));
}

/** @param scale 1 for the published table */
export function uslCoverage(scale = 1, measured = LEVELS): UslCoverage[] {
  const seeds = scaled(FULL_SEEDS, scale);
  const peakN = peakOf(TRUTH)?.n as number;
  const holds = (interval: PartialInterval | null, truth: number): number => {
    const [low, high] = interval ?? [Number.NaN, Number.NaN];
    return (low ?? Number.NEGATIVE_INFINITY) <= truth && truth <= (high ?? Number.POSITIVE_INFINITY)
      ? 1 / seeds
      : 0;
  };
  return measured.map((levels) => {
    const alpha = { student: 0, bootstrap: 0 };
    const peak = { delta: 0, bootstrap: 0 };
    for (let seed = 1; seed <= seeds; seed += 1) {
      const random = seededRandom(seed);
      const points = measure(levels, random);
      const fit = fitUsl(points);
      const refits = bootstrapUsl(points, fit, random, RESAMPLES);
      alpha.student += holds(parameterInterval(fit, 'alpha'), TRUTH.alpha);
      alpha.bootstrap += holds(percentileInterval(refits.map((refit) => refit.alpha)), TRUTH.alpha);
      peak.delta += holds(peakDeltaInterval(fit), peakN);
      peak.bootstrap += holds(peakInterval(refits), peakN);
    }
    return { levels: levels.length, alpha, peak };
  });
}

/** Seconds of service; levels and rounds are those of `lab scale --by users`. */
const queue = (servers: number, thinkTimeSeconds: number) => (n: number) =>
  closedSystem(n, servers, 1, thinkTimeSeconds).throughputRps;
const CURVES: readonly { name: string; falls: boolean; throughputAt: (n: number) => number }[] = [
  { name: 'M/M/1, users think 1 S', falls: false, throughputAt: queue(1, 1) },
  { name: 'M/M/2, users think 0.5 S', falls: false, throughputAt: queue(2, 0.5) },
  { name: 'M/M/4, users think 1 S', falls: false, throughputAt: queue(4, 1) },
  { name: 'M/M/8, no thinking', falls: false, throughputAt: queue(8, 0) },
  { name: 'a flat ceiling at n = 6', falls: false, throughputAt: (n) => Math.min(n, 6) },
  {
    name: 'USL 0.03, 0.002: falls by 61 %',
    falls: true,
    throughputAt: (n) => throughputAt({ alpha: 0.03, beta: 0.002, gamma: 90 }, n),
  },
  {
    name: 'USL 0.1, 0.001: falls by 16 %',
    falls: true,
    throughputAt: (n) => throughputAt({ alpha: 0.1, beta: 0.001, gamma: 90 }, n),
  },
  {
    name: 'M/M/4, 15 % less per doubling past 16',
    falls: true,
    throughputAt: (n) => queue(4, 1)(n) * (1 - 0.15 * Math.max(0, Math.log2(n / 16))),
  },
];
const USERS = [1, 2, 4, 8, 16, 32, 64];
const ROUNDS = 3;
const NOISES = [0.01, 0.03, 0.06] as const;
const PEAK_SEEDS = 200;
/** Enough to see whether the peak's interval is open. */
const PEAK_RESAMPLES = 100;

interface PeakClaims {
  readonly name: string;
  readonly falls: boolean;
  /** Of all seeds, for each noise. */
  readonly claimed: readonly number[];
}

/** @param scale 1 for the published table */
export function peakClaims(scale = 1): PeakClaims[] {
  const seeds = scaled(PEAK_SEEDS, scale);
  return CURVES.map(({ name, falls, throughputAt: at }) => ({
    name,
    falls,
    claimed: NOISES.map((noise) => {
      let claimed = 0;
      for (let seed = 1; seed <= seeds; seed += 1) {
        const random = seededRandom(seed);
        const points = Array.from({ length: ROUNDS }, () => random.shuffle([...USERS]))
          .flat()
          .map((n) => ({ n, x: at(n) * (1 + noise * random.normal()) }));
        if (analyseUsl(points, { resamples: PEAK_RESAMPLES }).peak.claimed) claimed += 1;
      }
      return claimed / seeds;
    }),
  }));
}

/** `npm run bench -- usl [scale]`. */
export function run(args: readonly string[]): void {
  const scale = readScale(args);
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const rows = uslCoverage(scale).map(({ levels, alpha, peak }) => [
    levels,
    percent(alpha.student),
    percent(alpha.bootstrap),
    percent(peak.delta),
    percent(peak.bootstrap),
  ]);
  const headers = [
    'levels',
    'alpha, Student',
    'alpha, bootstrap',
    'peak, delta',
    'peak, bootstrap',
  ];
  process.stdout.write(`Coverage of 95 % intervals:\n\n${renderTable(headers, rows)}\n`);
  const claims = peakClaims(scale).map(({ name, claimed }) => [name, ...claimed.map(percent)]);
  const noises = NOISES.map((noise) => `noise ${100 * noise} %`);
  process.stdout.write(`\nPeaks claimed:\n\n${renderTable(['curve', ...noises], claims)}\n`);
}
