// Docker's engine, asked over its socket: for what must be quick, exact or a stream. What brings
// containers up is left to `docker compose` (cli.ts).
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { constants, hostname, release } from 'node:os';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import type Docker from 'dockerode';
import type { Container, ContainerInfo, ImageInspectInfo } from 'dockerode';
import { execa } from 'execa';
import { environmentError } from '../../errors';
import { describeEnding, type Ending } from '../native/processes';

/** Spoken by engine 25 and later; docker-compose.yml needs that one for its host names in DNS. */
const apiVersion = 'v1.44';

const install = 'Install Docker Engine 25 or newer with its compose plugin:';
const remedy = `${install} https://docs.docker.com/engine/install. Without Docker, use --runtime native.`;

/** The part of GET /info that is used here. */
type Info = { Name: string; KernelVersion: string; NCPU: number; SecurityOptions: string[] };

export type ContainerEvent = { id: string; service: string; what: string; startedAgain: boolean };

export class Engine {
  private constructor(
    private readonly docker: Docker,
    private readonly info: Info,
  ) {}

  /** Finds the engine that `docker` would talk to; it must be one that sees this machine's files. */
  static async open(): Promise<Engine> {
    const host = await output(
      'docker',
      'context',
      'inspect',
      '--format',
      '{{.Endpoints.docker.Host}}',
    );
    if (host === undefined)
      throw environmentError(`The docker command is missing, or knows no context. ${remedy}`);
    if ((await output('docker', 'compose', 'version')) === undefined) {
      throw environmentError(`docker has no compose plugin. ${remedy}`);
    }
    const socketPath = /^unix:\/\/(\/.+)$/.exec(host)?.[1];
    if (socketPath === undefined) {
      throw environmentError(
        `Docker's engine is at ${host}: containers there see no file of this machine, so that --runtime compose needs an engine on this one. Choose it with \`docker context use\` or DOCKER_HOST.`,
      );
    }
    // Loaded when there is an engine: the lab's own image has neither.
    const Dockerode: typeof Docker = require('dockerode');
    const docker = new Dockerode({ socketPath, version: apiVersion });
    const info: Info = await docker.info().catch((error: Error) => {
      throw environmentError(
        `No Docker engine of version 25 or newer answers at ${socketPath} (${error.message.trim()}). Start it (\`sudo systemctl start docker\`), or see that you may use it (group docker).`,
        error,
      );
    });
    return new Engine(docker, info);
  }

  /** Whether the engine runs under this kernel: in a virtual machine nothing of it can be seen. */
  get isOnThisMachine(): boolean {
    return this.info.KernelVersion === release() && this.info.Name === hostname();
  }

  get cores(): number {
    return this.info.NCPU;
  }

  /** Whose files a container's root writes: under a rootless engine they are the user's own. */
  get fileOwner(): string {
    const rootless = this.info.SecurityOptions.some((option) => option.startsWith('name=rootless'));
    return rootless ? '0:0' : `${process.getuid?.()}:${process.getgid?.()}`;
  }

  /** This machine's own address in a network of the engine's. */
  async addressIn(network: string): Promise<string> {
    const { IPAM } = await this.docker.getNetwork(network).inspect();
    const address = IPAM?.Config?.[0]?.Gateway;
    if (address !== undefined && this.isOnThisMachine) return address;
    throw environmentError(
      `This machine has no address in the network ${network}, where several generators would wait for one another: leave --generators out, or use --runtime native.`,
    );
  }

  /** Containers with all these labels, running or not. */
  containers(...labels: string[]): Promise<ContainerInfo[]> {
    return this.docker.listContainers({ all: true, filters: { label: labels } });
  }

  container(id: string): Container {
    return this.docker.getContainer(id);
  }

  /** The processes of a container, as `ps` has them; none of one that does not run any more. */
  async processes(id: string): Promise<string[]> {
    const { Processes = [] } = (await unless([404, 409], this.container(id).top())) ?? {};
    return (Processes as string[][]).map((fields) => fields.join(' '));
  }

  /** Undefined when there is none of that name. */
  image(name: string): Promise<ImageInspectInfo | undefined> {
    return unless([404], this.docker.getImage(name).inspect());
  }

  /** How a container ended, once it has; `onLine` gets each line that it prints on stderr until then. */
  async ending(id: string, onLine: (line: string) => void): Promise<Ending> {
    const container = this.container(id);
    const read = async () => {
      const log = await container.logs({ follow: true, stderr: true });
      const text = new PassThrough();
      const closed = once(createInterface({ input: text }).on('line', onLine), 'close');
      this.docker.modem.demuxStream(log, text, text);
      await finished(log).finally(() => text.end());
      await closed;
    };
    const [{ StatusCode }] = await Promise.all([container.wait(), read()]);
    return endingOf(StatusCode);
  }

  /** A container that has ended already needs no signal: 404 is gone, 409 not running. */
  async kill(id: string, signal: NodeJS.Signals): Promise<void> {
    await unless([404, 409], this.container(id).kill({ signal }));
  }

  /** A running container's share of the time of cores. */
  async limitCpus(id: string, cores: number): Promise<void> {
    await this.container(id).update({ NanoCpus: Math.round(cores * 1e9) });
  }

  /** 409: it is being removed already. */
  async remove(id: string): Promise<void> {
    await unless([404, 409], this.container(id).remove({ force: true }));
  }

