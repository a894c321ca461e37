// The subjects as containers of docker-compose.yml, conducted from the host.
import { stripVTControlCharacters } from 'node:util';
import { appNamed, reference, usesDatabase } from '../../../contract/apps';
import type { Plan } from '../../../contract/plan';
import { readComposeChoices } from '../../configuration/configuration';
import { environmentError, LabError, usageError } from '../../errors';
import { resultsDir, rootDir, stateDir } from '../../paths';
import { machineCpuSeconds } from '../../proc';
import type { Hiccup, Part, UsageSample } from '../../results/schemas';
import type { Arm } from '../../results/trial/result';
import { settingCaveats } from '../apps';
import { CoreMeter, type Spent } from '../core-meter';
import { databaseOf, dropStatement, resetStatements, superuserUrlAt } from '../databases';
import { type Share, startTogether } from '../generators';
import { HiccupMeter } from '../hiccups/hiccup-meter';
import { scrapeOften } from '../metrics-page';
import { BackendCpu } from '../native/backends';
import { pinSelf } from '../native/placement';
import { Processes } from '../native/processes';
import { readTopology, unknownTopology } from '../native/topology';
import { ProcessMeter } from '../process-meter';
import {
  type ArmApps,
  type Endpoint,
  type Generator,
  Incidents,
  type OnLine,
  ownCpuSeconds,
  type Runtime,
  type RuntimeFacts,
  sumOrNull,
} from '../runtime';
import { type AppName, appNames, requireUsualShop, type Subject } from '../subject';
import { ComposeCli } from './cli';
import { hiddenFromContainers, openToContainers } from './clone-modes';
import { type ContainerEvent, type CpuMeter, cpuMeterOf, Engine, hostPidOf } from './engine';
import { type ContainerGenerator, startContainerGenerator } from './generator';
import { secondArmOf, secondDatabase, secondService } from './second-arm';
import {
  type ComposeSettings,
  placementVariables,
  type ServiceName,
  settingsOf,
  subjectVariables,
} from './settings';
import { ComposeStack } from './stack';

/** A container that is there to be measured; whatever happens to it unasked is reported. */
type Container = { id: string; address: string };

const partOf = (service = ''): Part => {
  if ([...appNames, reference.name].includes(appOfService(service))) return 'subject';
  return service === 'postgres' ? 'database' : 'generator';
};

/** A second arm's service is called after its app. */
const appOfService = (service: string): AppName => service.replace(/-[ab]$/, '');

/** A second subject of an app whose service has another one. */
type Second = { cli: ComposeCli; unscraped: NodeJS.Timeout };

/** Lines of a subject's log that are shown when it does not come up. */
const logLines = 12;

export class ComposeRuntime implements Runtime {
  prometheusUrl = '';
  /** The exporter that Prometheus scrapes runs in the network; the lab's own shows no database. */
  readonly statisticsUrl = null;
  readonly seesDatabases = true;
  readonly subjectCores: number;
  readonly facts: RuntimeFacts;
  readonly tools: Record<string, string> = {};
  private readonly parts = new Map<ServiceName, Container[]>();
  private readonly touched = new Set<AppName>();
  /** By service: the arm of each that is up for one. */
  private readonly arms = new Map<ServiceName, Arm | undefined>();
  private readonly seconds = new Map<ServiceName, Second>();
  private readonly backends = new BackendCpu();
  private readonly processMeter = new ProcessMeter();
  private postgresPid: number | undefined;
  private hasPostgresEnded = false;
  private readonly incidents = new Incidents();
  readonly onIncident = this.incidents.on;
  private readonly watching = new AbortController();
  private generatorIds: readonly string[] = [];
  /** Of the project's own containers, by id: those that only watch are on the generator's cores. */
  private readonly meters = new Map<string, { part: Part; cpu: CpuMeter }>();
  private readonly cores: CoreMeter;
  private hiccups: HiccupMeter | undefined;

  private constructor(
    private readonly engine: Engine,
    private readonly cli: ComposeCli,
    /** The project as the user has it. */
    private readonly own: ComposeCli,
    private readonly settings: ComposeSettings,
    private readonly stack: ComposeStack,
    private readonly processes: Processes,
    caveats: readonly string[],
  ) {
    this.subjectCores = Math.max(1, Math.floor(settings.subjectCpus));
    const { placement } = settings;
    this.facts = {
      ...{ kind: 'compose', placement, postgres: '' },
      caveats: [...placement.compromises, ...caveats],
    };
    this.cores = new CoreMeter(placement);
  }

