// node-postgres's pool, measured, and honest about what its errors mean.
import { Pool, type PoolClient, type PoolConfig, type QueryResult } from 'pg';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { DatabaseUnavailable, failureLog } from './database-errors';
import { type DatabaseMetrics, observeDatabase } from './metrics/database';
import { StatementNames } from './statement-names';

type ConnectCallback = (
  error: Error | undefined,
  client: PoolClient | undefined,
  release: (destroy?: boolean) => void,
) => void;

type QueryCallback = (error: unknown, result?: QueryResult) => void;

export interface PoolSurroundings {
  registry: Registry;
  log: Logger;
  /** Each connection parses and plans a statement once, and keeps it under a name. */
  prepare: boolean;
}

export class MeasuredPool extends Pool {
  /** Requests waiting for a connection: for one to come free, or for a new one to open. */
  pendingCount = 0;
  readonly #metrics: DatabaseMetrics;
  readonly #names: StatementNames | undefined;

  constructor(options: PoolConfig, { registry, log, prepare }: PoolSurroundings) {
    super(options);
    this.#metrics = observeDatabase(registry, this);
    if (prepare) this.#names = new StatementNames();
    const report = failureLog(log);
    this.on('connect', (client) => this.#measureStatements(client, report));
    // An idle connection that is lost must not end the process; its own listener has logged it.
    this.on('error', () => {});
  }

  override connect(): Promise<PoolClient>;
  override connect(callback: ConnectCallback): void;
  override connect(callback?: ConnectCallback): Promise<PoolClient> | undefined {
    if (callback) return void this.#connect(callback);
    return new Promise((resolve, reject) => {
      this.#connect((error, client) => (client ? resolve(client) : reject(error)));
    });
  }

  /** By callback, as pg-pool itself: measuring makes no promise of its own. */
  #connect(callback: ConnectCallback): void {
    const startedAt = performance.now();
    this.pendingCount += 1;
    super.connect((error, client, release) => {
      this.pendingCount -= 1;
      this.#metrics.waitSeconds.observe(secondsSince(startedAt));
      if (!error) return callback(undefined, client, release);
      // pg-pool gives its timeouts no code, only this word.
      if (error.message.includes('timeout')) this.#metrics.timeouts.inc();
      callback(DatabaseUnavailable.connecting(error), undefined, release);
    });
  }

  /** Statements are texts or `{ text }`; a cursor would want a treatment of its own. */
  #measureStatements(client: PoolClient, report: ReturnType<typeof failureLog>): void {
    let lost = false;
    // Without a listener, a connection lost while it is checked out ends the process.
    client.on('error', (error) => {
      lost = true;
      const failure = DatabaseUnavailable.executing(error, lost);
      if (failure) report(failure);
    });
    const send = client.query.bind(client) as (...args: unknown[]) => void;
    const measured = (args: unknown[], callback: QueryCallback): void => {
      const [statement] = args;
      const text = typeof statement === 'string' ? statement : (statement as { text: string }).text;
      const series = this.#metrics.operationSeries(text);
      const startedAt = performance.now();
      send(...(this.#names?.name(args) ?? args), (error: unknown, result: QueryResult) => {
        series.observe(secondsSince(startedAt));
        if (error) callback(DatabaseUnavailable.executing(error, lost) ?? error);
        else callback(null, result);
      });
    };
    client.query = ((...args: unknown[]) => {
      if (typeof args.at(-1) === 'function') {
        return measured(args.slice(0, -1), args.at(-1) as QueryCallback);
      }
      return new Promise((resolve, reject) => {
        measured(args, (error, result) => (error ? reject(error) : resolve(result)));
      });
    }) as typeof client.query;
  }
}

function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1_000;
}
