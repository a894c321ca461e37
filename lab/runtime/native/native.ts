// The subjects as processes of this machine, each on the cores that placement gives it.
import { apps, usesDatabase } from '../../../contract/apps';
import type { Plan } from '../../../contract/plan';
import { configuration } from '../../configuration/configuration';
import { stateDir } from '../../paths';
import { machineCpuSeconds, memoryBytes, processTrees, runQueueWaitSeconds } from '../../proc';
import type { Hiccup, Placement, UsageSample } from '../../results/schemas';
import type { Arm } from '../../results/trial/result';
import { settingCaveats } from '../apps';
import { CoreMeter, type Spent } from '../core-meter';
import { Databases, databaseOf } from '../databases';
import { type NativeGenerator, startGenerator } from '../generator';
import { HiccupMeter } from '../hiccups/hiccup-meter';
import { freePortsFor, ports, portsOf } from '../ports';
import { answersOk } from '../readiness';
import {
  type ArmApps,
  type Endpoint,
  Incidents,
  ownCpuSeconds,
  type Runtime,
  type RuntimeFacts,
  sumOrNull,
} from '../runtime';
import { type AppName, requirePlain, type Subject } from '../subject';
import { BackendCpu } from './backends';
import { bringUp, type Up } from './bring-up';
import { pinSelf, placed, placeOn } from './placement';
import { externalPostgres, type PostgresServer, startPostgres } from './postgres';
import { type Child, describeEnding, type Ending, Processes } from './processes';
import { prometheusUrl, startPrometheus } from './prometheus';
import { readTopology } from './topology';

/** As often as Prometheus asks (prometheus/prometheus.yml). */
const scrapeEveryMs = 2000;

type Standing = Up & { app: AppName; unscraped: NodeJS.Timeout | undefined };

/** The lab's PostgreSQL; absent where no app has its data there. */
type Database = { postgres: PostgresServer; databases: Databases };

/** Of its process and its database: arms have their own, also where both are of one app. */
const nameOf = (app: AppName, arm?: Arm): string => (arm === undefined ? app : `${app}_${arm}`);

export class NativeRuntime implements Runtime {
  readonly prometheusUrl = prometheusUrl;
  private readonly subjects = new Map<string, Standing>();
  private readonly backends: BackendCpu | undefined;
  private readonly incidents = new Incidents();
  readonly onIncident = this.incidents.on;
  private readonly stopping = new WeakSet<Child>();
  private generator: NativeGenerator | undefined;
  private prometheus: Child | undefined;
  private hiccups: HiccupMeter | undefined;
  private closed = false;
  private readonly cores: CoreMeter;

  private constructor(
    readonly facts: RuntimeFacts,
    private readonly processes: Processes,
    private readonly database: Database | undefined,
  ) {
    this.cores = new CoreMeter(facts.placement);
    const server = database?.postgres.child;
    this.backends = server && new BackendCpu(server.pid);
  }

  /** @param say told of what takes a while */
  static async open(say?: (text: string) => void): Promise<NativeRuntime> {
    const hasDatabase = apps.some(({ name }) => usesDatabase(name));
    const placement = placementFor(hasDatabase);
    pinSelf(placement.generator);
    const processes = await Processes.claim(stateDir);
    try {
      const starting = [
        hasDatabase ? openDatabase(processes, placement.database, say) : undefined,
        startPrometheus(processes, stateDir, placement.generator),
      ] as const;
      // Both are waited for, so that none starts after the other's failure has cleared up.
      await Promise.allSettled(starting);
      const [database, prometheus] = await Promise.all(starting);
      const facts: RuntimeFacts = {
        kind: 'native',
        placement,
        postgres: database?.postgres.flavour ?? 'none',
        caveats: [
          ...placement.compromises,
          ...(database ? postgresCaveats(database.postgres) : []),
          ...settingCaveats(configuration),
        ],
      };
      const runtime = new NativeRuntime(facts, processes, database);
      runtime.watchPrometheus(prometheus);
      await runtime.watchHiccups();
      return runtime;
    } catch (error) {
      await processes.stopAll();
      throw error;
    }
  }

  get subjectCores(): number {
    return this.facts.placement.subject.length;
  }

  get statisticsUrl(): string | null {
    return this.database?.databases.statisticsUrl ?? null;
  }

