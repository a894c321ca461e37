// The app's own counters, read from its metrics page and summed over labels.
import type { Counters } from '../store/schemas';

/** An app that is busy answers late; one that takes longer than this is not waited for. */
const timeoutMs = 1500;

export async function readCounters(metricsUrl: string): Promise<Counters> {
  const response = await fetch(metricsUrl, { signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) throw new Error(`${metricsUrl} answered ${response.status}`);
  const sum = sumsByName(await response.text());
  return {
    atMs: Date.now(),
    requests: sum('http_server_request_duration_seconds_count'),
    requestSeconds: sum('http_server_request_duration_seconds_sum'),
    statements: sum('db_client_operation_duration_seconds_count'),
    statementSeconds: sum('db_client_operation_duration_seconds_sum'),
    poolWaits: sum('db_client_connection_wait_time_seconds_count'),
    poolWaitSeconds: sum('db_client_connection_wait_time_seconds_sum'),
    poolTimeouts: sum('db_client_connection_timeouts_total'),
    startedAtSeconds: sum('process_start_time_seconds'),
    workerRestarts: sum('server_worker_restarts_total'),
    residentMemoryBytes: sum('process_resident_memory_bytes'),
  };
}

/** Sums each series of a page in Prometheus's text format over its labels; 0 for an absent one. */
export function sumsByName(page: string): (name: string) => number {
  const sums = new Map<string, number>();
  for (const [, name = '', value] of page.matchAll(/^([a-z_]\w*)(?:\{.*\})? (\S+)/gim)) {
    sums.set(name, (sums.get(name) ?? 0) + Number(value));
  }
  return (name) => sums.get(name) ?? 0;
}
