// The PostgreSQL of apps that somebody else started, by the role of db/lab.sql: databases reset between
// trials and looked into for the books, and how much CPU time the server has used.
import { Client } from 'pg';
import { parseStat } from '../../proc';
import { addressIn, type ServerAddress } from '../database-server';
import { resetPrepared, superuserUrlAt } from '../databases';
import type { AppName } from '../subject';

/** CPU seconds so far: of all of the server's processes, and of those that served each database. */
type ServerCpu = { seconds: number; byDatabase: ReadonlyMap<string, number> };

/** A reading that takes longer is of no use any more. */
const timeoutMs = 1500;

export class AttachedServer {
  private readonly address: ServerAddress;
  private connected: Promise<Client> | undefined;
  /** By pid and start time; one that has ended keeps what was last seen of it. */
  private readonly backends = new Map<string, { database: string; seconds: number }>();

  constructor(url: string) {
    this.address = addressIn(url);
  }

  reset(app: AppName): Promise<void> {
    return resetPrepared(this.address, app);
  }

  databaseUrl(app: AppName): string {
    return superuserUrlAt(this.address, app);
  }

  /** Null while the server does not answer. */
  async cpu(): Promise<ServerCpu | null> {
    try {
      this.connected ??= this.connect();
      const client = await this.connected;
      const { rows } = await client.query<ProcessRow>(
        'SELECT database, is_server AS "isServer", stat FROM headroom_processes()',
      );
      return this.count(rows);
    } catch {
      // Another one is opened for the next reading.
      this.drop();
      return null;
    }
  }

  drop(): void {
    void this.connected?.then((client) => client.end()).catch(() => undefined);
    this.connected = undefined;
  }

  private count(rows: readonly ProcessRow[]): ServerCpu {
    let seconds = 0;
    for (const { database, isServer, stat } of rows) {
      // It ended between being listed and being read.
      if (stat === null) continue;
      const { pid, startTicks, cpuSeconds } = parseStat(stat);
      // What its ended children used stands in the server's own line.
      seconds += cpuSeconds;
      if (isServer || database === null) continue;
      this.backends.set(`${pid} ${startTicks}`, { database, seconds: cpuSeconds });
    }
    const byDatabase = new Map<string, number>();
    for (const backend of this.backends.values()) {
      const { database } = backend;
      byDatabase.set(database, (byDatabase.get(database) ?? 0) + backend.seconds);
    }
    return { seconds, byDatabase };
  }

  private async connect(): Promise<Client> {
    const client = new Client({
      ...{ ...this.address, database: 'postgres', application_name: 'headroom lab' },
      ...{ connectionTimeoutMillis: timeoutMs, query_timeout: timeoutMs },
    });
    client.on('error', () => this.drop());
    await client.connect();
    return client;
  }
}

type ProcessRow = { database: string | null; isServer: boolean; stat: string | null };
