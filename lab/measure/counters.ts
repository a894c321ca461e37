// The app's own counters at one moment.

import type { Counters } from '../results/schemas';
import { fetchSums } from '../runtime/metrics-page';

export async function readCounters(metricsUrls: readonly string[]): Promise<Counters> {
  const sum = await fetchSums(metricsUrls);
  return {
    atMs: Date.now(),
    requests: sum('http_server_request_duration_seconds_count'),
    requestSeconds: sum('http_server_request_duration_seconds_sum'),
    statements: sum('db_client_operation_duration_seconds_count'),
    statementSeconds: sum('db_client_operation_duration_seconds_sum'),
    poolWaits: sum('db_client_connection_wait_time_seconds_count'),
    poolWaitSeconds: sum('db_client_connection_wait_time_seconds_sum'),
    poolTimeouts: sum('db_client_connection_timeouts_total'),
    timerDelays: sum('nodejs_eventloop_delay_seconds_count'),
    timerDelaySeconds: sum('nodejs_eventloop_delay_seconds_sum'),
    startedAtSeconds: sum('process_start_time_seconds'),
    workerRestarts: sum('server_worker_restarts_total'),
    residentMemoryBytes: sum('process_resident_memory_bytes'),
  };
}
