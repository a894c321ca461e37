// The database: as the apps' pools see it, and as PostgreSQL does.
import type { Query } from '../model';
import {
  asShare,
  byApp,
  classicMean,
  classicQuantile,
  happened,
  ofApp,
  ofAppAsAWhole,
  rate,
  ratio,
} from './promql';

const operation = 'db_client_operation_duration_seconds';
const wait = 'db_client_connection_wait_time_seconds';
const ofPostgres = ofAppAsAWhole;

// --- the pools ---

export const poolConnections: Query[] = [
  {
    name: 'poolUsed',
    expr: byApp(`db_client_connection_count{${ofApp},state="used"}`),
    legend: '{{app}} used',
  },
  {
    name: 'poolMax',
    expr: byApp(`db_client_connection_max{${ofApp}}`),
    legend: '{{app}} most',
    line: 'dotted',
  },
];

export const poolUsedShare: Query = {
  name: 'poolUsedShare',
  expr: `app:db_client_connections_used:share{${ofAppAsAWhole}}`,
  legend: '{{app}}',
};

export const poolPending: Query = {
  name: 'poolPending',
  expr: byApp(`db_client_connection_pending_requests{${ofApp}}`),
  legend: '{{app}}',
};

export const poolTimeouts: Query = {
  name: 'poolTimeouts',
  expr: byApp(happened('db_client_connection_timeouts_total', ofApp)),
  legend: '{{app}}',
};

/**
 * Mean and p99. Most waits and statements are shorter than the first bucket: a median would be the
 * middle of that bucket whatever they are, where a mean is exact.
 */
const meanAndP99 = (name: string, histogram: string): Query[] => [
  {
    name: `${name}Mean`,
    expr: classicMean(histogram, ofApp, 'app'),
    legend: '{{app}} mean',
    line: 'dotted',
  },
  {
    name: `${name}P99`,
    expr: classicQuantile(0.99, histogram, ofApp, 'app'),
    legend: '{{app}} p99',
  },
];

export const poolWait = meanAndP99('poolWait', wait);

const waits = byApp(rate(`${wait}_count`, ofApp));

/** Beyond the first bucket: less than a millisecond is hardly a wait. */
export const poolWaitedShare: Query = {
  name: 'poolWaitedShare',
  expr: asShare(
    ratio(`(${waits} - ${byApp(rate(`${wait}_bucket`, `${ofApp},le="0.001"`))})`, waits),
  ),
  legend: '{{app}}',
};

// --- statements ---

/** Transaction control and session statements are apart, as in the contract. */
const withRows = 'db_operation_name!="OTHER"';
const statements = byApp(rate(`${operation}_count`, `${ofApp},${withRows}`));

export const statementRate: Query = {
  name: 'statementRate',
  expr: statements,
  legend: '{{app}} by the app',
};

export const statementRateInPostgres: Query = {
  name: 'statementRateInPostgres',
  expr: byApp(rate('pg_stat_statements_calls_total', `${ofPostgres},${withRows}`)),
  legend: '{{app}} by PostgreSQL',
  line: 'dashed',
};

export const statementsByOperation: Query = {
  name: 'statementsByOperation',
  expr: `sum by (db_operation_name) (${rate('pg_stat_statements_calls_total', ofPostgres)})`,
  legend: '{{db_operation_name}}',
};

/** By kind, over a minute: a rare statement would come and go. */
const byKind = (part: 'calls' | 'rows' | 'seconds'): string =>
  `sum by (app, db_operation_name) (${rate(`pg_stat_statements_${part}_total`, ofPostgres, '1m')})`;

export const statementKinds: Query[] = [
  { name: 'kindSeconds', expr: `${byKind('seconds')} > 0`, legend: 'Busy' },
  { name: 'kindCalls', expr: `${byKind('calls')} > 0`, legend: 'Statements/s' },
  { name: 'kindMean', expr: ratio(byKind('seconds'), byKind('calls')), legend: 'Mean time' },
  { name: 'kindRows', expr: ratio(byKind('rows'), byKind('calls')), legend: 'Rows each' },
];