  async start(subject: Subject, arm?: Arm): Promise<Endpoint> {
    requirePlain(subject, 'native');
    const { app } = subject;
    const name = nameOf(app, arm);
    await this.stopSubject(app, arm);
    const databaseUrl = await this.freshDatabase(subject, name);
    // The second of one app has ports that nobody else knows.
    const isSecond = [...this.subjects.values()].some((other) => other.app === app);
    const up = await bringUp({
      ...{ processes: this.processes, subject, name, databaseUrl },
      at: isSecond ? await freePortsFor(app) : portsOf(app),
      cpus: this.facts.placement.subject,
    });
    const { child, endpoint } = up;
    // What Prometheus costs one arm, it must cost the other.
    const isUnknown = isSecond && child !== undefined;
    const unscraped = isUnknown ? setInterval(scrape, scrapeEveryMs, endpoint) : undefined;
    this.subjects.set(name, { ...up, app, unscraped });
    if (child) void child.ended.then((ending) => this.report(child, ending, app));
    await up.ready();
    return endpoint;
  }

  /** @returns what the app is given; empty where it gets none */
  private async freshDatabase({ app, products }: Subject, name: string): Promise<string> {
    if (this.database === undefined || !usesDatabase(app)) return '';
    const { databases } = this.database;
    await databases.reset(app, { name, products });
    return databases.appUrl(name);
  }

  async stopSubject(app: AppName, arm?: Arm): Promise<void> {
    const name = nameOf(app, arm);
    const up = this.subjects.get(name);
    if (up === undefined) return;
    clearInterval(up.unscraped);
    if (up.child) this.stopping.add(up.child);
    await up.stop();
    this.subjects.delete(name);
    // An app's own database is kept to be looked at; the arms' would be in the way of nobody but the disk.
    if (arm !== undefined && usesDatabase(app)) await this.database?.databases.drop(name);
  }

  superuserUrl(app: AppName, arm?: Arm): string {
    if (this.database === undefined) throw new Error(`${app} has no database of the lab's`);
    return this.database.databases.superuserUrl(this.nameOfUp(app, arm));
  }

  /** An arm may be an app that is up anyway, as in a tour. */
  private nameOfUp(app: AppName, arm?: Arm): string {
    const name = nameOf(app, arm);
    return this.subjects.has(name) ? name : app;
  }

  async generate(plan: Plan, planFile: string, onLine: (line: string) => void) {
    this.generator = await startGenerator({
      processes: this.processes,
      plan,
      planFile,
      onLine,
      address: `127.0.0.1:${ports.k6}`,
      prometheusUrl: this.prometheusUrl,
      cpus: this.facts.placement.generator,
    });
    return this.generator;
  }

  async usage(app: AppName, arms?: ArmApps): Promise<UsageSample> {
    const subjects = [...this.subjects.values()].flatMap(({ roots }) => roots());
    const names = arms ? [this.nameOfUp(arms.a, 'a'), this.nameOfUp(arms.b, 'b')] : [app];
    const database = this.database?.postgres.child?.pid;
    const [generator, prometheus] = [this.generator?.pid, this.prometheus?.pid];
    const parts = [database, generator, prometheus].filter((pid) => pid !== undefined);
    const trees = processTrees([...subjects, ...parts]);
    const cpuOf = (pid = 0): number | null => trees.get(pid)?.cpuSeconds ?? null;
    const spentBy = (pid = 0): Spent[] => {
      const { pids, cpuSeconds } = trees.get(pid) ?? { pids: [], cpuSeconds: null };
      if (cpuSeconds === null) return [];
      // How long Prometheus waits for a core delays no request.
      const waitedSeconds = pid === prometheus ? 0 : runQueueWaitSeconds(pids);
      return [{ id: pid, cpuSeconds, waitedSeconds }];
    };
    const self = { id: process.pid, cpuSeconds: ownCpuSeconds(), waitedSeconds: 0 };
    const machine = machineCpuSeconds();
    const rootsOf = (name: string) => this.subjects.get(name)?.roots() ?? [];
    const all = names.map(rootsOf);
    // What somebody else keeps up may be both arms: it is one subject then.
    const different = all.every(({ length }) => length > 0) ? [...new Set(all.flat())] : [];
    const isShared = different.length < all.flat().length;
    const ofEach = all.map((roots) => (isShared ? null : sumOfSome(roots.map(cpuOf))));
    return {
      atMs: Date.now(),
      subject: sumOfSome(different.map(cpuOf)),
      database: usesDatabase(app) ? cpuOf(database) : null,
      generator: cpuOf(generator),
      lab: self.cpuSeconds + (cpuOf(prometheus) ?? 0),
      machine: this.isAllPlaced() ? machine.processes : null,
      steal: machine.steal,
      ...(arms === undefined && {
        memoryBytes: sumOfSome(
          rootsOf(app)
            .flatMap((root) => trees.get(root)?.pids ?? [])
            .map((pid) => memoryBytes(pid)?.rss ?? 0),
        ),
      }),
      ...(this.isAllPlaced() && {
        cores: this.cores.read(
          {
            subject: subjects.flatMap(spentBy),
            database: spentBy(database),
            generator: [...spentBy(generator), ...spentBy(prometheus), self],
          },
          this.hiccups?.cpuSecondsPerCore(),
        ),
      }),
      ...(arms && { arms: this.usageOfArms([arms.a, arms.b], names, ofEach) }),
    };
  }

