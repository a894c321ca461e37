// Endpoints that somebody else started: compose from inside, a cluster, staging. No process is restarted here;
// databases are reset, and neighbours seen, where the lab is told of the server and of the cores.
import { availableParallelism } from 'node:os';
import type { App } from '../../../contract/app';
import { appNamed, hasMetricsPage, reference, usesDatabase } from '../../../contract/apps';
import type { Plan } from '../../../contract/plan';
import { type Configuration, configuration } from '../../configuration/configuration';
import { endpointVariables, labVariables, type Variable } from '../../configuration/variables';
import { usageError } from '../../errors';
import { stateDir } from '../../paths';
import { cpuOf, machineCpuSeconds } from '../../proc';
import type { Hiccup, UsageSample } from '../../results/schemas';
import { requireAllowed } from '../allowed-hosts';
import { readCores } from '../compose/cores';
import { CoreMeter, type Spent } from '../core-meter';
import { databaseOf } from '../databases';
import { type NativeGenerator, startGenerators } from '../generator';
import { HiccupMeter } from '../hiccups/hiccup-meter';
import { pinSelf, placed } from '../native/placement';
import { Processes } from '../native/processes';
import { allowedCpus, readTopology } from '../native/topology';
import { ProcessMeter } from '../process-meter';
import { untilReady, whyNotAllOk } from '../readiness';
import {
  type ArmApps,
  type Endpoint,
  Incidents,
  type OnLine,
  ownCpuSeconds,
  type Runtime,
  type RuntimeFacts,
  sumOrNull,
} from '../runtime';
import {
  type AppName,
  appNames,
  requirePlain,
  requireUsualSettings,
  requireUsualShop,
  type Subject,
} from '../subject';
import { CpuOfPages } from './cpu-of-pages';
import { cpuLimitCores, throttledSeconds } from './own-limit';
import { AttachedServer } from './server';

/** A subject that was started beside the lab may still be on its way. */
const readyWithinSeconds = 60;
const pollMs = 250;

/** Requests at once for each connection of its pools that an app is asked, and rounds that must go well. */
const asksPerConnection = 2;
const goodRounds = 3;

/** What must be known of what somebody else started. */
function settingsOf({ apps, ports, ...given }: Configuration) {
  const required = (variable: Variable, value: string | undefined): string => {
    if (value !== undefined) return value;
    throw usageError(
      `${variable.name} is not set: --runtime attached needs it. Give ${variable.kind.expected}.`,
    );
  };
  /** Asked when it is needed: only the apps that take part have to be anywhere. */
  const endpointOf = (app: AppName): Endpoint => {
    const declared = appNamed(app);
    if (declared.kubernetes) return serviceOf(declared, declared.kubernetes.service);
    const variables = endpointVariables(appNamed(app));
    return {
      baseUrl: required(variables.url, apps[app]?.url),
      metricsUrls: [required(variables.metricsUrl, apps[app]?.metricsUrl)],
    };
  };
  return {
    endpointOf,
    /** Those that the lab was told of. */
    known: [...appNames, reference.name].filter(
      (app) => appNamed(app).kubernetes ?? (apps[app]?.url && apps[app]?.metricsUrl),
    ),
    prometheusUrl: required(labVariables.prometheusUrl, given.prometheusUrl),
    databasesUrl: given.databasesUrl,
    placement: given.placement,
    caveats: given.caveat === undefined ? [] : [given.caveat],
    /** For the exporter; null: PostgreSQL is not watched. */
    statisticsUrl: given.statisticsUrl ?? null,
    /** Where k6 serves its own metrics for Prometheus. */
    generatorAddress: given.k6Address ?? `127.0.0.1:${ports.k6}`,
    /** Cores of each subject: the lab cannot see them from here. */
    subjectCores: given.subjectCores,
  };
}

/** On a cluster, as its pods reach it. */
function serviceOf(app: App, service: string): Endpoint {
  const at = (port = app.ports?.public) => `http://${service}:${port}`;
  const page = `${at(app.ports?.metrics)}${app.metricsPath}`;
  return { baseUrl: at(), metricsUrls: hasMetricsPage(app) ? [page] : [] };
}

type Settings = ReturnType<typeof settingsOf>;

/** Cores of each part, and of what only watches: nothing is known of them unless somebody says it. */
function coresOf({ placement }: Settings) {
  if (placement === undefined) return undefined;
  const { screens, ...parts } = readCores(placement);
  const isApart = !screens.some((cpu) => parts.generator.includes(cpu));
  return { screens, isApart, placement: placed(parts, readTopology()) };
}

