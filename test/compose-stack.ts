// The composition as a person brings it up, under a project name, ports and results of its own.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { rootDir } from '../lab/paths';

/** Why nothing can be composed here; undefined where it can. */
export function engineProblem(): string | undefined {
  try {
    execFileSync('docker', ['info'], { stdio: 'ignore', timeout: 20_000 });
    execFileSync('docker', ['compose', 'version'], { stdio: 'ignore', timeout: 20_000 });
    return undefined;
  } catch {
    return 'no Docker Engine answers, or it has no compose: `docker info`, `docker compose version`';
  }
}

/** There is nothing to make Grafana's image from where no registry is reached. */
export function grafanaProblem(): string | undefined {
  try {
    execFileSync('docker', ['image', 'inspect', grafanaImage], { stdio: 'ignore' });
    return undefined;
  } catch {
    return `${grafanaImage} is not here: docker pull ${grafanaImage}`;
  }
}

const grafanaImage = 'grafana/grafana:13.2.3';

/** What `docker inspect` says of a container, as far as it is asked here. */
export type Container = {
  Id: string;
  Name: string;
  RestartCount: number;
  State: { Pid: number; Running: boolean; ExitCode: number; Health?: { Status: string } };
  Config: {
    User: string;
    Healthcheck?: { Test: string[] };
    Labels: Record<string, string>;
  };
  HostConfig: {
    CapAdd: string[] | null;
    CapDrop: string[] | null;
    CpusetCpus: string;
    Init: boolean;
    LogConfig: { Config: Record<string, string> };
    Memory: number;
    NanoCpus: number;
    NetworkMode: string;
    PidsLimit: number;
    PortBindings: Record<string, { HostIp: string; HostPort: string }[]>;
    Privileged: boolean;
    ReadonlyRootfs: boolean;
    RestartPolicy: { Name: string };
    SecurityOpt: string[] | null;
  };
  NetworkSettings: { Networks: Record<string, { IPAddress: string }> };
};

export class Stack {
  private constructor(
    readonly project: string,
    readonly folder: string,
  ) {}

  /**
   * @param settings variables of .env.example
   * @param overrides a compose file's text, laid over docker-compose.yml
   */
  static async create(
    project: string,
    settings: Record<string, string>,
    overrides = 'services: {}\n',
  ): Promise<Stack> {
    const stack = new Stack(project, mkdtempSync(join(tmpdir(), `${project}-`)));
    const owner = process.getuid?.() || 1000;
    const lines = {
      HEADROOM_RESULTS: stack.resultsDir,
      HEADROOM_UID: owner,
      HEADROOM_GID: process.getgid?.() || owner,
      ...settings,
    };
    writeFileSync(
      join(stack.folder, 'env'),
      Object.entries(lines)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    );
    writeFileSync(join(stack.folder, 'overrides.yml'), overrides);
    // What a killed test left behind.
    await stack.remove();
    return stack;
  }

  get resultsDir(): string {
    return join(this.folder, 'results');
  }

  /** `docker compose ARGS` on this project; fails with what it said. */
  async compose(...args: string[]): Promise<string> {
    const files = ['docker-compose.yml', join(this.folder, 'overrides.yml')];
    const { all } = await execa(
      'docker',
      [
        'compose',
        ...['--project-name', this.project, '--env-file', join(this.folder, 'env')],
        ...files.flatMap((file) => ['--file', file]),
        ...args,
      ],
      { cwd: rootDir, env: withoutSettings(process.env), extendEnv: false, all: true },
    );
    return all;
  }

  /** All that `docker compose up` starts; without Grafana where its image is not to be had. */
  async services(): Promise<string[]> {
    const all = (await this.compose('config', '--services')).split('\n');
    return grafanaProblem() === undefined ? all : all.filter((name) => name !== 'grafana');
  }

  /** Brings services up, and waits until each is healthy, or has ended as it should. */
  async up(services: readonly string[], ...flags: string[]): Promise<void> {
    const wait = ['--detach', '--wait', '--wait-timeout', '120'];
    try {
      await this.compose('up', ...wait, ...flags, ...services);
    } catch (error) {
      const log = await this.compose('logs', '--no-color', '--tail', '15');
      throw new Error(`${(error as Error).message}\n${log}`, { cause: error });
    }
  }

  async containers(service: string): Promise<Container[]> {
    const ids = (await this.compose('ps', '--all', '--quiet', service)).split('\n').filter(Boolean);
    if (ids.length === 0) return [];
    const { stdout } = await execa('docker', ['inspect', ...ids]);
    return JSON.parse(stdout);
  }

  async container(service: string): Promise<Container> {
    const [first] = await this.containers(service);
    if (first === undefined) throw new Error(`${service} has no container`);
    return first;
  }

  /** Where this machine reaches a container's unpublished ports. */
  addressOf({ Name, NetworkSettings }: Container, network = 'load'): string {
    const address = NetworkSettings.Networks[`${this.project}_${network}`]?.IPAddress;
    if (!address) throw new Error(`${Name} is not on the network ${network}`);
    return address;
  }

  async urlOf(service: string, port: number): Promise<string> {
    return `http://${(await this.compose('port', service, String(port))).trim()}`;
  }

  /** Ends a container's main process as the kernel would: unlike `docker kill`, it may restart. */
  async killMainProcess({ State }: Container): Promise<void> {
    const asRoot = ['--user', '0', '--pid', 'host', '--entrypoint', 'bash'];
    await execa('docker', [
      ...['run', '--rm', '--network', 'none', ...asRoot, 'postgres:18-trixie'],
      ...['-c', `kill -KILL ${State.Pid}`],
    ]);
  }

  /** Takes away containers, networks and volumes. */
  async remove(...flags: string[]): Promise<void> {
    const all = ['--volumes', '--remove-orphans', '--timeout', '3', ...flags];
    await this.compose('--profile', 'tools', '--profile', 'nightly', 'down', ...all);
  }

  /** And the images built for it, and its results. */
  async discard(): Promise<void> {
    await this.remove('--rmi', 'local');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Without what the person's own shell says: it would go before the test's settings. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const foreign = /^(HEADROOM_|COMPOSE_)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.test(name)));
}

/** Waits until `reached` gives something; says what it waited for when it never does. */
export async function until<T>(
  what: string,
  timeoutSeconds: number,
  reached: () => Promise<T | undefined>,
): Promise<T> {
  let last: unknown;
  for (const deadline = Date.now() + timeoutSeconds * 1000; Date.now() < deadline; ) {
    try {
      const value = await reached();
      if (value !== undefined) return value;
    } catch (error) {
      last = error;
    }
    await sleep(250);
  }
  throw new Error(`not within ${timeoutSeconds} s: ${what}`, { cause: last });
}
