// The subjects as processes of this machine, each on the cores that placement gives it.
import type { Plan } from '../../../contract/plan';
import { stateDir } from '../../paths';
import { machineCpuSeconds, processTrees, runQueueWaitSeconds } from '../../proc';
import type { UsageSample } from '../../results/schemas';
import { commandOf, endpointOf, environmentOf, settingCaveats, shutdownSeconds } from '../apps';
import { CoreMeter, type Spent } from '../core-meter';
import { Databases } from '../databases';
import { type NativeGenerator, startGenerator } from '../generator';
import { ports, portsOf, requireFreePort } from '../ports';
import { answersOk, untilReady } from '../readiness';
import {
  type Endpoint,
  Incidents,
  ownCpuSeconds,
  type Runtime,
  type RuntimeFacts,
} from '../runtime';
import { shopSize } from '../shop-size';
import { type AppName, requirePlain, type Subject } from '../subject';
import { pinSelf, placeOn } from './placement';
import { externalPostgres, type PostgresServer, startPostgres } from './postgres';
import { type Child, describeEnding, type Ending, Processes } from './processes';
import { prometheusUrl, startPrometheus } from './prometheus';
import { readTopology } from './topology';

/** Seconds a subject may take from its start to its first good answer. */
const subjectStartSeconds = 30;

export class NativeRuntime implements Runtime {
  readonly prometheusUrl = prometheusUrl;
  private readonly subjects = new Map<AppName, Child>();
  private readonly incidents = new Incidents();
  readonly onIncident = this.incidents.on;
  private readonly stopping = new WeakSet<Child>();
  private generator: NativeGenerator | undefined;
  private prometheus: Child | undefined;
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
        size: shopSize(),
        ...(say && { say }),
      });
      const facts: RuntimeFacts = {
        kind: 'native',
        placement,
        postgres: postgres.flavour,
        caveats: [...placement.compromises, ...postgresCaveats(postgres), ...settingCaveats()],
      };
      const runtime = new NativeRuntime(facts, processes, postgres, databases);
      runtime.watchPrometheus(prometheus);
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

  async start(subject: Subject): Promise<Endpoint> {
    requirePlain(subject, 'native');
    const { app } = subject;
    await this.stopSubject(app);
    await this.databases.reset(app, { products: subject.products });
    for (const { name, port } of Object.values(portsOf(app))) await requireFreePort(name, port);
    const child = await this.processes.start({
      name: app,
      ...commandOf(app),
      env: environmentOf(subject, this.databases.appUrl(app)),
      cpus: this.facts.placement.subject,
      stopSignal: 'SIGTERM',
      graceSeconds: shutdownSeconds + 2,
    });
    this.subjects.set(app, child);
    void child.ended.then((ending) => this.report(child, ending));
    const endpoint = endpointOf(app);
    const pages = [`${endpoint.baseUrl}/readyz`, ...endpoint.metricsUrls];
    await untilReady(child, subjectStartSeconds, async () =>
      (await Promise.all(pages.map(answersOk))).every(Boolean),
    );
    return endpoint;
  }

  async stopSubject(app: AppName): Promise<void> {
    const child = this.subjects.get(app);
    if (child === undefined) return;
    this.stopping.add(child);
    await child.stop();
    this.subjects.delete(app);
  }

  superuserUrl(app: AppName): string {
    return this.databases.superuserUrl(app);
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

  async usage(app: AppName): Promise<UsageSample> {
    const subjects = [...this.subjects.values()].map(({ pid }) => pid);
    const [subject, database] = [this.subjects.get(app)?.pid, this.postgres.child?.pid];
    const [generator, prometheus] = [this.generator?.pid, this.prometheus?.pid];
    const parts = [database, generator, prometheus].filter((pid) => pid !== undefined);
    const trees = processTrees([...subjects, ...parts]);
    const cpuOf = (pid = 0) => trees.get(pid)?.cpuSeconds ?? null;
    const spentBy = (pid = 0): Spent[] => {
      const { pids, cpuSeconds } = trees.get(pid) ?? { pids: [], cpuSeconds: null };
      if (cpuSeconds === null) return [];
      // How long Prometheus waits for a core delays no request.
      const waitedSeconds = pid === prometheus ? 0 : runQueueWaitSeconds(pids);
      return [{ id: pid, cpuSeconds, waitedSeconds }];
    };
    const self = { id: process.pid, cpuSeconds: ownCpuSeconds(), waitedSeconds: 0 };
    const machine = machineCpuSeconds();
    return {
      atMs: Date.now(),
      subject: cpuOf(subject),
      database: cpuOf(database),
      generator: cpuOf(generator),
      lab: self.cpuSeconds + (cpuOf(prometheus) ?? 0),
      machine: machine.processes,
      steal: machine.steal,
      // A PostgreSQL of the user's own may be on any core, and would be taken for a stranger.
      ...(database !== undefined && {
        cores: this.cores.read({
          subject: subjects.flatMap(spentBy),
          database: spentBy(database),
          generator: [...spentBy(generator), ...spentBy(prometheus), self],
        }),
      }),
    };
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.processes.stopAll();
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

  private report(child: Child, ending: Ending): void {
    if (this.closed || this.stopping.has(child)) return;
    this.incidents.tell(child.name, describeEnding(ending));
  }
}

function openPostgres(processes: Processes, cpus: readonly number[]): Promise<PostgresServer> {
  const url = process.env.HEADROOM_POSTGRES_URL;
  if (url !== undefined && url !== '') return externalPostgres(url);
  return startPostgres({ processes, stateDir, port: ports.postgres, cpus });
}

function postgresCaveats({ child }: PostgresServer): string[] {
  return child === undefined
    ? ["PostgreSQL is the user's own: its cores and its CPU time are not under the lab's control."]
    : ['PostgreSQL is the embedded build, compiled for size: fair to both apps, slow in itself.'];
}
