// PostgreSQL's statistics views, by app, as readings for the exporter.
import { Pool } from 'pg';
import { appNames } from '../../contract/apps';
import { type Reading, readingsOf } from './exporter';

/** Databases are called after their app; everything else in the server is nobody's business. */
const app = `regexp_replace(datname, '^headroom_', '') AS app`;
const ours = `datname IN (${appNames.map((app) => `'headroom_${app}'`).join(', ')})`;

const operation = `
  CASE WHEN upper(split_part(ltrim(query), ' ', 1)) IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
    THEN upper(split_part(ltrim(query), ' ', 1)) ELSE 'OTHER' END`;

/** Each gives labels as text columns and metrics as the columns that are named after them. */
const views = [
  `SELECT current_setting('max_connections')::int AS pg_settings_max_connections`,

  `SELECT ${app}, numbackends AS pg_stat_database_numbackends,
     xact_commit AS pg_stat_database_xact_commit, xact_rollback AS pg_stat_database_xact_rollback,
     blks_hit AS pg_stat_database_blks_hit, blks_read AS pg_stat_database_blks_read,
     deadlocks AS pg_stat_database_deadlocks
   FROM pg_stat_database WHERE ${ours}`,

  `SELECT ${app}, CASE WHEN state IN ('active', 'idle', 'idle in transaction') THEN state
     ELSE 'other' END AS state, count(*) AS pg_stat_activity_count
   FROM pg_stat_activity WHERE ${ours} AND backend_type = 'client backend' GROUP BY 1, 2`,

  `SELECT ${app}, CASE WHEN wait_event_type IS NULL THEN 'none'
     WHEN wait_event_type IN ('Lock', 'LWLock', 'IO', 'Client') THEN wait_event_type
     ELSE 'other' END AS wait_event_type, count(*) AS pg_stat_activity_wait_count
   FROM pg_stat_activity
   WHERE ${ours} AND backend_type = 'client backend' AND state = 'active' GROUP BY 1, 2`,

  `SELECT ${app}, lower(mode) AS mode, granted::text AS granted, count(*) AS pg_locks_count
   FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
   WHERE ${ours} AND mode <> 'SIReadLock' GROUP BY 1, 2, 3`,

  `SELECT ${app}, ${operation} AS db_operation_name,
     sum(calls) AS pg_stat_statements_calls_total, sum(rows) AS pg_stat_statements_rows_total,
     sum(total_exec_time) / 1000 AS pg_stat_statements_seconds_total
   FROM pg_stat_statements JOIN pg_database ON pg_database.oid = dbid WHERE ${ours} GROUP BY 1, 2`,

  'SELECT num_done AS pg_stat_checkpointer_num_done FROM pg_stat_checkpointer',
];

/** A scrape has 1.5 s; a server that takes longer is reported as down. */
const statementTimeoutMs = 1000;

export class PostgresStatistics {
  private readonly pool: Pool;
  private prepared = false;

  /** @param url superuser's, to a database that is never reset */
  constructor(url: string) {
    this.pool = new Pool({
      connectionString: url,
      max: 1,
      connectionTimeoutMillis: statementTimeoutMs,
      statement_timeout: statementTimeoutMs,
      application_name: 'headroom exporter',
    });
    // A lost connection shows as pg_up 0 at the next scrape.
    this.pool.on('error', () => undefined);
  }

  async read(): Promise<Reading[]> {
    try {
      if (!this.prepared) {
        await this.pool.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
        this.prepared = true;
      }
      const readings = readingsOf({}, { pg_up: 1 });
      for (const view of views) {
        readings.push(...(await this.pool.query(view)).rows.flatMap(readingsOfRow));
      }
      return readings;
    } catch {
      return readingsOf({}, { pg_up: 0 });
    }
  }

  end(): Promise<void> {
    return this.pool.end();
  }
}

/** Columns named pg_* are metrics, the others their labels. */
function readingsOfRow(row: Record<string, unknown>): Reading[] {
  const [metrics = [], labels = []] = [true, false].map((isMetric) =>
    Object.entries(row).filter(([name]) => name.startsWith('pg_') === isMetric),
  );
  return readingsOf(
    Object.fromEntries(labels.map(([name, value]) => [name, String(value)])),
    Object.fromEntries(metrics.map(([name, value]) => [name, Number(value)])),
  );
}
