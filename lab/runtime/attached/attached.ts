// Endpoints that somebody else started: compose from inside, staging. Nothing is restarted here.
import { appNamed } from '../../../contract/apps';
import type { Plan } from '../../../contract/plan';
import { type Configuration, configuration } from '../../configuration/configuration';
import { endpointVariables, labVariables, type Variable } from '../../configuration/variables';
import { environmentError, usageError } from '../../errors';
import { stateDir } from '../../paths';
import { cpuOf, machineCpuSeconds } from '../../proc';
import type { Hiccup, UsageSample } from '../../results/schemas';
import { type NativeGenerator, startGenerators } from '../generator';
import { HiccupMeter } from '../hiccups/hiccup-meter';
import { fetchSums } from '../metrics-page';
import { Processes } from '../native/processes';
import { allowedCpus } from '../native/topology';
import { ProcessMeter } from '../process-meter';
import { answersOk, becomes } from '../readiness';
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
import { type AppName, requirePlain, requireUsualShop, type Subject } from '../subject';

/** A subject that was started beside the lab may still be on its way. */
const readyWithinSeconds = 60;
const pollMs = 250;

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
    const variables = endpointVariables(appNamed(app));
    return {
      baseUrl: required(variables.url, apps[app]?.url),
      metricsUrls: [required(variables.metricsUrl, apps[app]?.metricsUrl)],
    };
  };
  return {
    endpointOf,
    prometheusUrl: required(labVariables.prometheusUrl, given.prometheusUrl),
    /** For the exporter; null: PostgreSQL is not watched. */
    statisticsUrl: given.statisticsUrl ?? null,
    /** Where k6 serves its own metrics for Prometheus. */
    generatorAddress: given.k6Address ?? `127.0.0.1:${ports.k6}`,
    /** Cores of each subject: the lab cannot see them from here. */
    subjectCores: given.subjectCores,
  };
}

export class AttachedRuntime implements Runtime {
  readonly prometheusUrl: string;
  readonly statisticsUrl: string | null;
  readonly subjectCores: number;
  readonly facts: RuntimeFacts = {
    kind: 'attached',
    placement: { subject: [], database: [], generator: allowedCpus(), compromises: [] },
    postgres: 'attached',
    caveats: [
      'The subjects were started by somebody else: they are neither restarted nor reset between trials, and their workers are taken to be the profile’s.',
      'Neighbours and the database’s CPU cannot be seen from here; those checks are left open.',
    ],
  };
  private readonly incidents = new Incidents();
  /** Of subjects nothing is watched from here; a restart shows in their own counters. */
  readonly onIncident = this.incidents.on;
  private generator: NativeGenerator | undefined;
  private readonly meter = new ProcessMeter();
  private hiccups: HiccupMeter | undefined;

  private constructor(
    private readonly settings: ReturnType<typeof settingsOf>,
    private readonly processes: Processes,
  ) {
    ({
      prometheusUrl: this.prometheusUrl,
      statisticsUrl: this.statisticsUrl,
      subjectCores: this.subjectCores,
    } = settings);
  }

  static async open(): Promise<AttachedRuntime> {
    const runtime = new AttachedRuntime(settingsOf(configuration), await Processes.claim(stateDir));
    const tell = (text: string) => runtime.incidents.tell('hiccups', text);
    const { placement } = runtime.facts;
    runtime.hiccups = await HiccupMeter.start(runtime.processes, placement, tell);
    return runtime;
  }

  /** Waits until the endpoint is ready; refuses what would need a restart. */
  async start(subject: Subject): Promise<Endpoint> {
    requirePlain(subject, 'attached');
    requireUsualShop(subject, 'attached');
    if (subject.profile !== 'default') {
      throw usageError(
        `--runtime attached cannot give ${subject.app} the profile ${subject.profile}: it restarts nothing. Use --runtime native or compose.`,
      );
    }
    const endpoint = this.settings.endpointOf(subject.app);
    const ready = `${endpoint.baseUrl}/readyz`;
    if (await becomes(() => answersOk(ready), readyWithinSeconds, pollMs)) return endpoint;
    throw environmentError(
      `${subject.app} was not ready at ${ready} within ${readyWithinSeconds} s. Is it up, and is the URL right?`,
    );
  }

  async stopSubject(): Promise<void> {
    // Whoever started it stops it.
  }

  superuserUrl(app: AppName): string {
    throw usageError(
      `--runtime attached cannot look into the database of ${app}: use --runtime native or compose.`,
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
      cpus: this.facts.placement.generator,
    });
    return this.generator;
  }

  async usage(app: AppName, arms?: ArmApps): Promise<UsageSample> {
    const pids = this.generator?.pids ?? [];
    const trees = this.meter.read(pids);
    const ofEach = pids.map((pid) => {
      const tree = trees.get(pid);
      return tree === undefined ? null : cpuOf(tree);
    });
    const own = {
      generator: pids.length === 0 ? null : sumOrNull(ofEach),
      ...(pids.length > 1 && { generators: ofEach }),
    };
    const rest = { lab: ownCpuSeconds(), machine: null, steal: machineCpuSeconds().steal };
    if (arms === undefined) {
      const subject = await this.subjectSeconds(app);
      return { atMs: Date.now(), subject, database: null, ...own, ...rest };
    }
    const [a, b] = await Promise.all([this.subjectSeconds(arms.a), this.subjectSeconds(arms.b)]);
    const isOne = arms.a === arms.b;
    // Of one endpoint nobody can tell what which arm caused.
    const of = (subject: number | null) => ({ subject: isOne ? null : subject, database: null });
    const subject = a === null || b === null ? null : isOne ? a : a + b;
    return {
      ...{ atMs: Date.now(), subject, database: null, ...own, ...rest },
      arms: { a: of(a), b: of(b) },
    };
  }

  private subjectSeconds(app: AppName): Promise<number | null> {
    return fetchSums(this.settings.endpointOf(app).metricsUrls)
      .then((sum) => sum('process_cpu_seconds_total'))
      .catch(() => null);
  }

  hiccupsSince(atMs: number): Hiccup[] | undefined {
    return this.hiccups?.since(atMs);
  }

  async close(): Promise<void> {
    await this.processes.stopAll();
  }
}
