// What tonight says about every series: quiet, suspicious (measure again), or changed.

import { mean, median } from '../statistics/descriptive';
import type { Random } from '../statistics/random';
import { carryOver, type Pooled } from './carry-over';
import { type ChangePoint, levels } from './change-points';
import { type ChangeTest, type ChangeTestOptions, testForChange } from './change-test';

export interface NightSeries {
  readonly name: string;
  readonly better: 'higher' | 'lower';
  /**
   * The nights since the last accepted change (older ones do no harm beyond
   * {@link NIGHTS_LOOKED_BACK}), oldest first, each with its measurement and, where it was
   * suspicious, its re-runs after it. The last night is tonight.
   */
  readonly nights: readonly (readonly number[])[];
}

export interface NightOptions {
  readonly random: Random;
  /** Least relative change worth waking anybody for; default 3 %. */
  readonly minEffect?: number;
  /**
   * Names of the series to judge; all by default. The others still count for the correction and
   * for what noise carries over.
   */
  readonly only?: ReadonlySet<string>;
  /** A bench's alternative for the noise; see {@link testForChange}. */
  readonly noise?: ChangeTestOptions['noise'];
}

export interface NightVerdict {
  readonly name: string;
  /**
   * `suspicious`: measure this series {@link RERUNS} times more tonight, append the results to
   * tonight's entry and judge again. `unconfirmed`: the re-runs did not bear it out.
   */
  readonly state: 'too-short' | 'quiet' | 'suspicious' | 'unconfirmed' | 'changed';
  /** For `suspicious` and `changed`; index counts nights from the first one given. */
  readonly change: ChangePoint | null;
  readonly direction: 'regression' | 'improvement' | null;
  readonly warnings: readonly string[];
}

/** Re-runs of a suspicious series in the same night. */
export const RERUNS = 2;
export const NIGHTS_LOOKED_BACK = 400;
/** A level, and the noise about it, are known from this many nights: no change before them. */
export const NIGHTS_OF_A_LEVEL = 10;
export const DEFAULT_MIN_EFFECT = 0.03;

/** A change is sought among the latest nights first: an older one had its nights before. */
const LATEST_NIGHTS = 10;
/**
 * Two questions: has the level changed lately, or earlier, by a step too small to be seen in ten
 * nights? `suspect` is the level for one series and only costs re-runs; `confirm` is for the whole
 * night and is divided by the number of series (Bonferroni). A hundred nights know a level
 * nearly as well as four hundred, and take a quarter of the time.
 */
const QUESTIONS = [
  { lookBack: 100, lately: true, suspect: 0.05, confirm: 0.02 },
  { lookBack: NIGHTS_LOOKED_BACK, lately: false, suspect: 0.01, confirm: 0.004 },
] as const;
/** Neighbours on the machine say as much about a series' carry-over as this many own nights. */
const POOLED_WEIGHT = 300;
/** A re-run bears a step out when it lies at least this far across. */
const ACROSS = 0.5;

/**
 * Judges one night. Pure but for the generator: called once with tonight's measurements, and again
 * with the whole list and `only` the suspicious names, once their re-runs are appended.
 *
 * A series is `changed` when, re-runs included, a change is significant over the whole night, at
 * least `minEffect` large, and borne out by the mean of the re-runs.
 */
export function judgeNight(series: readonly NightSeries[], options: NightOptions): NightVerdict[] {
  const windows = series.map(({ nights }) => nights.slice(-NIGHTS_LOOKED_BACK));
  const pooled = pooledCarryOver(windows);
  return series.flatMap((one, i) => {
    if (options.only && !options.only.has(one.name)) return [];
    const window = windows[i] as readonly (readonly number[])[];
    const skipped = one.nights.length - window.length;
    const plain = (state: NightVerdict['state'], warnings: string[] = []): NightVerdict => ({
      name: one.name,
      state,
      change: null,
      direction: null,
      warnings,
    });
    if (window.length <= NIGHTS_OF_A_LEVEL) {
      return plain('too-short', [
        `${window.length - 1} nights before tonight since the last accepted change: a verdict ` +
          `needs ${NIGHTS_OF_A_LEVEL}.`,
      ]);
    }
    const rerun = (window.at(-1)?.length ?? 0) > 1;
    const found = findChange(window, series.length, pooled, rerun, options);
    if (!found) return plain(rerun ? 'unconfirmed' : 'quiet');
    const worse = found.after > found.before === (one.better === 'lower');
    return {
      ...plain(rerun ? 'changed' : 'suspicious'),
      change: { ...found, index: found.index + skipped },
      direction: worse ? 'regression' : 'improvement',
    };
  });
}

function findChange(
  window: readonly (readonly number[])[],
  seriesCount: number,
  pooled: Pooled,
  rerun: boolean,
  options: NightOptions,
): ChangePoint | null {
  for (const { lookBack, lately, suspect, confirm } of QUESTIONS) {
    const seen = window.slice(-lookBack);
    const values = seen.flat();
    const measurements = (nights: number): number => seen.slice(0, nights).flat().length;
    const oldest = measurements(NIGHTS_OF_A_LEVEL);
    const latest = Math.max(oldest, measurements(seen.length - LATEST_NIGHTS));
    if (!lately && latest === oldest) continue;
    const test = testForChange(values, {
      level: rerun ? confirm / seriesCount : suspect,
      ...(lately ? { first: latest } : { first: oldest, last: latest - 1 }),
      pooled,
      random: options.random,
      noise: options.noise,
    });
    const change = test.significant ? asChange(seen, values, test) : null;
    if (change && isLarge(change, options) && (!rerun || isBorneOut(change, seen.at(-1) ?? []))) {
      return { ...change, index: change.index + window.length - seen.length };
    }
  }
  return null;
}

/** In nights: a split between a night's measurement and its re-run belongs to that night. */
function asChange(
  nights: readonly (readonly number[])[],
  values: readonly number[],
  { index, p }: ChangeTest,
): ChangePoint {
  let night = 0;
  for (let seen = 0; seen + (nights[night]?.length ?? 1) <= index; night += 1) {
    seen += nights[night]?.length ?? 1;
  }
  return { index: night, ...levels(values.slice(0, index), values.slice(index)), p };
}

function isLarge(
  { effect }: ChangePoint,
  { minEffect = DEFAULT_MIN_EFFECT }: NightOptions,
): boolean {
  return effect === null || Math.abs(effect) >= minEffect;
}

function isBorneOut({ before, after }: ChangePoint, tonight: readonly number[]): boolean {
  const reruns = mean(tonight.slice(1));
  return (reruns - before) / (after - before) >= ACROSS;
}

/** The median over all series of their carry-over: most of them have not changed. */
function pooledCarryOver(windows: readonly (readonly (readonly number[])[])[]): Pooled {
  const long = windows.filter((window) => window.length >= NIGHTS_OF_A_LEVEL);
  if (long.length === 0) return { rho: 0, weight: 0 };
  const others = long.reduce((total, window) => total + window.length, 0) / long.length;
  return {
    rho: median(long.map((window) => carryOver([window.flat()]))),
    weight: Math.min(POOLED_WEIGHT, others * (long.length - 1)),
  };
}
