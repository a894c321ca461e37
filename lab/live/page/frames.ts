// Everything that a dashboard shows, asked of Prometheus.
import { phaseMarks } from '../../../grafana/src/marks';
import { type Dashboard, panelsOf, queriesOf } from '../../../grafana/src/model';
import { achievedRate, usersNow } from '../../../grafana/src/queries/load';
import { allValues, fillIn } from '../../../grafana/src/variables';
import { type Cell, type Frame, gridSeconds, type Point, presence, type Series } from './messages';

/** What comes late (a push, a slow scrape) still finds its place: this much is asked for again. */
const overlapSeconds = 10;

/** The lab shares a core with Prometheus and with k6. An hour of many steps takes seconds. */
const timeoutMs = 5000;
const wholeTimeoutMs = 20_000;

export class Frames {
  private latestFrame: { key: string; frame: Promise<Frame> } | undefined;

  constructor(private readonly prometheusUrl: string) {}

  /** All of a window. */
  whole(dashboard: Dashboard, windowSeconds: number): Promise<Frame> {
    const toS = gridTime(Date.now());
    return this.ask(dashboard, windowSeconds, { fromS: toS - windowSeconds, toS }, wholeTimeoutMs);
  }

  /**
   * What may have changed since the last one; asked once for however many look at it.
   *
   * @param sinceS where the last one ended: to answer it may have taken longer than the overlap
   */
  latest(dashboard: Dashboard, windowSeconds: number, sinceS: number): Promise<Frame> {
    const toS = gridTime(Date.now());
    const fromS = Math.min(toS - overlapSeconds, sinceS);
    const key = [dashboard.uid, windowSeconds, fromS, toS].join();
    if (this.latestFrame?.key !== key) {
      const frame = this.ask(dashboard, windowSeconds, { fromS, toS }, timeoutMs);
      this.latestFrame = { key, frame };
    }
    return this.latestFrame.frame;
  }

  /** One query after the other: this runs beside a measurement. */
  private async ask(
    dashboard: Dashboard,
    windowSeconds: number,
    span: { fromS: number; toS: number },
    timeoutMs: number,
  ): Promise<Frame> {
    const answers: Frame['answers'] = {};
    const range = { ...span, stepS: gridSeconds };
    for (const [name, expr] of expressionsOf(dashboard, windowSeconds)) {
      answers[name] = await askRange(this.prometheusUrl, expr, range, timeoutMs);
    }
    return { ...span, answers };
  }
}

const gridTime = (atMs: number): number => Math.floor(atMs / 1000 / gridSeconds) * gridSeconds;

/** What the head of the page says of the load, whatever the dashboard. */
const head = [...phaseMarks.map(({ query }) => query), usersNow, achievedRate];

/** By name: a query that several panels have is asked once. */
export function expressionsOf(dashboard: Dashboard, windowSeconds: number): Map<string, string> {
  const values = { ...allValues, __range: `${windowSeconds}s` };
  return new Map([
    [presence.name, presence.expr],
    ...[
      ...head,
      ...(dashboard.marks ?? []).map(({ query }) => query),
      ...panelsOf(dashboard).flatMap(queriesOf),
    ].map(({ name, expr }): [string, string] => [name, fillIn(expr, values)]),
  ]);
}

/** As /api/v1/query_range gives it (https://prometheus.io/docs/prometheus/latest/querying/api/). */
type Matrix = {
  metric: Record<string, string>;
  values?: [atS: number, value: string][];
  histograms?: [atS: number, histogram: { buckets?: Bucket[] }][];
}[];
type Bucket = [rule: number, low: string, high: string, count: string];

function seriesOf(matrix: Matrix): Series[] {
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

type Range = { fromS: number; toS: number; stepS: number };

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
