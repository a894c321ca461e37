// The composition as a person brings it up, with ports and results of its own. Most test files share
// one project, and with it images, volumes and containers: each says which services it needs and how
// they are set, and compose makes again only those that differ. container-setup.ts removes it all.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerInspectInfo } from 'dockerode';
import { execa, execaSync } from 'execa';
import {
  DockerComposeEnvironment,
  getContainerRuntimeClient,
  type StartedDockerComposeEnvironment,
  Wait,
} from 'testcontainers';
import { parse } from 'yaml';
import { rootDir } from '../lab/paths';
import { takeLock } from '../lab/results/file-lock';
import type { AppName } from '../lab/runtime/subject';
import { engine, projectLabel, projectNamed, removeLeftovers } from './container-projects';

/** Why nothing can be composed here; undefined where it can. */
export function engineProblem(): string | undefined {
  return succeeds('info') && succeeds('compose', 'version')
    ? undefined
    : 'no Docker Engine answers, or it has no compose: `docker info`, `docker compose version`';
}

let grafanaLooked: { problem: string | undefined } | undefined;

/**
 * There is nothing to make Grafana's image from where no registry answers.
 *
 * @throws where one answers, and does not give the image
 */
export function grafanaProblem(): string | undefined {
  grafanaLooked ??= { problem: pullGrafana() };
  return grafanaLooked.problem;
}

function pullGrafana(): string | undefined {
  if (succeeds('image', 'inspect', grafanaImage)) return undefined;
  const pull = ['pull', '--quiet', grafanaImage];
  const { failed, stderr } = execaSync('docker', pull, { timeout: 240_000, reject: false });
  if (!failed) return undefined;
  if (isWithoutRegistry(String(stderr))) return `no registry gives ${grafanaImage}: ${stderr}`;
  throw new Error(`docker pull ${grafanaImage}: ${stderr}`);
}

/** The engine's words for a network that leads nowhere; whatever else it says, a registry has answered. */
const isWithoutRegistry = (stderr: string): boolean =>
  /no such host|server misbehaving|i\/o timeout|connection refused|network is unreachable|no route to host|TLS handshake timeout|context deadline exceeded|Client\.Timeout|proxyconnect/.test(
    stderr,
  );

const succeeds = (...args: string[]): boolean =>
  !execaSync('docker', args, { stdio: 'ignore', timeout: 20_000, reject: false }).failed;

const grafanaImage: string = parse(readFileSync(join(rootDir, 'docker-compose.yml'), 'utf8'), {
  merge: true,
}).services.grafana.image;

/** They do their work before the others start, and end. */
export const oneShots = ['database', 'placement', 'results'];

/** They make load, or wait for an hour to make some: they run for those who ask for them only. */
const loadMakers = ['lab', 'nightly'];

const freePorts = ['GRAFANA_PORT', 'PROMETHEUS_PORT', 'LIVE_PORT', 'EXPRESS_PORTS', 'DJANGO_PORTS'];

export class Stack {
  private environment: StartedDockerComposeEnvironment | undefined;

  private constructor(
    readonly project: string,
    readonly folder: string,
    readonly resultsDir: string,
    private readonly settings: Record<string, string>,
    private readonly files: string[],
  ) {}

