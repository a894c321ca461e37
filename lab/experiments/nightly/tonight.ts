// Tonight's series: what was measured of each, and its verdict given its history.

import { type MeasuredSeries, type NightChange, seriesId } from '../../results/night-schema';
import {
  baselineOf,
  comparableTo,
  conditionsOf,
  differences,
  levelOf,
  type NamedHistory,
  type NightHistory,
  type NightMeasurement,
} from '../../results/night-series';
import type { ChangePoint } from '../../statistics/change-points/change-points';
import { mean } from '../../statistics/descriptive';
import type { NightlyPair, NightlyResult } from './analyse';
import { judgeNight, type NightOptions, type NightSeries } from './verdict';

interface Tonight {
  readonly night: string;
  readonly revision: string | null;
  readonly conditions: Readonly<Record<string, string>>;
  readonly series: readonly NightMeasurement[];
}

/** What was measured of a series tonight, with its verdict. */
export type JudgedSeries = Omit<MeasuredSeries, 'state'> & {
  /** `suspicious`: measure it again tonight, append the results to its values, and judge again. */
  state: MeasuredSeries['state'] | 'suspicious';
};

/** A value past the middle between two levels belongs to the other. */
const MIDDLE = 0.5;

/** Each series by its name, re-runs after its first value; one without a first value is left out. */
export function seriesOf({ pairs, values }: NightlyResult): Map<string, NightMeasurement> {
  const series = new Map<string, NightMeasurement>();
  for (const { pair, metric, rerun, value } of values) {
    if (value === null) continue;
    const { app, profile, workload, configuration } = pairs[pair] as NightlyPair;
    const name = seriesId({ app, profile, workload, metric });
    const better = metric === 'capacity' ? 'higher' : 'lower';
    const identity = { app, profile, workload, metric, better } as const;
    if (rerun === 0) series.set(name, { ...identity, values: [value], configuration });
    else series.get(name)?.values.push(value);
  }
  return series;
}

/**
 * Judges tonight's series, or those in `only` once their re-runs are appended to their values. A
 * series with an open regression is only checked for whether it is fixed.
 */
export function judgeTonight(
  histories: ReadonlyMap<string, NamedHistory>,
  tonight: Tonight,
  { only, ...options }: NightOptions,
): JudgedSeries[] {
  const all = tonight.series.map((measured) => {
    const name = seriesId(measured);
    const conditions = conditionsOf(tonight.conditions, measured);
    const named = histories.get(name);
    const past = comparableTo(named, conditions);
    return { name, measured, past, warnings: splitWarnings(named, past, conditions) };
  });
  const wanted = all.filter(({ name }) => only === undefined || only.has(name));
  const judged = judgeNight(
    all.map(({ name, measured, past }) => seriesFor(name, measured, past)),
    {
      ...options,
      only: new Set(wanted.filter(({ past }) => !past?.open).map(({ name }) => name)),
    },
  );
  const verdicts = new Map(judged.map((verdict) => [verdict.name, verdict]));
  return wanted.map(({ name, measured, past, warnings }): JudgedSeries => {
    if (past?.open) {
      const state = openState(measured.values, past.open);
      return { ...measured, state, change: past.open, warnings };
    }
    const verdict = verdicts.get(name);
    if (verdict === undefined) throw new Error(`${name} was not judged`);
    const nights = [...(past ? baselineOf(past) : []), tonight];
    const { state, change, direction } = verdict;
    return {
      ...measured,
      state,
      change: change && direction ? recordedChange(change, direction, nights) : null,
      warnings: [...warnings, ...verdict.warnings],
    };
  });
}

/** Of an open regression, only the nights before it: its own level would look like autocorrelation. */
function seriesFor(
  name: string,
  { better, values }: NightMeasurement,
  past: NightHistory | undefined,
): NightSeries {
  const nights = past ? levelOf(past) : [];
  return { name, better, nights: [...nights.map((one) => one.values), values] };
}

/** Fixed when tonight's value and the mean of its re-runs both lie nearer to the earlier level. */
function openState(
  [first = Number.NaN, ...reruns]: readonly number[],
  { before, after }: NightChange,
): JudgedSeries['state'] {
  const isBack = (value: number): boolean => (value - before) / (after - before) < MIDDLE;
  if (!isBack(first)) return 'open';
  if (reruns.length === 0) return 'suspicious';
  return isBack(mean(reruns)) ? 'mended' : 'open';
}

function recordedChange(
  { index, before, after, effect, p }: ChangePoint,
  direction: NightChange['direction'],
  nights: readonly Pick<Tonight, 'night' | 'revision'>[],
): NightChange {
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

function splitWarnings(
  named: NamedHistory | undefined,
  past: NightHistory | undefined,
  conditions: Readonly<Record<string, string>>,
): string[] {
  if (named === undefined || past === named.current) return [];
  const what = differences(named.current.conditions, conditions).join('; ');
  const open = named.current.open;
  return [
    `${past ? `It goes on from ${past.nights.at(-1)?.night}` : 'It starts again'}: ${what}. Earlier nights are not compared.`,
    ...(open ? [`Its regression of ${open.night} cannot be followed under these conditions.`] : []),
  ];
}

/** What the history keeps of it. A suspicion that could not be measured again is not reported. */
export function recordedSeries({
  state,
  change,
  warnings,
  ...measured
}: JudgedSeries): MeasuredSeries {
  if (state === 'suspicious') {
    const doubt = 'It was suspicious, and could not be measured again tonight.';
    return { ...measured, state: 'unconfirmed', change: null, warnings: [...warnings, doubt] };
  }
  const isReported = state === 'changed' || state === 'open' || state === 'mended';
  return { ...measured, state, change: isReported ? change : null, warnings };
}