/** As many cores for the generator as the container may use at a time: which ones, the kernel decides. */
const unknownPlacement = () => ({
  ...{ subject: [], database: [], compromises: [] },
  generator: allowedCpus().slice(0, coresAtATime()),
});

/** A limit of one and a half is one core to count on. */
const coresAtATime = () =>
  Math.min(availableParallelism(), Math.max(1, Math.floor(cpuLimitCores() ?? Infinity)));

/** What a reader of the run must know of how it was made. */
const caveatsOf = ({ databasesUrl, placement, caveats }: Settings, compromises: string[]) => [
  ...compromises,
  `The subjects were started by somebody else: they are not restarted between trials${databasesUrl === undefined ? ', nor are their databases reset' : '; their databases are reset'}. Their workers are taken to be the profile’s.`,
  ...(placement === undefined
    ? ['Neighbours cannot be seen from here; those checks are left open.']
    : []),
  ...(databasesUrl === undefined
    ? ['The database’s CPU cannot be seen from here, and no books are kept.']
    : []),
  ...caveats,
];

export class AttachedRuntime implements Runtime {
  readonly prometheusUrl: string;
  readonly statisticsUrl: string | null;
  readonly subjectCores: number;
  readonly facts: RuntimeFacts;
  readonly seesDatabases: boolean;
  private readonly incidents = new Incidents();
  /** Of subjects nothing is watched from here; a restart shows in their own counters. */
  readonly onIncident = this.incidents.on;
  private generator: NativeGenerator | undefined;
  private readonly meter = new ProcessMeter();
  private hiccups: HiccupMeter | undefined;
  private readonly server: AttachedServer | undefined;
  private readonly pages: CpuOfPages;
  private readonly cores: CoreMeter | undefined;

  private constructor(
    private readonly settings: Settings,
    private readonly processes: Processes,
    private readonly known: ReturnType<typeof coresOf>,
  ) {
    ({
      prometheusUrl: this.prometheusUrl,
      statisticsUrl: this.statisticsUrl,
      subjectCores: this.subjectCores,
    } = settings);
    const placement = known?.placement ?? unknownPlacement();
    const caveats = caveatsOf(settings, placement.compromises);
    this.facts = { kind: 'attached', placement, postgres: 'attached', caveats };
    const { databasesUrl } = settings;
    this.server = databasesUrl === undefined ? undefined : new AttachedServer(databasesUrl);
    this.seesDatabases = databasesUrl !== undefined;
    this.cores = known && new CoreMeter(placement);
    this.pages = new CpuOfPages(
      new Map(settings.known.map((app) => [app, settings.endpointOf(app).metricsUrls])),
      `${settings.prometheusUrl}/metrics`,
    );
  }

  static async open(): Promise<AttachedRuntime> {
    requireUsualSettings(configuration, 'attached');
    const settings = settingsOf(configuration);
    const known = coresOf(settings);
    if (known) pinSelf(known.screens);
    const runtime = new AttachedRuntime(settings, await Processes.claim(stateDir), known);
    const tell = (text: string) => runtime.incidents.tell('hiccups', text);
    const { placement } = runtime.facts;
    try {
      runtime.hiccups = await HiccupMeter.start(runtime.processes, placement, tell);
    } catch (error) {
      await runtime.close();
      throw error;
    }
    return runtime;
  }

  /** Waits until the endpoint is ready, on a reset database where that can be; refuses what needs a restart. */
  async start(subject: Subject): Promise<Endpoint> {
    requirePlain(subject, 'attached');
    requireUsualShop(subject, 'attached');
    if (subject.profile !== 'default') {
      throw usageError(
        `--runtime attached cannot give ${subject.app} the profile ${subject.profile}: it restarts nothing. Use --runtime native or compose.`,
      );
    }
    const endpoint = this.endpointOf(subject.app);
    // Before anything is asked of it, and before its database is reset.
    for (const url of [
      endpoint.baseUrl,
      ...endpoint.metricsUrls.map((page) => new URL(page).origin),
    ]) {
      requireAllowed(`the URL of ${subject.app}`, url);
    }
    await requireReady(subject, endpoint);
    if (!this.seesDatabases || !usesDatabase(subject.app)) return endpoint;
    await this.resetDatabase(subject.app);
    await requireReady(subject, endpoint, subject.workers * subject.pool);
    return endpoint;
  }