  /**
   * @param settings variables of .env.example
   * @param overrides a compose file's text, laid over docker-compose.yml
   * @param results the folder for runs, where they are not everybody's
   * @param project by default the one that all files share
   */
  static async open({
    settings = {},
    overrides = 'services: {}\n',
    results = 'results',
    project = projectNamed('stack'),
  }: {
    settings?: Record<string, string>;
    overrides?: string;
    results?: string;
    project?: string;
  } = {}): Promise<Stack> {
    await removeLeftovers();
    const folder = join(tmpdir(), project);
    const resultsDir = join(folder, results);
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `overrides-${process.pid}.yml`);
    writeFileSync(file, overrides);
    const all = {
      ...Object.fromEntries(freePorts.map((name) => [`HEADROOM_${name}`, '0'])),
      HEADROOM_TOUR_FLAGS: '--quick',
      HEADROOM_RESULTS: resultsDir,
      HEADROOM_UID: String(containersUser),
      HEADROOM_GID: String(process.getgid?.() || containersUser),
      ...settings,
    };
    return new Stack(project, folder, resultsDir, all, ['docker-compose.yml', file]);
  }

  /** `docker compose ARGS` on this project; fails with what it said. */
  async compose(...args: string[]): Promise<string> {
    const files = this.files.flatMap((file) => ['--file', file]);
    const { all } = await execa('docker', ['compose', ...files, ...args], {
      ...{ cwd: rootDir, all: true, extendEnv: false },
      env: { ...process.env, ...this.variables() },
    });
    return all;
  }

  /** All that `docker compose up` starts; without Grafana where its image is not to be had. */
  async services(): Promise<string[]> {
    const all = (await this.compose('config', '--services')).split('\n');
    return grafanaProblem() === undefined ? all : all.filter((name) => name !== 'grafana');
  }

  /**
   * Builds and brings up these services and what they depend on; returns when each is healthy, or has
   * ended as it should. Others that would make load are stopped.
   *
   * @param flags of `docker compose up`
   * @param freshDatabase the app whose database is as it was seeded, whatever other tests did to it
   */
  async up(
    services: string[],
    { flags = [], freshDatabase }: { flags?: string[]; freshDatabase?: AppName } = {},
  ): Promise<void> {
    // Of two that change one project at a time, each would find half of what the other makes.
    await using _ = await takeLock(join(this.folder, 'lock'), 240);
    const others = loadMakers.filter((name) => !services.includes(name));
    await this.compose('--profile', 'nightly', 'stop', ...others);
    if (freshDatabase !== undefined) await this.resetDatabase(freshDatabase);
    const environment = new DockerComposeEnvironment(rootDir, this.files);
    for (const name of oneShots) {
      environment.withWaitStrategy(`${name}-1`, Wait.forOneShotStartup());
    }
    this.environment = await environment
      .withProjectName(this.project)
      .withEnvironment(this.variables() as Record<string, string>)
      .withClientOptions({ commandOptions: flags })
      .withBuild()
      .withStartupTimeout(120_000)
      // The next file goes on with it.
      .withAutoCleanup(false)
      .up(services)
      .catch((error: Error) => {
        const remedy = 'DEBUG=testcontainers:compose,testcontainers:containers shows the logs.';
        throw new Error(`${services.join(', ')}: ${error.message}\n${remedy}`, { cause: error });
      });
  }

  /** Drops it where it is: to make what is not there is the work of the `database` service. */
  private async resetDatabase(app: AppName): Promise<void> {
    if ((await this.containers('postgres')).length === 0) return;
    await this.compose('up', '--detach', '--wait', 'postgres');
    await this.compose('stop', app);
    const drop = `DROP DATABASE IF EXISTS headroom_${app} WITH (FORCE)`;
    await this.compose('exec', '-T', 'postgres', 'psql', '--username=postgres', '--command', drop);
  }

  async containers(service: string): Promise<ContainerInspectInfo[]> {
    const docker = await engine();
    const label = [`${projectLabel}=${this.project}`, `com.docker.compose.service=${service}`];
    const found = await docker.listContainers({
      all: true,
      filters: { label: [...label, 'com.docker.compose.oneoff=False'] },
    });
    return Promise.all(found.map(({ Id }) => docker.getContainer(Id).inspect()));
  }

  async container(service: string): Promise<ContainerInspectInfo> {
    const [first] = await this.containers(service);
    if (first === undefined) throw new Error(`${service} has no container`);
    return first;
  }

  /** What a shell in a service's container prints; of replicas that came and went any number may be left. */
  async shell(service: string, command: string): Promise<string> {
    const { container } = await getContainerRuntimeClient();
    const { Id } = await this.container(service);
    const { output } = await container.exec(container.getById(Id), ['bash', '-c', command]);
    return output.trim();
  }

  psql(database: string, statement: string): Promise<string> {
    const flags = '--username=postgres --no-align --tuples-only --set=ON_ERROR_STOP=1';
    return this.shell('postgres', `psql ${flags} --dbname=${database} --command="${statement}"`);
  }

  /** Where this machine reaches a container's unpublished ports. */
  addressOf({ Name, NetworkSettings }: ContainerInspectInfo, network = 'load'): string {
    const address = NetworkSettings.Networks[`${this.project}_${network}`]?.IPAddress;
    if (!address) throw new Error(`${Name} is not on the network ${network}`);
    return address;
  }

  /** Asked of the engine each time: after a restart the port is another one. */
  async urlOf(service: string, port: number): Promise<string> {
    const { NetworkSettings } = await this.container(service);
    const [bound] = NetworkSettings.Ports[`${port}/tcp`] ?? [];
    if (bound === undefined) throw new Error(`${service} does not publish ${port}`);
    return `http://${bound.HostIp}:${bound.HostPort}`;
  }

  /** What Prometheus answers to an instant query: the values of its series. */
  async query(query: string): Promise<number[]> {
    const url = `${await this.urlOf('prometheus', 9090)}/api/v1/query`;
    const response = await fetch(url, { method: 'POST', body: new URLSearchParams({ query }) });
    const { data } = (await response.json()) as {
      data: { result: { value: [number, string] }[] };
    };
    return data.result.map(({ value }) => Number(value[1]));
  }

  /** Takes away containers and networks, and volumes where asked to. */
  async down({ removeVolumes }: { removeVolumes: boolean }): Promise<void> {
    await this.started.down({ removeVolumes, timeout: 3_000 });
  }

  private get started(): StartedDockerComposeEnvironment {
    if (this.environment === undefined) throw new Error('up() comes first');
    return this.environment;
  }

  /** Without what the person's own shell says, which would override the test's settings. */
  private variables(): NodeJS.ProcessEnv {
    const foreign = Object.keys(process.env).filter((name) => /^(HEADROOM_|COMPOSE_)/.test(name));
    return {
      ...Object.fromEntries(foreign.map((name) => [name, undefined])),
      ...this.settings,
      COMPOSE_PROJECT_NAME: this.project,
    };
  }
}

/** Nobody is root in a container. */
export const containersUser = process.getuid?.() || 1000;

/** Ends a container's main process as the kernel would: unlike `docker kill`, it may restart. */
export async function killMainProcess({ State }: ContainerInspectInfo): Promise<void> {
  const asRoot = ['--user', '0', '--pid', 'host', '--entrypoint', 'bash'];
  await execa('docker', [
    ...['run', '--rm', '--network', 'none', ...asRoot, 'postgres:18-trixie'],
    ...['-c', `kill -KILL ${State.Pid}`],
  ]);
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
