// The containers that every experiment needs, brought up and put back as they were: a stack that
// the user has up stays up, one that the lab started goes down with it. Volumes always stay.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerInfo } from 'dockerode';
import { reference } from '../../../contract/apps';
import { environmentError } from '../../errors';
import { resultsDir, stateDir } from '../../paths';
import { identify, isAlive } from '../../proc';
import { writeFileAtomic } from '../../results/atomic';
import { makeFolder } from '../../system-errors';
import { type AppName, appNames } from '../subject';
import type { ComposeCli } from './cli';
import type { Engine } from './engine';
import type { ComposeSettings, ServiceName } from './settings';

const ownerLabel = 'headroom.owner';
const serviceLabel = 'com.docker.compose.service';
const oneOffLabel = 'com.docker.compose.oneoff';

/** `docker compose run` is a person's k6, or a lab's; the lab of the stack is at rest once its tour has ended. */
const mayLoad = (labels: ContainerInfo['Labels']): boolean =>
  labels[oneOffLabel] === 'True' || labels[serviceLabel] === 'nightly';

const infrastructure = ['postgres', 'prometheus'] as const;
const startedByLab = [...infrastructure, ...appNames, reference.name];

export class ComposeStack {
  /** Replicas of each service that ran before the lab came. */
  private before = new Map<string, number>();
  /** Whether the lab starts the stack: it goes down with it. */
  private isOwn = false;

  constructor(
    private readonly engine: Engine,
    private readonly settings: ComposeSettings,
  ) {}

  /** Labels of what belongs to this lab alone, and is of no use without it. */
  get labels(): Record<string, string> {
    const self = identify(process.pid);
    return { [ownerLabel]: `${self?.pid}:${self?.startTicks}` };
  }

  /** Ends what a lab left that was killed; refuses while anything else works on this project. */
  async claim(): Promise<void> {
    await this.removeLeftovers();
    await this.requireNoOtherLoad();
    const running = await this.running();
    const services = running.map(({ Labels }) => Labels[serviceLabel] ?? '');
    // What a killed lab brought up is no stack of the user's: that one has more services, or other containers.
    const isLeft =
      services.every((name) => (startedByLab as readonly string[]).includes(name)) &&
      running.some(({ Id }) => this.mark.ids().includes(Id));
    this.isOwn = services.length === 0 || isLeft;
    if (this.isOwn) return;
    this.mark.clear();
    for (const name of services) this.before.set(name, (this.before.get(name) ?? 0) + 1);
  }

  /** Builds what is missing or older than the clone, says so where it takes a while; gives caveats. */
  async build(cli: ComposeCli, say: (text: string) => void): Promise<string[]> {
    const missing: string[] = [];
    // What is built from the clone.
    const { ports, images, project } = this.settings;
    const built = [...ports.keys(), 'placement', 'database', 'lab'];
    for (const service of built) {
      const image = await this.engine.image(images.get(service) ?? `${project}-${service}`);
      if (image === undefined) missing.push(service);
    }
    if (missing.length > 0) {
      say(`Building images for ${missing.join(', ')} (docker compose build): a minute or two.`);
    }
    try {
      await cli.run('build', ...built);
    } catch (error) {
      if (missing.length > 0 || cli.isCancelled) throw error;
      return ['The images could not be rebuilt: they may be older than the clone.'];
    }
    return [];
  }

