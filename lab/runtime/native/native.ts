// The subjects as processes of this machine, each on the cores that placement gives it.
import type { Plan } from '../../../contract/plan';
import { configuration } from '../../configuration/configuration';
import { stateDir } from '../../paths';
import { machineCpuSeconds, treeCpuSeconds } from '../../proc';
import type { UsageSample } from '../../results/schemas';
import { commandOf, endpointOf, environmentOf, settingCaveats, shutdownSeconds } from '../apps';
import { Databases } from '../databases';
import { type NativeGenerator, startGenerator } from '../generator';
import { ports, requireFreePort } from '../ports';
import { answersOk, untilReady } from '../readiness';
import {
  type Endpoint,
  Incidents,
  ownCpuSeconds,
  type Runtime,
  type RuntimeFacts,
} from '../runtime';
import { type AppName, requirePlain, type Subject } from '../subject';
import { allowedCpus, pinSelf, placeOn } from './placement';
import { externalPostgres, type PostgresServer, startPostgres } from './postgres';
import { type Child, describeEnding, type Ending, Processes } from './processes';
import { prometheusUrl, startPrometheus } from './prometheus';

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

  private constructor(
    readonly facts: RuntimeFacts,
    private readonly processes: Processes,
    private readonly postgres: PostgresServer,
    private readonly databases: Databases,
  ) {}

  /** @param say told of what takes a while */
  static async open(say?: (text: string) => void): Promise<NativeRuntime> {
    const placement = placeOn(allowedCpus());
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
    await requireFreePort(app, ports[app]);
    await requireFreePort(`${app}Metrics`, ports[`${app}Metrics`]);
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
    const pids = {
      subject: this.subjects.get(app)?.pid,
      database: this.postgres.child?.pid,
      generator: this.generator?.pid,
      prometheus: this.prometheus?.pid,
    };
    const cpu = treeCpuSeconds(Object.values(pids).filter((pid) => pid !== undefined));
    const of = (pid: number | undefined) => (pid === undefined ? null : (cpu.get(pid) ?? null));
    const machine = machineCpuSeconds();
    return {
      atMs: Date.now(),
      subject: of(pids.subject),
      database: of(pids.database),
      generator: of(pids.generator),
      lab: ownCpuSeconds() + (of(pids.prometheus) ?? 0),
      machine: machine.processes,
      steal: machine.steal,
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
  const url = configuration.postgresUrl;
  if (url !== undefined) return externalPostgres(url);
  return startPostgres({ processes, stateDir, port: ports.postgres, cpus });
}

function postgresCaveats({ child }: PostgresServer): string[] {
  return child === undefined
    ? ["PostgreSQL is the user's own: its cores and its CPU time are not under the lab's control."]
    : ['PostgreSQL is the embedded build, compiled for size: fair to both apps, slow in itself.'];
}