  /** @param say told of what takes a while; @param signal ends what is under way */
  static async open(say: (text: string) => void, signal?: AbortSignal): Promise<ComposeRuntime> {
    const hidden = hiddenFromContainers(rootDir);
    if (hidden !== undefined) {
      throw environmentError(
        `Containers may not read ${hidden}. In ${rootDir}: ${openToContainers}`,
      );
    }
    const engine = await Engine.open();
    const cpus = engine.isOnThisMachine
      ? readTopology()
      : unknownTopology([...Array(engine.cores).keys()]);
    const { choices, apps } = readComposeChoices();
    const own = new ComposeCli({ ...choices, HEADROOM_RESULTS: resultsDir });
    const cli = own.with(placementVariables(cpus, choices)).until(signal);
    const settings = settingsOf(await cli.config(), cpus);
    if (engine.isOnThisMachine) pinSelf(settings.placement.generator);
    const processes = await Processes.claim(stateDir);
    const stack = new ComposeStack(engine, settings);
    await stack.claim();
    const runtime = new ComposeRuntime(
      engine,
      cli,
      own,
      settings,
      stack,
      processes,
      settingCaveats(apps),
    );
    try {
      await runtime.bringUp(say);
      return runtime;
    } catch (error) {
      // The first failure is the one to act on; the second is told all the same.
      await runtime.close().catch((second: Error) => say(second.message));
      throw error;
    }
  }

  async start(subject: Subject, arm?: Arm): Promise<Endpoint> {
    requireUsualShop(subject, 'compose');
    const { app, cpus, replicas } = subject;
    const ports = this.settings.ports.get(app);
    if (ports === undefined) {
      throw usageError(
        `docker-compose.yml has no service ${app}: write one, or use --runtime native.`,
      );
    }
    const cores = this.facts.placement.subject.length;
    if (cpus !== undefined && cpus > cores) {
      throw usageError(
        `A CPU limit of ${cpus} is above the ${cores} cores that subjects have: give ${cores} or less.`,
      );
    }
    await this.stopSubject(app, arm);
    // The app's own service is up for the other arm.
    const second = arm !== undefined && this.parts.has(app) ? arm : undefined;
    const service = second ? secondService(app, second) : app;
    const database = second ? secondDatabase(app, second) : app;
    if (usesDatabase(app)) {
      await this.waitForPostgres();
      await this.psql(...resetStatements(app, this.settings.shopSize, database));
    }
    const ofSubject = this.cli.with(subjectVariables(subject));
    const cli = second ? await this.secondArm(ofSubject, app, second) : ofSubject;
    try {
      await cli.up([service], ['--force-recreate', '--scale', `${service}=${replicas}`]);
    } catch (error) {
      throw await this.withLog(second ? cli : this.own, service, error);
    }
    const parts = await this.partsOf(service);
    // Not before: with a tenth of a core a replica takes longer to start than its health check waits.
    if (cpus !== undefined) {
      await Promise.all(parts.map(({ id }) => this.engine.limitCpus(id, cpus)));
    }
    this.parts.set(service, parts);
    this.arms.set(service, arm);
    await this.meterContainers();
    const { metricsPath } = appNamed(app);
    const metricsUrls = this.engine.isOnThisMachine
      ? parts.map(({ address }) => `http://${address}:${ports.metrics}${metricsPath}`)
      : [];
    if (second) this.seconds.set(service, { cli, unscraped: scrapeOften(metricsUrls) });
    return { baseUrl: `http://${service}:${ports.public}`, metricsUrls };
  }

  async stopSubject(app: AppName, arm?: Arm): Promise<void> {
    const service = this.serviceOf(app, arm);
    if (this.parts.has(service) && this.arms.get(service) !== arm) return;
    // What happens to it from now on is asked for.
    this.parts.delete(service);
    const second = this.seconds.get(service);
    if (second === undefined || arm === undefined) {
      this.touched.add(app);
      await this.cli.run('stop', app);
      return;
    }
    this.seconds.delete(service);
    clearInterval(second.unscraped);
    await second.cli.run('rm', '--stop', '--force', service);
    await this.waitForPostgres();
    await this.psql(dropStatement(secondDatabase(app, arm)));
  }

  /** The service that this arm is up in; of both arms of one app, one has the app's own. */
  private serviceOf(app: AppName, arm?: Arm): ServiceName {
    const second = arm && secondService(app, arm);
    return second && this.parts.has(second) ? second : app;
  }

  private secondArm(cli: ComposeCli, app: AppName, arm: Arm): Promise<ComposeCli> {
    const image = this.settings.images.get(app) ?? app;
    return secondArmOf(cli, { app, arm, image, labels: this.stack.labels });
  }

