// What tonight says of each series, given what its history remembers.

import type { ChangePoint } from '../../statistics/change-points/change-points';
import { mean } from '../../statistics/descriptive';
import {
  baselineOf,
  comparableTo,
  conditionsOf,
  differences,
  levelOf,
  type NamedHistory,
  type NightHistory,
  type NightMeasurement,
  type RecordedChange,
  type SeriesNight,
  type SeriesState,
  seriesName,
} from './night-series';
import { judgeNight, type NightOptions, type NightSeries } from './night-verdict';

export interface Tonight {
  readonly night: string;
  readonly revision: string | null;
  readonly conditions: Readonly<Record<string, string>>;
  readonly series: readonly NightMeasurement[];
}

export interface TonightVerdict {
  readonly name: string;
  /** `suspicious`: measure it again tonight, append the results to its values, and judge again. */
  readonly state: SeriesState | 'suspicious';
  /** For `suspicious`, `changed`, `open` and `mended`. */
  readonly change: RecordedChange | null;
  readonly warnings: readonly string[];
}

/** Past the middle between two levels, a value belongs to the other. */
const MIDDLE = 0.5;

/**
 * Judges tonight's series, or those in `only` once their re-runs are appended to their values. A
 * series whose regression stands open is asked but one thing: whether it is mended.
 */
export function judgeTonight(
  histories: ReadonlyMap<string, NamedHistory>,
  tonight: Tonight,
  { only, ...options }: NightOptions,
): TonightVerdict[] {
  const all = tonight.series.map((measured) => {
    const name = seriesName(measured);
    const conditions = conditionsOf(tonight.conditions, measured);
    const named = histories.get(name);
    const past = comparableTo(named, conditions);
    return { name, measured, past, warnings: splitWarnings(named, past, conditions) };
  });
  const asked = all.filter(({ name }) => only === undefined || only.has(name));
  const judged = judgeNight(
    all.map(({ name, measured, past }) => seriesFor(name, measured, past)),
    {
      ...options,
      only: new Set(asked.filter(({ past }) => !past?.open).map(({ name }) => name)),
    },
  );
  const verdicts = new Map(judged.map((verdict) => [verdict.name, verdict]));
  return asked.map(({ name, measured, past, warnings }): TonightVerdict => {
    if (past?.open) {
      return { name, state: openState(measured.values, past.open), change: past.open, warnings };
    }
    const verdict = verdicts.get(name);
    if (verdict === undefined) throw new Error(`${name} was not judged`);
    const nights = [...(past ? baselineOf(past) : []), asNight(tonight, measured)];
    const { state, direction } = verdict;
    return {
      name,
      state: state === 'too-short' ? 'short' : state,
      change: verdict.change && direction ? recorded(verdict.change, direction, nights) : null,
      warnings: [...warnings, ...verdict.warnings],
    };
  });
}

/** Of a regression that stands, only what was before it: its own level would look like carry-over. */
function seriesFor(
  name: string,
  { better, values }: NightMeasurement,
  past: NightHistory | undefined,
): NightSeries {
  const nights = past ? levelOf(past) : [];
  return { name, better, nights: [...nights.map((one) => one.values), values] };
}

/** Mended by the same rule as a change is confirmed: tonight's value says so, and the re-runs. */
function openState(
  [first = Number.NaN, ...reruns]: readonly number[],
  { before, after }: RecordedChange,
): TonightVerdict['state'] {
  const isBack = (value: number): boolean => (value - before) / (after - before) < MIDDLE;
  if (!isBack(first)) return 'open';
  if (reruns.length === 0) return 'suspicious';
  return isBack(mean(reruns)) ? 'mended' : 'open';
}

function recorded(
  { index, before, after, effect, p }: ChangePoint,
  direction: RecordedChange['direction'],
  nights: readonly SeriesNight[],
): RecordedChange {
  const [first, last] = [nights[index], nights[index - 1]];
  if (first === undefined || last === undefined) throw new RangeError(`no night ${index}`);
  return {
    night: first.night,
    revision: first.revision,
    nightBefore: last.night,
    revisionBefore: last.revision,
    before,
    after,
    effect,
    p,
    direction,
  };
}

const asNight = ({ night, revision }: Tonight, { values }: NightMeasurement): SeriesNight => ({
  night,
  endedAt: '',
  revision,
  values,
  leftOut: false,
});

function splitWarnings(
  named: NamedHistory | undefined,
  past: NightHistory | undefined,
  conditions: Readonly<Record<string, string>>,
): string[] {
  if (named === undefined || past === named.current) return [];
  const what = differences(named.current.conditions, conditions).join('; ');
  const open = named.current.open;
  return [
    `${past ? `It goes on from ${past.nights.at(-1)?.night}` : 'It starts anew'}: ${what}. Nights from before that are not compared with.`,
    ...(open ? [`Its regression of ${open.night} cannot be followed under these conditions.`] : []),
  ];
}
