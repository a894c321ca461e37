// node-postgres's pool, measured, and honest about what its errors mean.
import { performance } from 'node:perf_hooks';
import { Pool, type PoolClient, type PoolConfig, type QueryResult } from 'pg';
import type { Registry } from 'prom-client';
import { DatabaseUnavailable, endsConnection, type FailureReport } from './database-errors';
import { type DatabaseMetrics, observeDatabase } from './metrics/database';
import { type Statement, StatementNames, type Values } from './statement-names';

type ConnectCallback = (
  error: Error | undefined,
  client: PoolClient | undefined,
  release: (destroy?: boolean) => void,
) => void;

type QueryCallback = (error: unknown, result?: QueryResult) => void;

type Send = (statement: Statement, values: Values, callback: QueryCallback) => void;

interface PoolSurroundings {
  registry: Registry;
  reportFailure: FailureReport;
  /** Each connection parses and plans a statement once, and keeps it under a name. */
  prepare: boolean;
}

export class MeasuredPool extends Pool {
  /** Requests waiting for a connection: for one to come free, or for a new one to open. */
  pendingCount = 0;
  readonly #metrics: DatabaseMetrics;
  readonly #names: StatementNames | undefined;
  readonly #reportFailure: FailureReport;

  constructor(options: PoolConfig, { registry, reportFailure, prepare }: PoolSurroundings) {
    super(options);
    this.#metrics = observeDatabase(registry, this);
    if (prepare) this.#names = new StatementNames();
    this.#reportFailure = reportFailure;
    this.on('connect', (client) => this.#measureStatements(client));
    // An idle connection that is lost must not end the process; its own listener has logged it.
    this.on('error', () => {});
    this.query = this.#query.bind(this) as typeof this.query;
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

  /** For the sessions' store. pg-pool's own tells of a lost connection by the driver's error alone. */
  async #query(text: string, values?: unknown[]): Promise<QueryResult> {
    const client = await this.connect();
    try {
      const result = await client.query(text, values);
      client.release();
      return result;
    } catch (error) {
      // It may be about to end.
      client.release(true);
      throw error;
    }
  }

  /** By callback too. Kysely and pg-pool give a text or `{ text }`, values, and perhaps a callback. */
  #measureStatements(client: PoolClient): void {
    /** Why the connection ended; the driver says afterwards that it has. */
    let ended: DatabaseUnavailable | undefined;
    // Without a listener, a connection lost while it is checked out ends the process.
    client.on('error', (error) => {
      if (ended !== undefined) return;
      ended = DatabaseUnavailable.connectionLost(error);
      this.#reportFailure(ended);
    });
    const send = client.query.bind(client) as Send;
    const measured: Send = (statement, values, callback) => {
      const text = typeof statement === 'string' ? statement : statement.text;
      const series = this.#metrics.operationSeries(text);
      const startedAt = performance.now();
      send(this.#names?.name(statement, values) ?? statement, values, (error, result) => {
        series.observe(secondsSince(startedAt));
        if (!error) return callback(null, result);
        if (endsConnection(error)) ended ??= DatabaseUnavailable.connectionLost(error);
        callback(ended ?? DatabaseUnavailable.executing(error) ?? error);
      });
    };
    client.query = ((statement: Statement, values?: Values, callback?: QueryCallback) => {
      if (typeof values === 'function') throw new TypeError('query: values go before the callback');
      if (callback) return measured(statement, values, callback);
      return new Promise((resolve, reject) => {
        measured(statement, values, (error, result) => (error ? reject(error) : resolve(result)));
      });
    }) as typeof client.query;
  }
}

function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1_000;
}