  /**
   * Calls `onEvent` for each container of the project that dies, starts or runs out of memory, until
   * the signal is aborted; `onEnd` when the engine stops reporting before that.
   */
  async watch(
    project: string,
    signal: AbortSignal,
    { onEvent, onEnd }: { onEvent: (event: ContainerEvent) => void; onEnd: () => void },
  ): Promise<void> {
    const stream = await this.docker.getEvents({
      abortSignal: signal,
      filters: {
        type: ['container'],
        event: ['die', 'oom', 'start'],
        label: [`com.docker.compose.project=${project}`],
      },
    });
    createInterface({ input: stream })
      .on('line', (line) => {
        const event = eventIn(line);
        if (event !== undefined) onEvent(event);
      })
      .on('error', () => undefined) // Being closed says as much.
      .on('close', () => {
        if (!signal.aborted) onEnd();
      });
  }
}

type EngineEvent = {
  Action: string;
  Actor: { ID: string; Attributes: Record<string, string | undefined> };
};

/** One line of the engine's events; undefined for a container that belongs to no service. */
export function eventIn(line: string): ContainerEvent | undefined {
  let event: EngineEvent;
  try {
    event = JSON.parse(line);
  } catch {
    return undefined; // An engine that ends leaves half a line.
  }
  const { Action, Actor } = event;
  const { exitCode, 'com.docker.compose.service': service } = Actor.Attributes;
  if (service === undefined) return undefined;
  const told = { id: Actor.ID, service, startedAgain: Action === 'start' };
  if (Action === 'die') return { ...told, what: describeEnding(endingOf(Number(exitCode))) };
  if (Action === 'oom') return { ...told, what: 'ran into its memory limit' };
  return { ...told, what: 'was started again by Docker' };
}

/** A shell's and Docker's way to say that a signal ended a process. */
const signalBase = 128;

function endingOf(exitCode: number): Ending {
  const signal = Object.entries(constants.signals).find(
    ([, number]) => number === exitCode - signalBase,
  )?.[0] as NodeJS.Signals | undefined;
  return signal === undefined ? { code: exitCode, signal: null } : { code: null, signal };
}

/** Undefined where the engine refuses with one of these HTTP statuses. */
function unless<T>(statuses: readonly number[], answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: Error & { statusCode?: number }) => {
    if (statuses.includes(error.statusCode ?? 0)) return undefined;
    throw error;
  });
}

async function output(command: string, ...args: string[]): Promise<string | undefined> {
  const { failed, stdout } = await execa(command, args, { reject: false, stdin: 'ignore' });
  return failed ? undefined : stdout.trim();
}

/** CPU seconds so far; null while it cannot be read: the container has ended, or is being started again. */
export type CpuMeter = () => Promise<number | null>;

/**
 * Of a container: from its cgroup where this machine has it (some microseconds per reading), else from
 * the engine (some 3 ms of its CPU time each).
 */
export async function cpuMeterOf(container: Container): Promise<CpuMeter> {
  const file = await cpuFileOf(container);
  const read =
    file === undefined
      ? async () => secondsInStats(await container.stats({ stream: false, 'one-shot': true }))
      : async () => secondsInFile(await readFile(file, 'latin1'));
  return () => read().catch(() => null);
}

/** Of its first process; undefined where that is no process of this machine. */
export async function hostPidOf(container: Container): Promise<number | undefined> {
  const { State } = await container.inspect();
  const list = await readFile(`/proc/${State.Pid}/cgroup`, 'latin1').catch(() => '');
  return list.includes(container.id) ? State.Pid : undefined;
}

async function cpuFileOf(container: Container): Promise<string | undefined> {
  const { State } = await container.inspect();
  const list = await readFile(`/proc/${State.Pid}/cgroup`, 'latin1').catch(() => '');
  const file = cpuFileIn(list, container.id);
  if (file === undefined) return undefined;
  const isReadable = await readFile(file).then(Boolean, () => false);
  return isReadable ? file : undefined;
}

/**
 * The file with a cgroup's CPU time, from what /proc/PID/cgroup says of the container's process.
 * An engine in a virtual machine numbers other processes: the container's id must be in the path.
 */
export function cpuFileIn(list: string, id: string): string | undefined {
  // Version 1 has a tree for each controller; version 2 has one, listed without controllers.
  const v1 = /^\d+:(?:[^:\n]*,)?cpuacct(?:,[^:\n]*)?:(.+)$/m.exec(list)?.[1];
  const v2 = /^0::(.+)$/m.exec(list)?.[1];
  const path = v1 ?? v2;
  if (path === undefined || !path.includes(id)) return undefined;
  return v1 === undefined
    ? `/sys/fs/cgroup${v2}/cpu.stat`
    : `/sys/fs/cgroup/cpuacct${v1}/cpuacct.usage`;
}

/** cpuacct.usage is a number of nanoseconds; cpu.stat has a line in microseconds. */
export function secondsInFile(content: string): number {
  const microseconds = /^usage_usec (\d+)$/m.exec(content)?.[1];
  return microseconds === undefined ? Number(content) / 1e9 : Number(microseconds) / 1e6;
}

/** What is read of the engine's statistics. */
type Statistics = {
  cpu_stats: { cpu_usage: { total_usage: number } };
  pids_stats?: { current?: number };
};

/** A container that does not run has no processes, and no CPU time that would mean anything. */
export function secondsInStats({ cpu_stats, pids_stats }: Statistics): number | null {
  return pids_stats?.current === undefined ? null : cpu_stats.cpu_usage.total_usage / 1e9;
}
