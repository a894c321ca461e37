// Prometheus's answers to range queries, as the live page has them.
import type { Cell, Point, Series } from './messages';

/** As /api/v1/query_range gives it (https://prometheus.io/docs/prometheus/latest/querying/api/). */
type Matrix = {
  metric: Record<string, string>;
  values?: [atS: number, value: string][];
  histograms?: [atS: number, histogram: { buckets?: Bucket[] }][];
}[];
type Bucket = [rule: number, low: string, high: string, count: string];

export function seriesOf(matrix: Matrix): Series[] {
  return matrix.map(({ metric: { __name__: _, ...labels }, values = [], histograms }) => ({
    labels,
    points: values
      .map(([atS, value]): Point => [atS, Number(value)])
      // JSON has no NaN: it would arrive as null, and a share of nothing is no point at all.
      .filter(([, value]) => Number.isFinite(value)),
    ...(histograms && {
      cells: histograms.flatMap(([atS, { buckets = [] }]) => cellsOf(atS, buckets)),
    }),
  }));
}

const cellsOf = (atS: number, buckets: readonly Bucket[]): Cell[] =>
  buckets
    .map(([, low, high, count]) => ({
      atS,
      low: Number(low),
      high: Number(high),
      count: Number(count),
    }))
    // The last bucket of a native histogram may be open; JSON knows no infinity.
    .filter(({ low, high }) => Number.isFinite(low) && Number.isFinite(high));

export type Range = { fromS: number; toS: number; stepS: number };

/** @throws when Prometheus is not there, is too slow, or refuses the query */
export async function askRange(
  prometheusUrl: string,
  query: string,
  { fromS, toS, stepS }: Range,
  timeoutMs: number,
): Promise<Series[]> {
  const response = await fetch(`${prometheusUrl}/api/v1/query_range`, {
    method: 'POST',
    body: new URLSearchParams({
      query,
      start: `${fromS}`,
      end: `${toS}`,
      step: `${stepS}`,
    }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  const body = (await response.json()) as { data?: { result: Matrix }; error?: string };
  if (body.data === undefined) {
    throw new Error(`Prometheus answered ${response.status} to ${query}: ${body.error}`);
  }
  return seriesOf(body.data.result);
}
