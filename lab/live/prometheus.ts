// What Prometheus knows of the load in progress.
import { eventsPerSecond, observationsPerSecond } from '../../grafana/src/queries/promql';

export type LiveFigures = {
  /** Requests a second over the last few seconds; null before the first push. */
  rateRps: number | null;
  p99Ms: number | null;
  failedPerSecond: number | null;
};

const timeoutMs = 900;

export async function liveFigures(
  prometheusUrl: string,
  run: string,
  app: string,
): Promise<LiveFigures> {
  const series = `run="${run}",app="${app}"`;
  const ask = (query: string) => instantValue(prometheusUrl, query);
  const [rateRps, p99Seconds, failedPerSecond] = await Promise.all([
    ask(eventsPerSecond('k6_http_reqs_total', series)),
    ask(
      `histogram_quantile(0.99, ${observationsPerSecond('k6_http_req_duration_seconds', series)})`,
    ),
    ask(eventsPerSecond('k6_http_reqs_total', `${series},expected_response="false"`)),
  ]);
  return { rateRps, p99Ms: p99Seconds === null ? null : p99Seconds * 1000, failedPerSecond };
}

/** The one value of an instant query; null when there is none, or it is not a number. */
async function instantValue(prometheusUrl: string, query: string): Promise<number | null> {
  const url = `${prometheusUrl}/api/v1/query?${new URLSearchParams({ query })}`;
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) throw new Error(`Prometheus answered ${response.status} to ${query}`);
  const body = (await response.json()) as { data: { result: { value: [number, string] }[] } };
  const value = Number(body.data.result[0]?.value[1] ?? NaN);
  return Number.isFinite(value) ? value : null;
}
