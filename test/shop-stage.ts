// PostgreSQL and an app on it that a test may kill and bring back, where the lab's own runtime would
// end the run; and k6 on a plan against them, with the books kept as the lab keeps them.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { Plan, Summary } from '../contract/plan';
import { Books } from '../lab/measure/books';
import { parseLine } from '../lab/measure/trial';
import { type BooksResult, judgeBooks } from '../lab/results/trial/books';
import { commandOf, environmentOf } from '../lab/runtime/apps';
import { Databases } from '../lab/runtime/databases';
import { k6Environment, scenarioFile } from '../lab/runtime/generator';
import { startPostgres } from '../lab/runtime/native/postgres';
import { type Child, Processes } from '../lab/runtime/native/processes';
import { allowedCpus } from '../lab/runtime/native/topology';
import { untilReady, whyNotAllOk } from '../lab/runtime/readiness';
import { type AppName, subjectOf } from '../lab/runtime/subject';
import { freePorts, temporaryFolder } from './lab-process';
import type { PostgresContainer } from './postgres-container';

const cpus = allowedCpus();
const users = 12;

/** A load on its way. */
type UnderWay = {
  /** Orders that k6 has told of so far. */
  orders: () => number;
  stop: () => void;
  /** The books, once k6 has ended. */
  closed: () => Promise<BooksResult>;
};

export class ShopStage {
  private app: Child | undefined;

  private constructor(
    readonly name: AppName,
    readonly folder: string,
    private readonly isOwnFolder: boolean,
    private readonly processes: Processes,
    private readonly postgres: Pick<PostgresContainer, 'address' | 'crash' | 'start'>,
    private readonly databases: Databases,
    private readonly ports: { app: number; metrics: number },
  ) {}

  /**
   * @param products of the shop, where it is not the smallest
   * @param folder the caller's, who removes it: what PostgreSQL has there stays for the next stage
   * @param postgres a server that the caller has started, and stops; by default an embedded one
   */
  static async open(
    name: AppName,
    {
      products,
      folder: given,
      postgres: ready,
    }: { products?: number; folder?: string; postgres?: PostgresContainer | undefined } = {},
  ): Promise<ShopStage> {
    const folder = given ?? temporaryFolder();
    const processes = await Processes.claim(folder);
    const [app = 0, metrics = 0] = await freePorts(2);
    const postgres = ready ?? (await embeddedPostgres(processes, folder));
    const databases = await Databases.prepare(postgres.address, folder);
    await databases.reset(name, { products });
    const ports = { app, metrics };
    const isOwn = given === undefined;
    const stage = new ShopStage(name, folder, isOwn, processes, postgres, databases, ports);
    await stage.startApp();
    return stage;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${this.ports.app}`;
  }

  get databaseUrl(): string {
    return this.databases.superuserUrl(this.name);
  }

  async startApp(): Promise<void> {
    const metricsUrl = `http://127.0.0.1:${this.ports.metrics}/metrics`;
    const child = await this.processes.start({
      name: this.name,
      ...commandOf({ app: this.name }),
      env: {
        ...environmentOf(subjectOf(this.name, 'default', 1), this.databases.appUrl(this.name)),
        PORT: String(this.ports.app),
        METRICS_PORT: String(this.ports.metrics),
      },
      cpus,
      stopSignal: 'SIGTERM',
      graceSeconds: 15,
    });
    this.app = child;
    await untilReady(child, 60, () => whyNotAllOk([`${this.baseUrl}/readyz`, metricsUrl]));
  }

  /** With its workers, where they stand. */
  async killApp(): Promise<void> {
    if (this.app === undefined) throw new Error(`${this.name} is not up`);
    process.kill(-this.app.pid, 'SIGKILL');
    await this.app.ended;
  }

  crashDatabase(): Promise<void> {
    return this.postgres.crash();
  }

  startDatabase(): Promise<void> {
    return this.postgres.start();
  }

