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
    const connecting = this.#connect();
    if (!callback) return connecting;
    connecting.then(
      (client) => callback(undefined, client, client.release),
      (error) => callback(error, undefined, () => {}),
    );
    return undefined;
  }

  async #connect(): Promise<PoolClient> {
    const startedAt = performance.now();
    this.pendingCount += 1;
    try {
      return await super.connect();
    } catch (error) {
      // pg-pool gives its timeouts no code, only these words.
      if (error instanceof Error && error.message.includes('timeout')) this.#metrics.timeouts.inc();
      throw DatabaseUnavailable.connecting(error);
    } finally {
      this.pendingCount -= 1;
      this.#metrics.waitSeconds.observe(secondsSince(startedAt));
    }
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
    const send = client.query.bind(client) as (...args: unknown[]) => Promise<QueryResult>;
    const measured = async (...args: unknown[]): Promise<QueryResult> => {
      const startedAt = performance.now();
      try {
        return await send(...(this.#names?.name(args) ?? args));
      } catch (error) {
        throw DatabaseUnavailable.executing(error, lost) ?? error;
      } finally {
        const statement =
          typeof args[0] === 'string' ? args[0] : (args[0] as { text: string }).text;
        this.#metrics.observeOperation(statement, secondsSince(startedAt));
      }
    };
    client.query = ((...args: unknown[]) => {
      if (typeof args.at(-1) !== 'function') return measured(...args);
      const callback = args.pop() as QueryCallback;
      measured(...args).then((result) => callback(null, result), callback);
      return undefined;
    }) as typeof client.query;
  }
}

function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1_000;
}
