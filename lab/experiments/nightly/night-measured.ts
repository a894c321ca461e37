// From what a night measured to what its line in the history says of each series.

import type { MeasuredSeries } from '../../results/night-schema';
import type { NightlyResult } from './analyse';
import type { NightlyPair } from './design';
import { seriesName } from './night-series';
import type { TonightVerdict } from './tonight';

type Measured = Omit<MeasuredSeries, 'state' | 'change' | 'warnings'>;

export const seriesNameOf = ({ app, profile, workload }: NightlyPair, metric: string): string =>
  `${app}/${profile}/${workload}/${metric}`;

/** @param reruns how many of its re-runs count, by series: others were made for its neighbours */
export function measuredIn(result: NightlyResult, reruns: ReadonlyMap<string, number>): Measured[] {
  const groups = Map.groupBy(result.values, ({ pair, metric }) => `${pair} ${metric}`);
  return [...groups.values()].flatMap((values): Measured[] => {
    const [first] = values;
    const pair = first && result.pairs[first.pair];
    if (first === undefined || pair === undefined || first.value === null) return [];
    const { app, profile, workload, configuration } = pair;
    const { metric } = first;
    const most = reruns.get(seriesNameOf(pair, metric)) ?? 0;
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

/** Of those asked for: which got a re-run past `before`, so that they can be judged again. */
export function measuredAgain(
  result: NightlyResult,
  asked: ReadonlySet<string>,
  before: number,
): Set<string> {
  const names = result.values.flatMap(({ pair, metric, rerun, value }) => {
    const one = result.pairs[pair];
    return one && rerun > before && value !== null ? [seriesNameOf(one, metric)] : [];
  });
  return new Set(names.filter((name) => asked.has(name)));
}

export function withVerdicts(
  measured: readonly Measured[],
  verdicts: ReadonlyMap<string, TonightVerdict>,
): MeasuredSeries[] {
  return measured.map((series) => {
    const verdict = verdicts.get(seriesName(series));
    if (verdict === undefined) throw new Error(`${seriesName(series)} was not judged`);
    return { ...series, ...settled(verdict) };
  });
}

/** What nobody could measure again stays a suspicion: nobody is told. */
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
