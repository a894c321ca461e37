// The subjects as processes of this machine, each on the cores that placement gives it.
import type { Plan } from '../../../contract/plan';
import { configuration } from '../../configuration/configuration';
import { stateDir } from '../../paths';
import {
  coresCpuSeconds,
  cpuOf,
  machineCpuSeconds,
  type ProcessStat,
  readMachineStat,
  runQueueWaitSeconds,
} from '../../proc';
import type { Hiccup, UsageSample } from '../../results/schemas';
import type { Arm } from '../../results/trial/result';
import { commandOf, endpointOf, environmentOf, settingCaveats, shutdownSeconds } from '../apps';
import { CoreMeter, type Spent } from '../core-meter';
import { Databases, databaseOf } from '../databases';
import { type NativeGenerator, startGenerators } from '../generator';
import { HiccupMeter } from '../hiccups/hiccup-meter';
import { scrapeOften } from '../metrics-page';
import { freePort, metricsPortName, ports, portsOf, requireFreePort } from '../ports';
import { ProcessMeter } from '../process-meter';
import { answersOk, untilReady } from '../readiness';
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
import { pinSelf, placeOn } from './placement';
import { externalPostgres, type PostgresServer, startPostgres } from './postgres';
import { type Child, describeEnding, type Ending, Processes } from './processes';
import { prometheusUrl, startPrometheus } from './prometheus';
import { readTopology } from './topology';

/** Seconds a subject may take from its start to its first good answer. */
const subjectStartSeconds = 30;

/** Waiting for a core is told of whole steps, and every thread has to be read for it. */
const waitedEveryMs = 450;

/** A subject that is up. */
type Up = { app: AppName; child: Child; endpoint: Endpoint; unscraped: NodeJS.Timeout | undefined };

/** Of its process and its database: arms have their own, also where both are of one app. */
const nameOf = (app: AppName, arm?: Arm): string => (arm === undefined ? app : `${app}_${arm}`);

export class NativeRuntime implements Runtime {
  readonly prometheusUrl = prometheusUrl;
  readonly seesDatabases = true;
  private readonly subjects = new Map<string, Up>();
  private readonly backends = new BackendCpu();
  private readonly meter = new ProcessMeter();
  private waitedAtMs = 0;
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
    private readonly postgres: PostgresServer,
    private readonly databases: Databases,
  ) {
    this.cores = new CoreMeter(facts.placement);
  }

  /** @param say told of what takes a while */
  static async open(say?: (text: string) => void): Promise<NativeRuntime> {
    const placement = placeOn(readTopology());
    pinSelf(placement.generator);
    const processes = await Processes.claim(stateDir);
    try {
      const starting = [
        openPostgres(processes, placement.database),
        startPrometheus(processes, stateDir, placement.generator),
      ] as const;
      // Both are waited for, so that none starts after the other's failure has cleared up.
      await Promise.allSettled(starting);
      const [postgres, prometheus] = await Promise.all(starting);
      const databases = await Databases.prepare(postgres.address, stateDir, {
        size: configuration.shopSize,
        ...(say && { say }),
      });
      const facts: RuntimeFacts = {
        kind: 'native',
        placement,
        postgres: postgres.flavour,
        caveats: [
          ...placement.compromises,
          ...postgresCaveats(postgres),
          ...settingCaveats(configuration),
        ],
      };
      const runtime = new NativeRuntime(facts, processes, postgres, databases);
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

  get statisticsUrl(): string {
    return this.databases.statisticsUrl;
  }

  async start(subject: Subject, arm?: Arm): Promise<Endpoint> {
    requirePlain(subject, 'native');
    const { app } = subject;
    const name = nameOf(app, arm);
    await this.stopSubject(app, arm);
    const { products, revision } = subject;
    await this.databases.reset(app, { name, products, revision });
    // The second of one app has ports that nobody else knows.
    const isSecond = [...this.subjects.values()].some((other) => other.app === app);
    const at = isSecond ? { public: await freePort(), metrics: await freePort() } : portsOf(app);
    await requireFreePort(app, at.public);
    await requireFreePort(metricsPortName(app), at.metrics);
    const endpoint = endpointOf(subject, at);
    const child = await this.processes.start({
      name,
      ...commandOf(subject),
      env: environmentOf(subject, this.databases.appUrl(name), at),
      cpus: this.facts.placement.subject,
      stopSignal: 'SIGTERM',
      graceSeconds: shutdownSeconds + 2,
    });
    const unscraped = isSecond ? scrapeOften(endpoint.metricsUrls) : undefined;
    this.subjects.set(name, { app, child, endpoint, unscraped });
    void child.ended.then((ending) => this.report(child, ending, app));
    const pages = [`${endpoint.baseUrl}/readyz`, ...endpoint.metricsUrls];
    await untilReady(child, subjectStartSeconds, async () =>
      (await Promise.all(pages.map(answersOk))).every(Boolean),
    );
    return endpoint;
  }

  async stopSubject(app: AppName, arm?: Arm): Promise<void> {
    const name = nameOf(app, arm);
    const up = this.subjects.get(name);
    if (up === undefined) return;
    clearInterval(up.unscraped);
    this.stopping.add(up.child);
    await up.child.stop();
    this.subjects.delete(name);
    // An app's own database is kept to be looked at; the arms' would be in the way of nobody but the disk.
    if (arm !== undefined) await this.databases.drop(name);
  }

  superuserUrl(app: AppName, arm?: Arm): string {
    return this.databases.superuserUrl(this.nameOfUp(app, arm));
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
    const subjects = [...this.subjects.values()].map(({ child }) => child.pid);
    const names = arms ? [this.nameOfUp(arms.a, 'a'), this.nameOfUp(arms.b, 'b')] : [app];
    const database = this.postgres.child?.pid;
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
    const ofEach = names.map((name) => secondsOf(this.subjects.get(name)?.child.pid));
    return {
      atMs: Date.now(),
      subject: sumOrNull(ofEach),
      database: secondsOf(database),
      generator: generators.length === 0 ? null : sumOrNull(generators.map(secondsOf)),
      ...(generators.length > 1 && { generators: generators.map(secondsOf) }),
      lab: self.cpuSeconds + (secondsOf(prometheus) ?? 0),
      machine: machine.processes,
      steal: machine.steal,
      // A PostgreSQL of the user's own may be on any core, and would be taken for a stranger.
      ...(database !== undefined && {
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
      ...(arms && { arms: this.usageOfArms(names, ofEach, trees.get(database ?? 0)) }),
    };
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
    names: readonly string[],
    subjects: readonly (number | null)[],
    server: readonly ProcessStat[] | undefined,
  ) {
    const byDatabase = server && this.backends.seconds(server);
    const [a, b] = names.map((name, index) => ({
      subject: subjects[index] ?? null,
      // One that nobody has connected to yet has used nothing.
      database: byDatabase ? (byDatabase.get(databaseOf(name)) ?? 0) : null,
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
