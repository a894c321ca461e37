// Child processes that never outlive the lab: they die with it, and what a crash lets through
// nevertheless is found in the process list at the next start.
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  createWriteStream,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa, type Options } from 'execa';
import { environmentError } from '../../errors';
import { rootDir } from '../../paths';
import { allProcesses, identify, isAlive, type ProcessIdentity } from '../../proc';
import { writeFileAtomic } from '../../results/atomic';
import { makeFolder } from '../../system-errors';
import { type StartedService, takeDown } from './compose-service';

type ChildSpec = {
  name: string;
  command: string;
  args: string[];
  /** All that it gets of one. */
  env: NodeJS.ProcessEnv;
  cwd?: string;
  /** CPU numbers it may use. */
  cpus: readonly number[];
  /** Asks it to end in order; also what the kernel sends when the lab dies. */
  stopSignal: 'SIGTERM' | 'SIGINT';
  /** Seconds between asking and killing. */
  graceSeconds: number;
  user?: { uid: number; gid: number };
  /** Whether what it leaves running, in a session of its own too, ends with it. */
  endsAll?: true;
  /** Takes what it writes to stderr, line by line. All else goes to logs/<name>.log in the state folder. */
  onErrorLine?: (line: string) => void;
};

export type Child = {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** Settles when it has ended, however it did. */
  readonly ended: Promise<Ending>;
  /** Whether it was asked to end. */
  readonly isStopping: () => boolean;
  stop(): Promise<Ending>;
};

export type Ending = { code: number | null; signal: NodeJS.Signals | null };

export const describeEnding = ({ code, signal }: Ending): string =>
  signal === null ? `ended with code ${code}` : `was ended by ${signal}`;

/** What a child said last, behind a colon; nothing where it said nothing. */
export function lastLineOf({ logFile }: Pick<Child, 'logFile'>): string {
  const lines = endOf(logFile).trim().split('\n');
  const last = lines.at(-1)?.trim() ?? '';
  return last === '' ? '' : `: "${last.slice(0, longestQuote)}"`;
}
const longestQuote = 200;

/** A log may be larger than any text that Node.js can hold. */
function endOf(file: string): string {
  const handle = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(longestEnd);
    const from = Math.max(0, fstatSync(handle).size - longestEnd);
    return bytes.toString('utf8', 0, readSync(handle, bytes, 0, longestEnd, from));
  } finally {
    closeSync(handle);
  }
}
const longestEnd = 4096;

type Entry = ProcessIdentity & { name: string };
type ProcessList = {
  owner: ProcessIdentity;
  children: Entry[];
  /** Of the lab's children, in `markVariable`; earlier labs had none. */
  mark?: string;
  /** Of compose files of somebody's own, which no end of the lab takes with it; earlier labs noted none. */
  services?: StartedService[];
};

/**
 * By it the processes of a child are known, whatever session and parent they have by now. Not HEADROOM_…:
 * a child that is a lab itself refuses what is none of its settings.
 */
const markVariable = 'LOAD_LAB_MARK';

/** The lab that is up in this state folder, what it was called with, and its children; if one is. */
export function runningLab(stateDir: string): (ProcessList & { verb: string }) | undefined {
  const list = readList(stateDir);
  if (list === undefined || !isAlive(list.owner)) return undefined;
  let cmdline: string;
  try {
    cmdline = readFileSync(`/proc/${list.owner.pid}/cmdline`, 'utf8');
  } catch {
    return undefined; // It has ended since.
  }
  const words = cmdline.split('\0').filter(Boolean);
  const script = words.findIndex((word) => word.endsWith('lab/main.ts'));
  const verb = `lab ${words.slice(script + 1).join(' ')}`;
  return { ...list, verb, children: list.children.filter(isAlive) };
}

/** Refuses while another lab runs here. */
export function requireNoOtherLab(stateDir: string): void {
  const other = runningLab(stateDir)?.owner.pid;
  if (other === undefined || other === process.pid) return;
  throw environmentError(
    `Another lab is running here (process ${other}). Stop it first (\`npm run lab -- down\`), or give this one a folder and ports of its own (HEADROOM_STATE, HEADROOM_*_PORT).`,
  );
}

/** The processes of one lab in one state folder. */
export class Processes {
  private readonly children = new Map<number, Entry & { child: Child }>();
  private readonly services = new Set<StartedService>();
  private readonly mark = randomUUID();
  private marked = 0;

  private constructor(private readonly stateDir: string) {}

  /** Claims the state folder: ends what a crashed lab left there, refuses while another one runs. */
  static async claim(stateDir: string): Promise<Processes> {
    makeFolder(join(stateDir, 'logs'), 0o755);
    requireNoOtherLab(stateDir);
    const before = readList(stateDir);
    await Promise.all((before?.children ?? []).map(endLeftover));
    if (before?.mark !== undefined) killMarked(before.mark);
    const processes = new Processes(stateDir);
    for (const service of before?.services ?? []) await processes.takeDownLeftover(service);
    processes.save();
    return processes;
  }

  /** Before it is started: from now on the next start takes it down, unless it is forgotten before. */
  noteService(service: StartedService): void {
    this.services.add(service);
    this.save();
  }