  /**
   * Whether all that takes part is on the cores that the lab gave it: what somebody else started, or a
   * PostgreSQL of the user's own, may be on any core, and would be taken for a stranger.
   */
  private isAllPlaced(): boolean {
    const isPostgresPlaced = this.database === undefined || this.database.postgres.child;
    const subjects = [...this.subjects.values()];
    return Boolean(isPostgresPlaced) && subjects.every(({ child }) => child !== undefined);
  }

  hiccupsSince(atMs: number): Hiccup[] | undefined {
    return this.hiccups?.since(atMs);
  }

  private usageOfArms(
    apps: readonly AppName[],
    names: readonly string[],
    subjects: readonly (number | null)[],
  ) {
    const byDatabase = this.backends?.seconds();
    const [a, b] = names.map((name, index) => ({
      subject: subjects[index] ?? null,
      // One that nobody has connected to yet has used nothing.
      database:
        byDatabase && usesDatabase(apps[index] ?? '')
          ? (byDatabase.get(databaseOf(name)) ?? 0)
          : null,
    }));
    if (a === undefined || b === undefined) throw new Error('there are two arms');
    return { a, b };
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const { unscraped } of this.subjects.values()) clearInterval(unscraped);
    await this.processes.stopAll();
  }

  private async watchHiccups(): Promise<void> {
    const tell = (text: string) => this.incidents.tell('hiccups', text);
    this.hiccups = await HiccupMeter.start(this.processes, this.facts.placement, tell);
  }

  private watchPrometheus(child: Child): void {
    this.prometheus = child;
    void child.ended.then(async (ending) => {
      if (this.closed) return;
      this.report(child, ending);
      const { generator } = this.facts.placement;
      const again = await startPrometheus(this.processes, stateDir, generator).catch(
        () => undefined,
      );
      if (again === undefined) return;
      this.incidents.tell('prometheus', 'was started again; the dashboards have a gap');
      this.watchPrometheus(again);
    });
  }

  private report(child: Child, ending: Ending, part = child.name): void {
    if (this.closed || this.stopping.has(child)) return;
    this.incidents.tell(part, describeEnding(ending));
  }
}

/** Null where there is none of them, or one cannot be read. */
const sumOfSome = (values: readonly (number | null)[]): number | null =>
  values.length === 0 ? null : sumOrNull(values);

/** A page that does not come shows in nothing that is measured here. */
const scrape = ({ metricsUrls }: Endpoint): void => {
  for (const url of metricsUrls) void answersOk(url).catch(() => undefined);
};

/** Where nobody needs a database, it gets no core. */
function placementFor(hasDatabase: boolean): Placement {
  const cpus = readTopology();
  const placement = placeOn(cpus);
  return hasDatabase ? placement : placed({ ...placement, database: [] }, cpus);
}

async function openDatabase(
  processes: Processes,
  cpus: readonly number[],
  say: ((text: string) => void) | undefined,
): Promise<Database> {
  const postgres = await openPostgres(processes, cpus);
  const { shopSize: size } = configuration;
  const settings = { size, ...(say && { say }) };
  return { postgres, databases: await Databases.prepare(postgres.address, stateDir, settings) };
}

function openPostgres(processes: Processes, cpus: readonly number[]): Promise<PostgresServer> {
  const url = configuration.postgresUrl;
  if (url !== undefined) return externalPostgres(url);
  return startPostgres({ processes, stateDir, port: ports.postgres, cpus });
}

function postgresCaveats({ child }: PostgresServer): string[] {
  return child === undefined
    ? ["PostgreSQL is the user's own: its cores and its CPU time are not under the lab's control."]
    : ['PostgreSQL is the embedded build, compiled for size: fair to both apps, slow in itself.'];
}