  /**
   * PostgreSQL with its template and roles, Prometheus, and the exporter that it scrapes.
   *
   * @param own the project as the user has it: what the parts fall back on is the user's choice of cores
   */
  async up(cli: ComposeCli, own: ComposeCli): Promise<void> {
    await own.run('run', '--rm', '--no-TTY', 'placement');
    await cli.up(infrastructure);
    if (this.isOwn) this.mark.set((await this.running()).map(({ Id }) => Id));
    await cli.run('run', '--rm', '--no-deps', '--no-TTY', 'database');
    if (this.before.has('lab')) return;
    makeFolder(resultsDir);
    await cli.run(
      ...['run', '--detach', '--no-deps', '--no-TTY', '--use-aliases'],
      ...['--name', `${this.settings.project}-exporter`, '--user', this.engine.fileOwner],
      ...Object.entries(this.labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]),
      ...['lab', 'exporter'],
    );
  }

  /**
   * @param own the project as the user has it, without what the lab sets
   * @param apps those that the lab has started or stopped
   */
  async putBack(own: ComposeCli, apps: readonly AppName[]): Promise<void> {
    await this.removeOwned();
    if (this.isOwn) {
      await own.run('--profile', 'tools', 'down');
      this.mark.clear();
      return;
    }
    const changed = [...infrastructure, ...apps];
    const restored = changed.filter((service) => this.before.has(service));
    const scales = restored.flatMap((name) => ['--scale', `${name}=${this.before.get(name)}`]);
    if (restored.length > 0) await own.up(restored, scales);
    const extra = changed.filter((service) => !this.before.has(service));
    if (extra.length > 0) await own.run('stop', ...extra);
  }

  /** Running containers of a service, one for each replica. */
  async containersOf(service: ServiceName): Promise<ContainerInfo[]> {
    const running = await this.running();
    return running.filter(({ Labels }) => Labels[serviceLabel] === service);
  }

  /**
   * Running containers of the project that belong to a measurement, whoever started them, with the service of
   * each. Another load does not: a k6 by hand or a night that begins meanwhile is a neighbour.
   */
  async ownContainers(): Promise<{ Id: string; service: string | undefined }[]> {
    const all = await this.running([]);
    return all
      .filter(({ Labels }) => ownerLabel in Labels || !mayLoad(Labels))
      .map(({ Id, Labels }) => ({ Id, service: Labels[serviceLabel] }));
  }

  private async running(labels = [`${oneOffLabel}=False`]): Promise<ContainerInfo[]> {
    const project = `com.docker.compose.project=${this.settings.project}`;
    const all = await this.engine.containers(project, ...labels);
    return all.filter(({ State }) => State === 'running');
  }

  /** The stack's own tour, a night, a k6 by hand. */
  private async requireNoOtherLoad(): Promise<void> {
    for (const { Id, Names } of await this.running([])) {
      if (!(await this.isMeasuring(Id))) continue;
      const name = Names[0]?.replace(/^\//, '') ?? Id;
      throw environmentError(
        `A load is under way in the container ${name}, and two at once would measure each other. Wait for its end (\`docker logs --follow ${name}\`), or end it: \`docker stop ${name}\`.`,
      );
    }
  }

  private async isMeasuring(id: string): Promise<boolean> {
    // One that has ended since it was listed has no processes.
    const processes = await this.engine.processes(id);
    return processes.some((command) => /\bk6 run |\blab\/main\.ts nightly /.test(command));
  }

  private async removeLeftovers(): Promise<void> {
    for (const { Id, Labels } of await this.owned()) {
      const [pid = 0, startTicks = 0] = (Labels[ownerLabel] ?? '').split(':').map(Number);
      if (pid !== process.pid && isAlive({ pid, startTicks })) {
        throw environmentError(
          `Another lab (process ${pid}) works on the compose project ${this.settings.project}. Stop it first, or give this one a project of its own: COMPOSE_PROJECT_NAME, and ports (.env.example).`,
        );
      }
      await this.engine.remove(Id);
    }
  }

  private async removeOwned(): Promise<void> {
    for (const { Id } of await this.owned()) await this.engine.remove(Id);
  }

  private owned(): Promise<ContainerInfo[]> {
    const project = `com.docker.compose.project=${this.settings.project}`;
    return this.engine.containers(project, ownerLabel);
  }

  /** On disk while a stack is up that the lab started: its next start knows the containers as its own. */
  private get mark() {
    const { project } = this.settings;
    const file = join(stateDir, `started-${project}`);
    return {
      ids: () => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []),
      set: (ids: readonly string[]) => writeFileAtomic(file, `${ids.join('\n')}\n`),
      clear: () => rmSync(file, { force: true }),
    };
  }
}