  forgetService(service: StartedService): void {
    this.services.delete(service);
    this.save();
  }

  /** One that stays up is in nobody's way but its own app's; the start after this one tries again. */
  private async takeDownLeftover(service: StartedService): Promise<void> {
    if (!existsSync(resolve(service.folder, service.file))) return;
    try {
      await takeDown(service);
    } catch (error) {
      this.services.add(service);
      console.error(
        `A lab that was killed left the service ${service.service} up: ${(error as Error).message}`,
      );
    }
  }

  async start(spec: ChildSpec): Promise<Child> {
    const logFile = join(this.stateDir, 'logs', `${spec.name}.log`);
    this.marked += 1;
    const mark = `${this.mark}-${this.marked}.`;
    const env = spec.endsAll ? { ...spec.env, [markVariable]: mark } : spec.env;
    const started = launch({ ...spec, env }, logFile);
    const { pid } = started;
    if (pid === undefined) {
      throw environmentError(
        `${spec.name}: cannot start setpriv. It needs setpriv and taskset (package util-linux).`,
      );
    }
    if (spec.onErrorLine && started.stderr) {
      createInterface(started.stderr).on('line', spec.onErrorLine);
    }
    const ended = started.then(({ exitCode, signal }) => ({
      code: exitCode ?? null,
      signal: signal ?? null,
    }));
    let isStopping = false;
    const child: Child = {
      name: spec.name,
      pid,
      logFile,
      ended,
      isStopping: () => isStopping,
      stop: () => {
        isStopping = true;
        started.kill();
        return ended;
      },
    };
    const identity = identify(pid);
    if (identity !== undefined) {
      this.children.set(pid, { ...identity, name: spec.name, child });
      this.save();
    }
    void ended
      .then(() => {
        killGroup(pid, 'SIGKILL');
        if (spec.endsAll) killMarked(mark);
        this.children.delete(pid);
        this.save();
      })
      // On a full disk the list stays too long: the next start looks for processes that are gone.
      .catch(() => undefined);
    return child;
  }

  /** Stops all, those started last first. */
  async stopAll(): Promise<void> {
    for (const { child } of [...this.children.values()].reverse()) await child.stop();
  }

  private save(): void {
    const owner = identify(process.pid);
    if (owner === undefined) return;
    const children = [...this.children.values()].map(({ pid, startTicks, name }) => ({
      pid,
      startTicks,
      name,
    }));
    const services = [...this.services];
    const list: ProcessList = { owner, children, mark: this.mark, services };
    writeFileAtomic(listFile(this.stateDir), `${JSON.stringify(list, null, 2)}\n`);
  }
}

/** A child that dies with the lab, on its cores, writing to its log. */
function launch(spec: ChildSpec, logFile: string) {
  // A stream, because execa takes no bare descriptor; the child writes to the file itself.
  const log = createWriteStream(logFile, { fd: openSync(logFile, 'w') });
  const wrappers = [
    ...['--pdeathsig', spec.stopSignal.slice(3), '--'],
    ...['taskset', '-c', spec.cpus.join(',')],
  ];
  const started = execa('setpriv', [...wrappers, spec.command, ...spec.args], {
    ...(spec.cwd !== undefined && { cwd: spec.cwd }),
    env: spec.env,
    extendEnv: false,
    // A group of its own: Ctrl-C reaches the lab alone, which then stops its parts in order.
    detached: true,
    stdin: 'ignore',
    stdout: log,
    stderr: spec.onErrorLine ? 'pipe' : log,
    buffer: false,
    reject: false,
    killSignal: spec.stopSignal,
    forceKillAfterDelay: spec.graceSeconds * 1000,
    ...spec.user,
  });
  log.end();
  return started;
}

const listFile = (stateDir: string): string => join(stateDir, 'processes.json');

function readList(stateDir: string): ProcessList | undefined {
  try {
    return JSON.parse(readFileSync(listFile(stateDir), 'utf8'));
  } catch {
    return undefined; // None yet, or a torn one: the children died with their lab.
  }
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The whole group is gone already.
  }
}

function killMarked(mark: string): void {
  for (const { pid } of allProcesses()) {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'latin1');
      if (environment.includes(`${markVariable}=${mark}`)) process.kill(pid, 'SIGKILL');
    } catch {
      // Another user's, or gone.
    }
  }
}

async function endLeftover(entry: Entry): Promise<void> {
  if (!isAlive(entry)) return;
  killGroup(entry.pid, 'SIGTERM');
  for (let waitedMs = 0; waitedMs < 5000 && isAlive(entry); waitedMs += 50) await sleep(50);
  if (isAlive(entry)) killGroup(entry.pid, 'SIGKILL');
}

/** The lab once more, in a process of its own; fails only by what it ends with. */
export const spawnLab = <Settings extends Options>(args: readonly string[], settings: Settings) =>
  execa(
    process.execPath,
    ['--require', 'ts-node/register', join(rootDir, 'lab/main.ts'), ...args],
    {
      cwd: rootDir,
      stdin: 'ignore',
      reject: false,
      // It stops its parts in order and writes down what it has: that may take a while.
      forceKillAfterDelay: false,
      ...settings,
    },
  );
