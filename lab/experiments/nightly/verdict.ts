// The verdict on each series of a night: quiet, suspicious (measure it again), or changed.

import { type ChangePoint, levels } from '../../statistics/change-points/change-points';
import { mean } from '../../statistics/descriptive';
import {
  type MachineNoise,
  machineNoise,
  type Nights,
} from '../../statistics/level-shift/gls-series';
import { testLevelShift } from '../../statistics/level-shift/level-shift-test';
import type { Random } from '../../statistics/random';

export interface NightSeries {
  readonly name: string;
  readonly better: 'higher' | 'lower';
  /**
   * The nights since the last accepted change, oldest first; only the latest
   * {@link NIGHTS_LOOKED_BACK} are used. Each has its measurement and, if it was suspicious, its
   * re-runs after it. The last night is tonight.
   */
  readonly nights: readonly (readonly number[])[];
}

export interface NightOptions {
  readonly random: Random;
  /** Smallest relative change to report; default 3 %. */
  readonly minEffect?: number;
  /**
   * Names of the series to judge; all by default. The others still count for the correction for
   * multiple series and for the estimate of autocorrelation.
   */
  readonly only?: ReadonlySet<string>;
  /** Instead of {@link LEVELS}; `npm run bench -- nightly` compares several. */
  readonly levels?: Levels;
}

interface Levels {
  /** p-values at which a series is measured again: */
  readonly suspect: {
    /** of tonight alone, against the nights before it; */
    readonly tonight: number;
    /** of a change in any of the latest nights; */
    readonly lately: number;
    /** of such a change after re-runs that leave it unsure. */
    readonly still: number;
  };
  /** p-value of the whole night at which a change is reported: divided by the number of series. */
  readonly confirm: number;
}

export interface NightVerdict {
  readonly name: string;
  /**
   * `suspicious`: measure this series {@link RERUNS} times more tonight, append the results to
   * tonight's entry and judge again, until there are {@link MOST_RERUNS}. `unconfirmed`: the re-runs
   * did not confirm it.
   */
  readonly state: 'short' | 'quiet' | 'suspicious' | 'unconfirmed' | 'changed';
  /** For `suspicious` and `changed`; index counts nights from the first one given. */
  readonly change: ChangePoint | null;
  readonly direction: 'regression' | 'improvement' | null;
  readonly warnings: readonly string[];
}

/** Re-runs of a suspicious series in one night: at a time, and in all. */
export const RERUNS = 2;
export const MOST_RERUNS = 6;
export const NIGHTS_LOOKED_BACK = 400;
/** A level and its noise are known after this many nights; no change is sought before them. */
export const NIGHTS_OF_A_LEVEL = 10;
const DEFAULT_MIN_EFFECT = 0.03;

/** A change is sought among the latest nights first. */
const LATEST_NIGHTS = 10;
/** `npm run bench -- nightly` shows what each costs in false alarms and power (docs/nights.md). */
export const LEVELS: Levels = {
  suspect: { tonight: 0.2, lately: 0.1, still: 0.05 },
  confirm: 0.005,
};
/** Share of a level for earlier changes: too small to show in ten nights, they can wait. */
const EARLIER_SHARE = 0.2;

interface Question {
  /** Nights to estimate the level from: a hundred are nearly as good as four hundred. */
  readonly lookBack: number;
  /** The change is sought from so many nights ago (tonight is 1) to so many. */
  readonly from: number;
  readonly to: number;
  readonly level: number;
}

const tonightAlone = { lookBack: 100, from: 1, to: 1 };
const lately = { lookBack: 100, from: LATEST_NIGHTS, to: 1 };
const earlier = { lookBack: NIGHTS_LOOKED_BACK, from: NIGHTS_LOOKED_BACK, to: LATEST_NIGHTS + 1 };
const within = (level: number): Question[] => [
  { ...lately, level },
  { ...earlier, level: EARLIER_SHARE * level },
];

/** Re-runs confirm a step when their mean lies at least this far across it. */
const CONFIRMED_SHARE = 0.5;

/**
 * Judges one night. Pure but for the generator: called once with tonight's measurements, and again
 * with the whole list and `only` the suspicious names, once their re-runs are appended.
 *
 * A series is `changed` when, re-runs included, a change is significant over the whole night, at
 * least `minEffect` large, and confirmed by the mean of the re-runs.
 */
export function judgeNight(series: readonly NightSeries[], options: NightOptions): NightVerdict[] {
  const windows = series.map(({ nights }) => nights.slice(-NIGHTS_LOOKED_BACK));
  const noise = machineNoise(windows, NIGHTS_OF_A_LEVEL);
  return series.flatMap((one, i) => {
    if (options.only && !options.only.has(one.name)) return [];
    const window = windows[i] as Nights;
    const skipped = one.nights.length - window.length;
    const plain = (state: NightVerdict['state'], warnings: string[] = []): NightVerdict => ({
      name: one.name,
      state,
      change: null,
      direction: null,
      warnings,
    });
    if (window.length <= NIGHTS_OF_A_LEVEL) {
      return plain('short', [
        `${window.length - 1} nights before tonight since the last accepted change: a verdict ` +
          `needs ${NIGHTS_OF_A_LEVEL}.`,
      ]);
    }
    const find = (questions: readonly Question[]) => findChange(window, questions, noise, options);
    const verdict = (state: NightVerdict['state'], found: ChangePoint): NightVerdict => {
      const worse = found.after > found.before === (one.better === 'lower');
      return {
        ...plain(state),
        change: { ...found, index: found.index + skipped },
        direction: worse ? 'regression' : 'improvement',
      };
    };
    const { suspect, confirm } = options.levels ?? LEVELS;
    const reruns = (window.at(-1)?.length ?? 1) - 1;
    if (reruns === 0) {
      // Tonight alone is tested too: a search over several nights costs power.
      const found = find([...within(suspect.lately), { ...tonightAlone, level: suspect.tonight }]);
      return found ? verdict('suspicious', found) : plain('quiet');
    }
    const sure = find(within(confirm / series.length));
    if (sure) return verdict('changed', sure);
    const unsure = reruns < MOST_RERUNS ? find(within(suspect.still)) : null;
    return unsure ? verdict('suspicious', unsure) : plain('unconfirmed');
  });
}

function findChange(
  window: Nights,
  questions: readonly Question[],
  noise: MachineNoise,
  options: NightOptions,
): ChangePoint | null {
  const { random } = options;
  for (const { lookBack, from, to, level } of questions) {
    const seen = window.slice(-lookBack);
    const first = Math.max(NIGHTS_OF_A_LEVEL, seen.length - from);
    const last = seen.length - to;
    if (first > last) continue;
    const { index, p, significant } = testLevelShift(seen, { first, last, level, noise, random });
    if (!significant) continue;
    const change = { index, ...levels(seen.slice(0, index).flat(), seen.slice(index).flat()), p };
    if (isLarge(change, options) && isConfirmed(change, seen.at(-1) ?? [])) {
      return { ...change, index: index + window.length - seen.length };
    }
  }
  return null;
}

function isLarge(
  { effect }: ChangePoint,
  { minEffect = DEFAULT_MIN_EFFECT }: NightOptions,
): boolean {
  return effect === null || Math.abs(effect) >= minEffect;
}

/** By the mean of tonight's re-runs; without any, nothing speaks against it. */
function isConfirmed({ before, after }: ChangePoint, [, ...reruns]: readonly number[]): boolean {
  return reruns.length === 0 || (mean(reruns) - before) / (after - before) >= CONFIRMED_SHARE;
}
