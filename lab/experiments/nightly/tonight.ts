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
  type SeriesNight,
} from '../../results/night-series';
import type { ChangePoint } from '../../statistics/change-points/change-points';
import { mean } from '../../statistics/descriptive';
import type { NightlyResult } from './analyse';
import { judgeNight, type NightOptions, type NightSeries } from './verdict';

interface Tonight {
  readonly night: string;
  readonly revision: string | null;
  readonly conditions: Readonly<Record<string, string>>;
  readonly series: readonly NightMeasurement[];
}

export interface TonightVerdict {
  readonly name: string;
  /** `suspicious`: measure it again tonight, append the results to its values, and judge again. */
  readonly state: MeasuredSeries['state'] | 'suspicious';
  /** For `suspicious`, `changed`, `open` and `mended`. */
  readonly change: NightChange | null;
  readonly warnings: readonly string[];
}

/** A value past the middle between two levels belongs to the other. */
const MIDDLE = 0.5;

/**
 * Judges tonight's series, or those in `only` once their re-runs are appended to their values. A
 * series with an open regression is only asked whether it is fixed.
 */
export function judgeTonight(
  histories: ReadonlyMap<string, NamedHistory>,
  tonight: Tonight,
  { only, ...options }: NightOptions,
): TonightVerdict[] {
  const all = tonight.series.map((measured) => {
    const name = seriesId(measured);
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
): TonightVerdict['state'] {
  const isBack = (value: number): boolean => (value - before) / (after - before) < MIDDLE;
  if (!isBack(first)) return 'open';
  if (reruns.length === 0) return 'suspicious';
  return isBack(mean(reruns)) ? 'mended' : 'open';
}

function recorded(
  { index, before, after, effect, p }: ChangePoint,
  direction: NightChange['direction'],
  nights: readonly SeriesNight[],
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
    `${past ? `It goes on from ${past.nights.at(-1)?.night}` : 'It starts again'}: ${what}. Earlier nights are not compared.`,
    ...(open ? [`Its regression of ${open.night} cannot be followed under these conditions.`] : []),
  ];
}

/** @param reruns how many of a series' re-runs count; the others were made for other series */
export function measuredIn(
  result: NightlyResult,
  reruns: ReadonlyMap<string, number>,
): NightMeasurement[] {
  const groups = Map.groupBy(result.values, ({ pair, metric }) => `${pair} ${metric}`);
  return [...groups.values()].flatMap((values): NightMeasurement[] => {
    const [first] = values;
    const pair = first && result.pairs[first.pair];
    if (first === undefined || pair === undefined || first.value === null) return [];
    const { app, profile, workload, configuration } = pair;
    const { metric } = first;
    const most = reruns.get(seriesId({ ...pair, metric })) ?? 0;
    const counted = values.filter(({ rerun }) => rerun <= most);
    return [
      {
        app,
        profile,
        workload,
        metric,
        better: metric === 'capacity' ? 'higher' : 'lower',
        values: counted.map(({ value }) => value).filter((value) => value !== null),
        configuration,
      },
    ];
  });
}

/** The series of `asked` with a re-run after number `before`, which can be judged again. */
export function measuredAgain(
  result: NightlyResult,
  asked: ReadonlySet<string>,
  before: number,
): Set<string> {
  const names = result.values.flatMap(({ pair, metric, rerun, value }) => {
    const one = result.pairs[pair];
    return one && rerun > before && value !== null ? [seriesId({ ...one, metric })] : [];
  });
  return new Set(names.filter((name) => asked.has(name)));
}

export function withVerdicts(
  measured: readonly NightMeasurement[],
  verdicts: ReadonlyMap<string, TonightVerdict>,
): MeasuredSeries[] {
  return measured.map((series) => {
    const verdict = verdicts.get(seriesId(series));
    if (verdict === undefined) throw new Error(`${seriesId(series)} was not judged`);
    return { ...series, ...settled(verdict) };
  });
}

/** A suspicion that could not be measured again is not reported. */
function settled({
  state,
  change,
  warnings,
}: TonightVerdict): Pick<MeasuredSeries, 'state' | 'change' | 'warnings'> {
  if (state === 'suspicious') {
    return {
      state: 'unconfirmed',
      change: null,
      warnings: [...warnings, 'It was suspicious, and could not be measured again tonight.'],
    };
  }
  const kept = state === 'changed' || state === 'open' || state === 'mended' ? change : null;
  return { state, change: kept, warnings: [...warnings] };
}