  superuserUrl(app: AppName, arm?: Arm): string {
    const [postgres] = this.parts.get('postgres') ?? [];
    if (postgres === undefined) throw new Error('PostgreSQL is not up');
    const password = this.settings.postgresPassword;
    const server = { host: postgres.address, port: 5432, user: 'postgres', password };
    return superuserUrlAt(server, this.databaseNameOf(app, arm));
  }

  get mostGenerators(): number {
    return this.facts.placement.generator.length;
  }

  async generate(plan: Plan, planFile: string, onLine: OnLine): Promise<Generator> {
    const start = (share?: Share) =>
      startContainerGenerator({
        cli: this.cli,
        engine: this.engine,
        processes: this.processes,
        plan,
        planFile,
        onLine: (line) => onLine(line, share?.number),
        cpus: this.facts.placement.generator,
        labels: this.stack.labels,
        project: this.settings.project,
        share,
      });
    const generator = await this.startAll(plan.generators, start);
    await this.meterContainers();
    return generator;
  }

  /** Several wait for one another at this machine's address in the network that they share with the subjects. */
  private async startAll(
    count: number | undefined,
    start: (share?: Share) => Promise<ContainerGenerator>,
  ): Promise<Generator> {
    if (count === undefined) {
      const generator = await start();
      this.generatorIds = [generator.id];
      return generator;
    }
    const host = await this.engine.addressIn(`${this.settings.project}_load`);
    const { all, ...together } = await startTogether(count, { host }, start);
    this.generatorIds = all.map(({ id }) => id);
    return together;
  }

  private databaseNameOf(app: AppName, arm?: Arm): string {
    return arm !== undefined && this.serviceOf(app, arm) !== app ? secondDatabase(app, arm) : app;
  }

  async usage(app: AppName, arms?: ArmApps): Promise<UsageSample> {
    const meters = [...this.meters];
    const read = await Promise.all(
      meters.map(async ([id, { part, cpu }]) => ({ id, part, cpuSeconds: await cpu() })),
    );
    const of = (service: ServiceName): number | null => {
      const ids = (this.parts.get(service) ?? []).map(({ id }) => id);
      const seconds = read.flatMap(({ id, cpuSeconds }) => (ids.includes(id) ? cpuSeconds : []));
      // Of all replicas; null unless each can be read.
      if (ids.length === 0 || seconds.length < ids.length || seconds.includes(null)) return null;
      return seconds.reduce<number>((sum, each) => sum + (each ?? 0), 0);
    };
    const ofArm = (arm: Arm) => (arms ? of(this.serviceOf(arms[arm], arm)) : null);
    const self = { id: 'lab', cpuSeconds: ownCpuSeconds(), waitedSeconds: null };
    const spent = (part: Part): Spent[] =>
      read.flatMap(({ cpuSeconds, ...each }) =>
        each.part !== part || cpuSeconds === null
          ? []
          : { id: each.id, cpuSeconds, waitedSeconds: null },
      );
    const machine = this.engine.isOnThisMachine ? machineCpuSeconds() : undefined;
    const generators = this.generatorIds.map(
      (wanted) => read.find(({ id }) => id === wanted)?.cpuSeconds ?? null,
    );
    return {
      atMs: Date.now(),
      subject: arms ? sumOrNull([ofArm('a'), ofArm('b')]) : of(app),
      database: of('postgres'),
      generator: generators.length === 0 ? null : sumOrNull(generators),
      ...(generators.length > 1 && { generators }),
      lab: self.cpuSeconds + (of('prometheus') ?? 0),
      machine: machine?.processes ?? null,
      steal: machine?.steal ?? null,
      ...(machine && {
        cores: this.cores.read(
          {
            subject: spent('subject'),
            database: spent('database'),
            generator: [...spent('generator'), self],
          },
          this.hiccups?.cpuSecondsPerCore(),
        ),
      }),
      ...(arms && { arms: this.usageOfArms(arms, ofArm) }),
    };
  }

  /** PostgreSQL's container has one account for both: its processes tell them apart. */
  private usageOfArms(arms: ArmApps, subjectOf: (arm: Arm) => number | null) {
    const [server] =
      this.postgresPid === undefined ? [] : this.processMeter.read([this.postgresPid]).values();
    const byDatabase = server && this.backends.seconds(server);
    const of = (arm: Arm) => ({
      subject: subjectOf(arm),
      database: byDatabase
        ? (byDatabase.get(databaseOf(this.databaseNameOf(arms[arm], arm))) ?? 0)
        : null,
    });
    return { a: of('a'), b: of('b') };
  }

  hiccupsSince(atMs: number): Hiccup[] | undefined {
    return this.hiccups?.since(atMs);
  }