  /** Until a session of the app is seen between two statements of one transaction. */
  async inMidTransaction(timeoutSeconds = 30): Promise<void> {
    const client = new Client({ connectionString: this.databaseUrl });
    client.on('error', () => undefined);
    await client.connect();
    try {
      for (const deadline = Date.now() + timeoutSeconds * 1000; Date.now() < deadline; ) {
        const { rowCount } = await client.query(
          `SELECT FROM pg_stat_activity
           WHERE datname = current_database() AND pid <> pg_backend_pid()
             AND xact_start < query_start AND state <> 'idle' AND query ILIKE '%stock%'`,
        );
        if (rowCount) return;
        await sleep(1);
      }
    } finally {
      await client.end();
    }
    throw new Error('no checkout was seen at work');
  }

  /** Customers who log in and buy, again and again. */
  async buying(seconds: number): Promise<UnderWay> {
    const plan: Plan = {
      schemaVersion: 1,
      scenario: 'shop',
      run: 'test',
      trial: 1,
      app: this.name,
      baseUrl: this.baseUrl,
      allowHosts: [],
      workload: 'buy',
      steps: [
        {
          name: 'step_01',
          warmup: false,
          durationSeconds: seconds,
          load: { model: 'closed', users },
        },
      ],
      gapSeconds: 0,
      gracefulStopSeconds: 2,
      seed: 1,
      slo: { share: 0.99, thresholdSeconds: 0.5 },
      sampleEvery: 20,
      summaryPath: join(this.folder, 'summary.json'),
    };
    rmSync(join(this.folder, 'summary.json'), { force: true });
    const planFile = join(this.folder, 'plan.json');
    writeFileSync(planFile, JSON.stringify(plan));
    const metricsUrl = `http://127.0.0.1:${this.ports.metrics}/metrics`;
    const books = await Books.open(this.databaseUrl, [metricsUrl]);
    let orders = 0;
    const k6 = await this.processes.start({
      name: 'k6',
      command: 'k6',
      args: ['run', '--quiet', '--log-format', 'json', '--address', '', scenarioFile('shop')],
      env: k6Environment(planFile, 'http://127.0.0.1:1'),
      cpus,
      stopSignal: 'SIGINT',
      graceSeconds: 15,
      onErrorLine: (line) => {
        const { order } = parseLine(line);
        if (order === undefined) return;
        orders += 1;
        books.accepted(order);
      },
    });
    return {
      orders: () => orders,
      stop: () => void k6.stop(),
      closed: async () => {
        await k6.ended;
        return judgeBooks(await books.close(), this.summary()?.checkouts ?? null, users);
      },
    };
  }

  async close(): Promise<void> {
    await this.processes.stopAll();
    if (this.isOwnFolder) rmSync(this.folder, { recursive: true, force: true });
  }

  private summary(): Summary | undefined {
    const file = join(this.folder, 'summary.json');
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  }
}

async function embeddedPostgres(processes: Processes, stateDir: string) {
  const [port = 0] = await freePorts(1);
  const start = () => startPostgres({ processes, stateDir, port, cpus });
  let server = await start();
  return {
    address: server.address,
    crash: async () => {
      const { child } = server;
      if (child === undefined) throw new Error('the embedded PostgreSQL has a process');
      process.kill(child.pid, 'SIGQUIT');
      await child.ended;
    },
    start: async () => {
      server = await start();
    },
  };
}

/** Until k6 has told of so many. */
export async function orders(load: UnderWay, count: number, timeoutSeconds = 30): Promise<void> {
  for (const deadline = Date.now() + timeoutSeconds * 1000; load.orders() < count; ) {
    if (Date.now() > deadline) throw new Error(`k6 told of ${load.orders()} orders, not ${count}`);
    await sleep(20);
  }
}

/** Until the database has so many orders. */
export async function ordersIn(url: string, count: number, timeoutSeconds = 60): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const deadline = Date.now() + timeoutSeconds * 1000; Date.now() < deadline; ) {
      const { rowCount } = await client.query('SELECT FROM customer_order LIMIT $1', [count]);
      if (rowCount === count) return;
      await sleep(50);
    }
  } finally {
    await client.end();
  }
  throw new Error(`there were no ${count} orders within ${timeoutSeconds} s`);
}
