// The lab as a person starts it, with ports, state and results of its own, so that a test neither
// meets a lab that is running nor leaves anything behind.
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfiguration } from '../lab/configuration/configuration';
import { type PortName, portVariable } from '../lab/configuration/variables';
import { everyoneMayEnter } from '../lab/paths';
import { isAlive, type ProcessIdentity } from '../lab/proc';
import { superuserUrlAt } from '../lab/runtime/databases';
import { spawnLab } from '../lab/runtime/native/processes';
import { ports } from '../lab/runtime/ports';
import type { AppName } from '../lab/runtime/subject';

export type Finished = { code: number | null; stdout: string; stderr: string };

export class Lab {
  private constructor(
    readonly folder: string,
    readonly env: NodeJS.ProcessEnv,
    private readonly started = new Set<Running>(),
  ) {}

  /**
   * It may measure beside other tests: what those take makes no step void (test/validity.test.ts has
   * the bound that holds without this, and measures alone).
   *
   * @param settings variables besides those that keep it apart
   */
  static async create(settings: NodeJS.ProcessEnv = {}): Promise<Lab> {
    const folder = temporaryFolder();
    const own = { ...(await labSettings(folder)), NO_COLOR: '1', HEADROOM_OTHER_CORES: '8' };
    return new Lab(folder, { ...process.env, ...own, ...settings });
  }

  get resultsDir(): string {
    return join(this.folder, 'results');
  }

  port(name: PortName): number {
    return readConfiguration(this.env).ports[name] ?? Number.NaN;
  }

  /** The same lab, with other variables. */
  with(settings: NodeJS.ProcessEnv): Lab {
    return new Lab(this.folder, { ...this.env, ...settings }, this.started);
  }

  /** Starts a verb; the caller ends it. */
  start(...args: string[]): Running {
    const running = new Running(startLab(args, this.env));
    this.started.add(running);
    return running;
  }

  /** Runs a verb to its end. */
  run(...args: string[]): Promise<Finished> {
    return this.start(...args).ended;
  }

  /** What the lab started and wrote into its process list, by name. */
  child(name: string): ProcessIdentity | undefined {
    return this.children().find((child) => child.name === name);
  }

  children(): (ProcessIdentity & { name: string })[] {
    try {
      return JSON.parse(readFileSync(join(this.folder, 'state/processes.json'), 'utf8')).children;
    } catch {
      return [];
    }
  }

  /** Superuser's URL of an app's database, once PostgreSQL is up. */
  databaseUrl(app: AppName): string {
    const home = join(this.folder, 'state/postgres');
    const [file = ''] = readdirSync(home).filter((name) => /^password-\d+$/.test(name));
    const password = readFileSync(join(home, file), 'utf8').trim();
    const port = this.port('postgres');
    return superuserUrlAt({ host: '127.0.0.1', port, user: 'postgres', password }, app);
  }

  remove(): void {
    // What a test that failed left up; its parts end with it.
    for (const running of this.started) running.signal('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

const startLab = (args: readonly string[], env: NodeJS.ProcessEnv) =>
  spawnLab(args, { env, extendEnv: false, stripFinalNewline: false });

export class Running {
  stdout = '';
  stderr = '';
  readonly ended: Promise<Finished>;
  private hasEnded = false;

  constructor(private readonly child: ReturnType<typeof startLab>) {
    child.stdout.on('data', (data) => {
      this.stdout += data;
    });
    child.stderr.on('data', (data) => {
      this.stderr += data;
    });
    this.ended = child.then(({ exitCode, stdout, stderr }) => {
      this.hasEnded = true;
      return { code: exitCode ?? null, stdout, stderr };
    });
  }

  signal(signal: NodeJS.Signals): void {
    if (!this.hasEnded) this.child.kill(signal);
  }

  /** Waits until what it printed (on either stream) matches. */
  async prints(pattern: RegExp, timeoutSeconds = 60): Promise<RegExpExecArray> {
    for (const deadline = Date.now() + timeoutSeconds * 1000; Date.now() < deadline; ) {
      const match = pattern.exec(this.stdout) ?? pattern.exec(this.stderr);
      if (match) return match;
      if (this.hasEnded) break;
      await sleep(50);
    }
    throw new Error(`never printed ${pattern}; it said:\n${this.stdout}\n${this.stderr}`);
  }
}

/** What keeps a lab apart from every other: free ports, and state and results in this folder. */
export async function labSettings(folder: string): Promise<Record<string, string>> {
  const names = Object.keys(ports) as PortName[];
  const free = await freePorts(names.length);
  return {
    ...Object.fromEntries(names.map((name, index) => [portVariable(name), String(free[index])])),
    HEADROOM_STATE: join(folder, 'state'),
    HEADROOM_RESULTS: join(folder, 'results'),
  };
}

/** True once none of them runs any more. */
export async function allGone(
  processes: readonly ProcessIdentity[],
  timeoutSeconds = 10,
): Promise<boolean> {
  if (processes.length === 0) throw new Error('no process of the lab was seen while it was up');
  for (const deadline = Date.now() + timeoutSeconds * 1000; Date.now() < deadline; ) {
    if (!processes.some(isAlive)) return true;
    await sleep(50);
  }
  return false;
}

/** PostgreSQL's user must be able to enter it, whoever runs the tests. */
export function temporaryFolder(): string {
  const base = ['/var/tmp', '/tmp'].find(everyoneMayEnter) ?? '/tmp';
  const folder = mkdtempSync(join(base, 'headroom-test-'));
  chmodSync(folder, 0o755);
  return folder;
}

/** Ports that nobody listened on a moment ago; all held at once, so that they differ. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  return Promise.all(
    servers.map((server) => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      return new Promise<number>((resolve) => server.close(() => resolve(port)));
    }),
  );
}
