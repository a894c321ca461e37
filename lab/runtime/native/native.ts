// The subjects as processes of this machine, each on the cores that placement gives it.
import { setTimeout as sleep } from 'node:timers/promises';
import { appNamed, apps, usesDatabase } from '../../../contract/apps';
import type { Plan } from '../../../contract/plan';
import { configuration } from '../../configuration/configuration';
import { andThen } from '../../errors';
import { stateDir } from '../../paths';
import {
  coresCpuSeconds,
  cpuOf,
  machineCpuSeconds,
  memoryBytes,
  type ProcessStat,
  readMachineStat,
  runQueueWaitSeconds,
} from '../../proc';
import type { Hiccup, Placement, UsageSample } from '../../results/schemas';
import { databasePart } from '../../results/trial/evidence';
import type { Arm } from '../../results/trial/result';
import { settingCaveats } from '../apps';
import { CoreMeter, type Spent } from '../core-meter';
import { Databases, databaseOf } from '../databases';
import { type NativeGenerator, startGenerators } from '../generator';
import { HiccupMeter } from '../hiccups/hiccup-meter';
import { scrapeOften } from '../metrics-page';
import { freePortsFor, ports, portsOf } from '../ports';
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
import { type AppName, requirePlain, type Subject } from '../subject';
import { BackendCpu } from './backends';
import { bringUp, type Up } from './bring-up';
import { pinSelf, placed, placeOn } from './placement';
import { externalPostgres, type PostgresServer, startPostgres } from './postgres';
import { type Child, describeEnding, type Ending, Processes } from './processes';
import { prometheusUrl, startPrometheus } from './prometheus';
import { readTopology } from './topology';

/** Waiting for a core is told of whole steps, and every thread has to be read for it. */
const waitedEveryMs = 900;

/** The sessions of a server that was killed hold its data folder until they notice. */
const postgresAgainWithinMs = 10_000;
const postgresAgainEveryMs = 200;

type Standing = Up & { app: AppName; unscraped: NodeJS.Timeout | undefined };

/** The lab's PostgreSQL; absent where no app has its data there. */
type Database = { postgres: PostgresServer; databases: Databases };

/** Of its process and its database: arms have their own, also where both are of one app. */
const nameOf = (app: AppName, arm?: Arm): string => (arm === undefined ? app : `${app}_${arm}`);

export class NativeRuntime implements Runtime {
  readonly prometheusUrl = prometheusUrl;
  readonly seesDatabases = true;
  private readonly subjects = new Map<string, Standing>();
  private readonly backends = new BackendCpu();
  private readonly meter = new ProcessMeter();
  private waitedAtMs = 0;
  private readonly incidents = new Incidents();
  readonly onIncident = this.incidents.on;
  private readonly stopping = new WeakSet<Child>();
  private generator: NativeGenerator | undefined;
  private prometheus: Child | undefined;
  private hiccups: HiccupMeter | undefined;
  /** Settled once PostgreSQL is up again, where it ended unasked. */
  private restarted: Promise<void> = Promise.resolve();
  private closed = false;
  private readonly cores: CoreMeter;

  private constructor(
    readonly facts: RuntimeFacts,
    private readonly processes: Processes,
    private readonly database: Database | undefined,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.cores = new CoreMeter(facts.placement);
  }