  async close(): Promise<void> {
    this.watching.abort();
    this.parts.clear();
    for (const { unscraped } of this.seconds.values()) clearInterval(unscraped);
    await this.processes.stopAll();
    await this.stack.putBack(this.own, [...this.touched]);
  }

  private async bringUp(say: (text: string) => void): Promise<void> {
    const caveats = await this.stack.build(this.cli, say);
    await this.stack.up(this.cli, this.own);
    this.prometheusUrl = `http://${(await this.cli.run('port', 'prometheus', '9090')).trim()}`;
    const { project } = this.settings;
    await this.engine.watch(project, this.watching.signal, {
      onEvent: (event) => this.onEvent(event),
      onEnd: () => this.incidents.tell('docker', 'stopped reporting restarts'),
    });
    this.parts.set('prometheus', await this.partsOf('prometheus'));
    await this.findPostgres();
    // Debian's packages add their own version in brackets.
    const [version = ''] = (await this.psql('SHOW server_version')).trim().split(' ');
    this.facts.postgres = `container ${version}`;
    this.facts.caveats.push(...caveats, ...(await this.lookAtImages()));
    if (this.engine.isOnThisMachine) {
      const tell = (text: string) => this.incidents.tell('hiccups', text);
      this.hiccups = await HiccupMeter.start(this.processes, this.facts.placement, tell);
    } else {
      this.facts.caveats.push(
        'Docker runs in a virtual machine: its neighbours and the apps’ own counters are out of sight.',
      );
    }
  }

  private async lookAtImages(): Promise<string[]> {
    const standIns: string[] = [];
    for (const [service, name] of this.settings.images) {
      const image = await this.engine.image(name);
      if (image === undefined) continue;
      this.tools[service] = `${name} ${image.Id.slice(0, 'sha256:'.length + 12)}`;
      if (image.Config.Labels?.standin === 'true') standIns.push(service);
    }
    if (standIns.length === 0) return [];
    return [`Stand-in images (${standIns.join(', ')}): publish no absolute capacity.`];
  }

  private async partsOf(service: ServiceName): Promise<Container[]> {
    const containers = await this.stack.containersOf(service);
    return containers.map(({ Id, NetworkSettings }) => ({
      id: Id,
      address: Object.values(NetworkSettings.Networks)[0]?.IPAddress ?? '',
    }));
  }

  /** Whatever runs of this project is no stranger on its cores, unless it may push a load of its own. */
  private async meterContainers(): Promise<void> {
    const running = await this.stack.ownContainers();
    for (const id of this.meters.keys()) {
      if (!running.some(({ Id }) => Id === id)) this.meters.delete(id);
    }
    for (const { Id, service } of running) {
      if (this.meters.has(Id)) continue;
      const cpu = await cpuMeterOf(this.engine.container(Id)).catch(() => undefined);
      if (cpu) this.meters.set(Id, { part: partOf(service), cpu });
    }
  }

  private async findPostgres(): Promise<void> {
    const parts = await this.partsOf('postgres');
    this.parts.set('postgres', parts);
    const [server] = parts;
    this.postgresPid = server && (await hostPidOf(this.engine.container(server.id)));
    this.hasPostgresEnded = false;
  }

  /** Docker starts one that ended again, as another process and perhaps at another address. */
  private async waitForPostgres(): Promise<void> {
    if (!this.hasPostgresEnded) return;
    await this.cli.up(['postgres']);
    await this.findPostgres();
  }

  private psql(...statements: string[]): Promise<string> {
    return this.cli.run(
      ...['exec', '--no-TTY', 'postgres', 'psql', '--no-psqlrc', '--quiet', '--tuples-only'],
      ...['--username=postgres', '--set=ON_ERROR_STOP=1'],
      ...statements.flatMap((statement) => ['--command', statement]),
    );
  }

  private async withLog(cli: ComposeCli, service: ServiceName, error: unknown): Promise<unknown> {
    if (!(error instanceof LabError) || error.exitCode !== 5) return error;
    // Without a log the error still says what it says.
    const log = await cli
      .run('logs', '--no-color', '--tail', String(logLines), service)
      .catch(() => '');
    if (log === '') return error;
    const text = stripVTControlCharacters(log);
    return environmentError(`${error.message}\nIts log ends:\n${text}`, error);
  }

  private onEvent({ id, service, what, startedAgain }: ContainerEvent): void {
    const name = service as ServiceName;
    if (!this.parts.get(name)?.some((part) => part.id === id)) return;
    const gap = startedAgain && name === 'prometheus' ? '; the dashboards have a gap' : '';
    if (name === 'postgres') this.hasPostgresEnded = true;
    this.incidents.tell(appOfService(name), `${what}${gap}`);
  }
}
