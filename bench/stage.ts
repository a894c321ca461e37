// Where a bench that starts servers runs them: PostgreSQL, and one server or several beside it, each
// on the cores that the native runtime would give it, each run fresh and on a reset database.
import { andThen } from '../lab/errors';
import { stateDir } from '../lab/paths';
import { treeCpuSeconds } from '../lab/proc';
import type { Placement } from '../lab/results/schemas';
import { shutdownSeconds } from '../lab/runtime/apps';
import { Databases } from '../lab/runtime/databases';
import { pinSelf, placeOn } from '../lab/runtime/native/placement';
import { type PostgresServer, startPostgres } from '../lab/runtime/native/postgres';
import { type Child, Processes } from '../lab/runtime/native/processes';
import { readTopology } from '../lab/runtime/native/topology';
import { ports } from '../lab/runtime/ports';
import { untilReady, whyNotAllOk } from '../lab/runtime/readiness';
import type { AppName } from '../lab/runtime/subject';

/** Seconds a server may take from its start to its first good answer. */
const startSeconds = 60;
/** How exact a start is timed; asking more often would be work for the server. */
const startPollMs = 10;

const signals = ['SIGINT', 'SIGTERM'] as const;

/** A server as a bench starts it. */
export type Contestant = {
  /** Names its log and its database: two contestants never share one. */
  name: string;
  /** Whose tables its database has. */
  app: AppName;
  command: string;
  args: string[];
  cwd: string;
  env: (databaseUrl: string) => NodeJS.ProcessEnv;
  baseUrl: string;
  /** URLs that answer 200 once it is ready. */
  ready: readonly string[];
};

export type CpuSeconds = { server: number; database: number };

/** A server that is ready: its first process, and the seconds from that one's start to being so. */
export type Started = { pid: number; readySeconds: number };

export class Stage {
  private readonly interrupt = () => void this.close().then(() => process.exit(130));

  private constructor(
    readonly processes: Processes,
    readonly placement: Placement,
    private readonly postgres: PostgresServer,
    private readonly databases: Databases,
  ) {
    // Until all has ended: where nobody listens, execa's own listener ends the process at once.
    for (const signal of signals) process.on(signal, this.interrupt);
  }

  /**
   * @param folder state (PostgreSQL's data, logs); the lab's own, unless a test gives another
   * @throws LabError when another lab runs there, or a port is taken
   */
  static async open(folder = stateDir, postgresPort = ports.postgres): Promise<Stage> {
    const placement = placeOn(readTopology());
    pinSelf(placement.generator);
    const processes = await Processes.claim(folder);
    try {
      const postgres = await startPostgres({
        processes,
        stateDir: folder,
        port: postgresPort,
        cpus: placement.database,
      });
      const databases = await Databases.prepare(postgres.address, folder);
      return new Stage(processes, placement, postgres, databases);
    } catch (error) {
      await processes.stopAll();
      throw error;
    }
  }

  /** Runs `work` against a fresh process on a reset database; the process is gone afterwards. */
  async withServer<T>(
    contestant: Contestant,
    work: (cpuSeconds: () => CpuSeconds, started: Started) => Promise<T>,
  ): Promise<T> {
    const { name, app, command, args, cwd, env, ready } = contestant;
    await this.databases.reset(app, { name });
    const startedAtMs = performance.now();
    const child = await this.processes.start({
      ...{ name, command, args, cwd },
      env: env(this.databases.appUrl(name)),
      cpus: this.placement.subject,
      stopSignal: 'SIGTERM',
      graceSeconds: shutdownSeconds + 2,
    });
    return andThen(async () => {
      await untilReady(child, startSeconds, () => whyNotAllOk(ready), startPollMs);
      const readySeconds = (performance.now() - startedAtMs) / 1000;
      return await work(() => this.cpuSeconds(child), { pid: child.pid, readySeconds });
    }, [() => child.stop()]);
  }

  /** For looking at a contestant's rows behind its back. */
  superuserUrl({ name }: Contestant): string {
    return this.databases.superuserUrl(name);
  }

  async close(): Promise<void> {
    await this.processes.stopAll();
    for (const signal of signals) process.off(signal, this.interrupt);
  }

  private cpuSeconds(child: Child): CpuSeconds {
    const database = this.postgres.child?.pid ?? 0;
    const cpu = treeCpuSeconds([child.pid, database]);
    return { server: cpu.get(child.pid) ?? 0, database: cpu.get(database) ?? 0 };
  }
}