  /** As the lab was told of it. */
  endpointOf(app: AppName): Endpoint {
    return this.settings.endpointOf(app);
  }

  /** Where there is a database server that the lab was told of. */
  async resetDatabase(app: AppName): Promise<void> {
    await this.server?.reset(app);
  }

  async stopSubject(): Promise<void> {
    // Whoever started it stops it.
  }

  superuserUrl(app: AppName): string {
    if (this.server) return this.server.databaseUrl(app);
    throw usageError(
      `--runtime attached cannot look into the database of ${app}: set ${labVariables.databasesUrl.name}, or use --runtime native or compose.`,
    );
  }

  get mostGenerators(): number {
    return this.facts.placement.generator.length;
  }

  async generate(plan: Plan, planFile: string, onLine: OnLine) {
    this.generator = await startGenerators({
      processes: this.processes,
      plan,
      planFile,
      onLine,
      address: this.settings.generatorAddress,
      prometheusUrl: this.prometheusUrl,
      cpus: this.known?.placement.generator ?? allowedCpus(),
    });
    return this.generator;
  }

  async usage(app: AppName, arms?: ArmApps): Promise<UsageSample> {
    const measured = arms ? [...new Set([arms.a, arms.b])] : [app];
    const [pages, server] = await Promise.all([this.pages.read(), this.server?.cpu() ?? null]);
    const pids = this.generator?.pids ?? [];
    const trees = this.meter.read(pids);
    const generators = pids.map((pid) => {
      const tree = trees.get(pid);
      return tree === undefined ? null : cpuOf(tree);
    });
    const generator = pids.length === 0 ? null : sumOrNull(generators);
    // What watches is on the generator's cores, unless it has its own.
    const lab = this.known?.isApart ? 0 : ownCpuSeconds() + pages.prometheus;
    const machine = machineCpuSeconds();
    const throttled = throttledSeconds();
    const ofEach = measured.map((name) => pages.apps.get(name) ?? null);
    const subject = sumOrNull(ofEach);
    const own = {
      subject: subject === null ? null : spentBy(pages.apps),
      database: server && spentBy([['postgres', server.seconds]]),
      generator: spentBy([
        ...generators.map((seconds, index) => [`k6 ${pids[index]}`, seconds] as const),
        ['lab', lab],
      ]),
    };
    const ofArm = (name: AppName) => ({
      // Of one endpoint nobody can tell what which arm caused.
      subject: measured.length === 1 ? null : (pages.apps.get(name) ?? null),
      database:
        server && measured.length > 1 ? (server.byDatabase.get(databaseOf(name)) ?? 0) : null,
    });
    return {
      ...{ atMs: Date.now(), subject, database: server?.seconds ?? null, generator, lab },
      ...(pids.length > 1 && { generators }),
      ...(throttled !== undefined && { throttled }),
      machine: this.known ? machine.processes : null,
      steal: machine.steal,
      ...(this.cores && { cores: this.cores.read(own, this.hiccups?.cpuSecondsPerCore()) }),
      ...(arms && { arms: { a: ofArm(arms.a), b: ofArm(arms.b) } }),
    };
  }

  hiccupsSince(atMs: number): Hiccup[] | undefined {
    return this.hiccups?.since(atMs);
  }

  async close(): Promise<void> {
    this.server?.drop();
    await this.processes.stopAll();
  }
}

/** How long their threads waited for a core cannot be seen from here. */
const spentBy = (seconds: Iterable<readonly [string, number | null]>): Spent[] =>
  [...seconds].flatMap(([id, cpuSeconds]) =>
    cpuSeconds === null ? [] : { id, cpuSeconds, waitedSeconds: null },
  );

/**
 * @param connections of the app's pools, all of which were ended with its database: a request that finds one of
 *   them fails, and rids its worker of the others
 */
async function requireReady(
  { app }: Subject,
  { baseUrl }: Endpoint,
  connections = 0,
): Promise<void> {
  const url = `${baseUrl}${appNamed(app).ready.path}`;
  const asks = Math.max(1, asksPerConnection * connections);
  const rounds = connections === 0 ? 1 : goodRounds;
  let missing = rounds;
  const whyNotReady = async () => {
    const why = await whyNotAllOk(Array<string>(asks).fill(url));
    missing = why === undefined ? missing - 1 : rounds;
    if (missing === 0) return undefined;
    return `${why ?? 'it has not answered reliably for long enough'}. Is it up, and is the URL right?`;
  };
  await untilReady({ name: app }, readyWithinSeconds, whyNotReady, pollMs);
}
