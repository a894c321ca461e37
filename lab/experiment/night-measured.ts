// From what a night measured to what its line in the history says of each series.

import { seriesName } from '../analysis/nights/night-series';
import type { NightlyPair, NightlyResult } from '../analysis/nights/nightly';
import type { TonightVerdict } from '../analysis/nights/tonight';
import type { MeasuredSeries } from '../store/night-schema';

type Measured = Omit<MeasuredSeries, 'state' | 'change' | 'warnings'>;

export const seriesNameOf = ({ app, profile, workload }: NightlyPair, metric: string): string =>
  `${app}/${profile}/${workload}/${metric}`;

/** Tonight's series, with the re-runs of those in `again`. */
export function measuredIn(result: NightlyResult, again: ReadonlySet<string>): Measured[] {
  const groups = Map.groupBy(result.values, ({ pair, metric }) => `${pair} ${metric}`);
  return [...groups.values()].flatMap((values): Measured[] => {
    const [first] = values;
    const pair = first && result.pairs[first.pair];
    if (first === undefined || pair === undefined || first.value === null) return [];
    const { app, profile, workload, configuration } = pair;
    const { metric } = first;
    const counted = again.has(seriesNameOf(pair, metric)) ? values : [first];
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

/** Only what was measured again can be judged again. */
export function measuredAgain(result: NightlyResult, asked: ReadonlySet<string>): Set<string> {
  const found = measuredIn(result, asked).filter(({ values }) => values.length > 1);
  return new Set(found.map(seriesName));
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