  /**
   * @param say told of what takes a while
   * @param signal ends the wait for a subject that does not get ready
   */
  static async open(say?: (text: string) => void, signal?: AbortSignal): Promise<NativeRuntime> {
    const hasDatabase = apps.some(({ name }) => usesDatabase(name));
    const placement = placementFor(hasDatabase);
    pinSelf(placement.generator);
    const processes = await Processes.claim(stateDir);
    let database = undefined as Database | undefined;
    try {
      const open = async () => {
        if (hasDatabase) database = await openDatabase(processes, placement.database, say);
      };
      const starting = [open(), startPrometheus(processes, stateDir, placement.generator)] as const;
      // Both are waited for, so that none starts after the other's failure has cleared up.
      await Promise.allSettled(starting);
      const [, prometheus] = await Promise.all(starting);
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
      const runtime = new NativeRuntime(facts, processes, database, signal);
      runtime.watchPrometheus(prometheus);
      if (database?.postgres.child) runtime.watchPostgres(database.postgres.child);
      await runtime.watchHiccups();
      return runtime;
    } catch (error) {
      await processes.stopAll();
      await database?.postgres.release?.();
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
      ...{ processes: this.processes, subject, name, databaseUrl, signal: this.signal },
      at: isSecond ? await freePortsFor(app) : portsOf(app),
      cpus: this.facts.placement.subject,
    });
    const { child, endpoint } = up;
    const isUnknown = isSecond && child !== undefined;
    const unscraped = isUnknown ? scrapeOften(endpoint.metricsUrls) : undefined;
    this.subjects.set(name, { ...up, app, unscraped });
    if (child) void child.ended.then((ending) => this.report(child, ending, app));
    await up.ready();
    return endpoint;
  }

  /** @returns what the app is given; empty where it gets none */
  private async freshDatabase(subject: Subject, name: string): Promise<string> {
    const { app, products, revision } = subject;
    if (this.database === undefined || !usesDatabase(app)) return '';
    const { databases } = this.database;
    await this.restarted;
    await databases.reset(app, { name, products, revision });
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
    if (arm === undefined || !usesDatabase(app)) return;
    await this.restarted;
    await this.database?.databases.drop(name);
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

  get mostGenerators(): number {
    return this.facts.placement.generator.length;
  }

  async generate(plan: Plan, planFile: string, onLine: OnLine): Promise<Generator> {
    this.generator = await startGenerators({
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
    const prometheus = this.prometheus?.pid;
    const generators = this.generator?.pids ?? [];
    const parts = [database, prometheus, ...generators].filter((pid) => pid !== undefined);
    const trees = this.meter.read([...subjects, ...parts]);
    const waitsOf = this.waits();
    const secondsOf = (pid = 0): number | null => {
      const tree = trees.get(pid);
      return tree === undefined ? null : cpuOf(tree);
    };
    const spentBy = (pid = 0): Spent[] => {
      const tree = trees.get(pid);
      if (tree === undefined) return [];
      // How long Prometheus waits for a core delays no request.
      const waitedSeconds = pid === prometheus ? 0 : waitsOf(tree);
      return [{ id: pid, cpuSeconds: cpuOf(tree), waitedSeconds }];
    };
    const self = { id: process.pid, cpuSeconds: ownCpuSeconds(), waitedSeconds: 0 };
    const stat = readMachineStat();
    const machine = machineCpuSeconds(stat);
    const all = names.map((name) => this.subjects.get(name)?.roots() ?? []);
    // What somebody else keeps up may be both arms: it is one subject then.
    const different = all.every(({ length }) => length > 0) ? [...new Set(all.flat())] : [];
    const isShared = different.length < all.flat().length;
    const ofEach = all.map((roots) => (isShared ? null : sumOfSome(roots.map(secondsOf))));
    const isAllPlaced = this.isAllPlaced();
    return {
      atMs: Date.now(),
      subject: sumOfSome(different.map(secondsOf)),
      database: usesDatabase(app) ? secondsOf(database) : null,
      generator: generators.length === 0 ? null : sumOrNull(generators.map(secondsOf)),
      ...(generators.length > 1 && { generators: generators.map(secondsOf) }),
      lab: self.cpuSeconds + (secondsOf(prometheus) ?? 0),
      machine: isAllPlaced ? machine.processes : null,
      steal: machine.steal,
      // What serves a part of the contract counts its own.
      ...(arms === undefined &&
        appNamed(app).serves.length === 0 && { memoryBytes: residentBytes(different, trees) }),
      ...(isAllPlaced && {
        cores: this.cores.read(
          {
            subject: subjects.flatMap(spentBy),
            database: spentBy(database),
            generator: [...generators.flatMap(spentBy), ...spentBy(prometheus), self],
          },
          this.hiccups?.cpuSecondsPerCore(),
          coresCpuSeconds(stat),
        ),
      }),
      ...(arms && { arms: this.usageOfArms(arms, names, ofEach, trees.get(database ?? 0)) }),
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

  /** Of trees of processes; null between two times that are far enough apart. */
  private waits(): (tree: readonly ProcessStat[]) => number | null {
    const now = performance.now();
    if (now - this.waitedAtMs < waitedEveryMs) return () => null;
    this.waitedAtMs = now;
    return (tree) => runQueueWaitSeconds(tree.map(({ pid }) => pid));
  }

  private usageOfArms(
    apps: ArmApps,
    names: readonly string[],
    subjects: readonly (number | null)[],
    server: readonly ProcessStat[] | undefined,
  ) {
    const byDatabase = server && this.backends.seconds(server);
    const [a, b] = names.map((name, index) => ({
      subject: subjects[index] ?? null,
      database:
        byDatabase && usesDatabase(index === 0 ? apps.a : apps.b)
          ? // One that nobody has connected to yet has used nothing.
            (byDatabase.get(databaseOf(name)) ?? 0)
          : null,
    }));
    if (a === undefined || b === undefined) throw new Error('there are two arms');
    return { a, b };
  }

  async close(): Promise<void> {
    this.closed = true;
    const subjects = [...this.subjects.values()];
    for (const { unscraped } of subjects) clearInterval(unscraped);
    // The others are children, and stopped in order with the rest.
    const services = subjects.filter(({ child }) => child === undefined);
    await andThen(async () => {
      await Promise.all(services.map(({ stop }) => stop()));
    }, [() => this.processes.stopAll(), () => this.database?.postgres.release?.()]);
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
        (error: Error) => {
          if (this.closed) return;
          this.incidents.tell('prometheus', `could not be started again: ${error.message}`);
        },
      );
      if (again === undefined) return;
      if (this.closed) return void again.stop();
      this.incidents.tell('prometheus', 'was started again; the dashboards have a gap');
      this.watchPrometheus(again);
    });
  }

  private watchPostgres(child: Child): void {
    void child.ended.then((ending) => {
      if (this.closed) return;
      this.report(child, ending, databasePart);
      this.restarted = this.startPostgresAgain();
      // Thrown to whoever needs it; a lab that is just ending does not.
      this.restarted.catch(() => undefined);
    });
  }

  private async startPostgresAgain(): Promise<void> {
    const { processes, database, facts } = this;
    if (database === undefined) return;
    const deadline = Date.now() + postgresAgainWithinMs;
    const start = async (): Promise<PostgresServer> => {
      try {
        return await openPostgres(processes, facts.placement.database);
      } catch (error) {
        if (this.closed || Date.now() > deadline) throw error;
        await sleep(postgresAgainEveryMs);
        return start();
      }
    };
    database.postgres = await start();
    const { child } = database.postgres;
    if (this.closed) await child?.stop();
    else if (child) this.watchPostgres(child);
  }

  private report(child: Child, ending: Ending, part = child.name): void {
    if (this.closed || this.stopping.has(child)) return;
    this.incidents.tell(part, describeEnding(ending));
  }
}

/** Null where there is none of them, or one cannot be read. */
const sumOfSome = (values: readonly (number | null)[]): number | null =>
  values.length === 0 ? null : sumOrNull(values);

/** Of all processes of these trees; pages that they share count once for each. */
const residentBytes = (
  roots: readonly number[],
  trees: ReadonlyMap<number, readonly ProcessStat[]>,
): number | null =>
  sumOfSome(
    roots.flatMap((root) => trees.get(root) ?? []).map(({ pid }) => memoryBytes(pid)?.rss ?? 0),
  );

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
  try {
    return { postgres, databases: await Databases.prepare(postgres.address, stateDir, settings) };
  } catch (error) {
    await postgres.release?.();
    throw error;
  }
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
