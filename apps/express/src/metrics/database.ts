// What the app sees of its database. The pool reports; the names are the contract's.
import type { Pool } from 'pg';
import { Counter, Gauge, type Registry } from 'prom-client';
import { DURATION_BUCKETS } from './buckets';
import { LeanHistogram, type Series } from './lean-histogram';

export const OPERATION_NAMES = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'OTHER'] as const;
type OperationName = (typeof OPERATION_NAMES)[number];

/** The app has a few dozen texts; of more, some are put together at run time and not worth keeping. */
const MOST_STATEMENTS = 500;

export interface DatabaseMetrics {
  waitSeconds: Series;
  timeouts: Counter;
  /** Where a statement's time counts. */
  operationSeries(statement: string): Series;
}

type MeasurablePool = Pool & { readonly pendingCount: number };

export function observeDatabase(registry: Registry, pool: MeasurablePool): DatabaseMetrics {
  observeConnections(registry, pool);
  const registers = [registry];
  const operationSeconds = new LeanHistogram({
    name: 'db_client_operation_duration_seconds',
    help: 'Time of one SQL statement, from sending it to having its rows.',
    labelNames: ['db_operation_name'],
    buckets: DURATION_BUCKETS,
    registers,
  });
  const operations = Object.fromEntries(
    OPERATION_NAMES.map((name) => [name, operationSeconds.series({ db_operation_name: name })]),
  ) as Record<OperationName, Series>;
  const seriesByStatement = new Map<string, Series>();

  return {
    waitSeconds: new LeanHistogram({
      name: 'db_client_connection_wait_time_seconds',
      help: 'Time a request waited for a connection.',
      buckets: DURATION_BUCKETS,
      registers,
    }).series(),
    timeouts: new Counter({
      name: 'db_client_connection_timeouts_total',
      help: 'Requests that were refused because no connection came free in time.',
      registers,
    }),
    operationSeries(statement) {
      let series = seriesByStatement.get(statement);
      if (series === undefined) {
        series = operations[operationName(statement)];
        if (seriesByStatement.size < MOST_STATEMENTS) seriesByStatement.set(statement, series);
      }
      return series;
    },
  };
}

function observeConnections(registry: Registry, pool: MeasurablePool): void {
  const registers = [registry];
  new Gauge({
    name: 'db_client_connection_count',
    help: 'Pooled connections by state, over all workers.',
    labelNames: ['state'],
    registers,
    collect() {
      this.set({ state: 'idle' }, pool.idleCount);
      this.set({ state: 'used' }, pool.totalCount - pool.idleCount);
    },
  });
  new Gauge({
    name: 'db_client_connection_max',
    help: 'Connections the pools may hold, over all workers.',
    registers,
  }).set(pool.options.max);
  new Gauge({
    name: 'db_client_connection_pending_requests',
    help: 'Requests waiting for a connection now.',
    registers,
    collect() {
      this.set(pool.pendingCount);
    },
  });
}

/** A statement's first word, where it is one of the contract's. */
export function operationName(statement: string): OperationName {
  const word = /^\s*(\w+)/.exec(statement)?.[1]?.toUpperCase();
  return OPERATION_NAMES.find((name) => name === word) ?? 'OTHER';
}