export const statementLatency = meanAndP99('statement', operation);

export const statementMeanInApp: Query = {
  name: 'statementMeanInApp',
  expr: classicMean(operation, ofApp, 'app'),
  legend: '{{app}} seen by the app',
};

export const executionMean: Query = {
  name: 'executionMean',
  expr: ratio(
    byApp(rate('pg_stat_statements_seconds_total', ofPostgres)),
    byApp(rate('pg_stat_statements_calls_total', ofPostgres)),
  ),
  legend: '{{app}} inside PostgreSQL',
  line: 'dashed',
};

export const statementsPerRequest: Query = {
  name: 'statementsPerRequest',
  // Of fewer, what an app does by itself would be theirs.
  expr: `${statements} / (${byApp(rate('http_server_request_duration_seconds_count', ofApp))} > 1)`,
  legend: '{{app}}',
};

export const rowsPerSecond: Query = {
  name: 'rowsPerSecond',
  expr: byApp(rate('pg_stat_statements_rows_total', ofPostgres)),
  legend: '{{app}}',
};

// --- PostgreSQL ---

export const backendsByState: Query = {
  name: 'backendsByState',
  expr: `sum by (state) (pg_stat_activity_count{${ofPostgres}})`,
  legend: '{{state}}',
};

/** Samples of every 2 s of what takes milliseconds: mostly 0, now and then 1. */
const smoothed = (selector: string): string => byApp(`avg_over_time(${selector}[10s])`);

export const backendsAtWork: Query = {
  name: 'backendsAtWork',
  expr: smoothed(`pg_stat_activity_count{${ofPostgres},state="active"}`),
  legend: '{{app}} active',
};

export const backendsWaiting: Query = {
  name: 'backendsWaiting',
  expr: smoothed(`pg_stat_activity_wait_count{${ofPostgres},wait_event_type!="none"}`),
  legend: '{{app}} waiting',
  line: 'dashed',
};

export const waitsByType: Query = {
  name: 'waitsByType',
  expr: `sum by (wait_event_type) (pg_stat_activity_wait_count{${ofPostgres}})`,
  legend: '{{wait_event_type}}',
};

const locks = (name: string, granted: boolean, rest: Pick<Query, 'legend' | 'line'>): Query => ({
  name,
  expr: byApp(`pg_locks_count{${ofPostgres},granted="${granted}"}`),
  ...rest,
});

export const locksHeld = locks('locksHeld', true, { legend: '{{app}} held', line: 'dotted' });
export const locksAwaited = locks('locksAwaited', false, { legend: '{{app}} waited for' });

const hits = byApp(rate('pg_stat_database_blks_hit', ofPostgres));
const reads = byApp(rate('pg_stat_database_blks_read', ofPostgres));

export const cacheHits: Query = {
  name: 'cacheHits',
  expr: asShare(ratio(hits, `${hits} + ${reads}`)),
  legend: '{{app}}',
};

export const commits: Query = {
  name: 'commits',
  expr: byApp(rate('pg_stat_database_xact_commit', ofPostgres)),
  legend: '{{app}} committed',
};

export const rollbacks: Query = {
  name: 'rollbacks',
  expr: byApp(rate('pg_stat_database_xact_rollback', ofPostgres)),
  legend: '{{app}} rolled back',
  line: 'dashed',
};

export const deadlocks: Query = {
  name: 'deadlocks',
  expr: byApp(happened('pg_stat_database_deadlocks', ofPostgres)),
  legend: '{{app}}',
};

export const connections: Query = {
  name: 'connections',
  expr: byApp(`pg_stat_database_numbackends{${ofPostgres}}`),
  legend: '{{app}}',
};

export const connectionLimit: Query = {
  name: 'connectionLimit',
  expr: 'max(pg_settings_max_connections)',
  legend: 'PostgreSQL accepts',
  line: 'dotted',
};

export const checkpoints: Query = {
  name: 'checkpoints',
  // The counts of timed and requested ones include those that were skipped because nothing was written.
  expr: `sum(${happened('pg_stat_checkpointer_num_done')})`,
  legend: 'checkpoints',
};
