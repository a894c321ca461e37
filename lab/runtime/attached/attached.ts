// Endpoints that somebody else started: compose from inside, staging. Nothing is restarted here.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Plan } from '../../../contract/plan';
import { environmentError, type LabError, usageError } from '../../errors';
import { stateDir } from '../../paths';
import { machineCpuSeconds, treeCpuSeconds } from '../../proc';
import { type NativeGenerator, startGenerator } from '../generator';
import { fetchSums } from '../metrics-page';
import { allowedCpus } from '../native/placement';
import { Processes } from '../native/processes';
import { answersOk } from '../probe';
import type { Endpoint, Runtime, RuntimeFacts, Usage } from '../runtime';
import { type AppName, requirePlain, requireUsualShop, type Subject } from '../subject';

/** A subject that was started beside the lab may still be on its way. */
const readyWithinMs = 60_000;
const pollMs = 250;

/** What the environment says of the endpoints. */
export type AttachedSettings = {
  endpoints: Record<AppName, Endpoint>;
  prometheusUrl: string;
  /** For the exporter; null: PostgreSQL is not watched. */
  statisticsUrl: string | null;
  /** Where k6 serves its own metrics for Prometheus. */
  generatorAddress: string;
  /** Cores of each subject: the lab cannot see them from here. */
  subjectCores: number;
};

export function attachedSettings(env: NodeJS.ProcessEnv): AttachedSettings {
  const required = (name: string, example: string): string => {
    const value = env[name];
    if (value !== undefined && URL.canParse(value)) return value;
    throw usageError(
      `${name} is ${value === undefined ? 'not set' : `"${value}"`}: --runtime attached needs a URL there, for example ${example}.`,
    );
  };
  const cores = Number(env.HEADROOM_SUBJECT_CORES ?? 1);
  if (!(cores > 0)) {
    throw usageError(
      `HEADROOM_SUBJECT_CORES is "${env.HEADROOM_SUBJECT_CORES}": give the cores of each subject, for example 1.`,
    );
  }
  return {
    endpoints: {
      express: {
        baseUrl: required('HEADROOM_EXPRESS_URL', 'http://express:8081'),
        metricsUrls: [required('HEADROOM_EXPRESS_METRICS_URL', 'http://express:9181/metrics')],
      },
      django: {
        baseUrl: required('HEADROOM_DJANGO_URL', 'http://django:8082'),
        metricsUrls: [required('HEADROOM_DJANGO_METRICS_URL', 'http://django:9182/metrics')],
      },
    },
    prometheusUrl: required('HEADROOM_PROMETHEUS_URL', 'http://prometheus:9090'),
    statisticsUrl: env.HEADROOM_STATISTICS_URL ?? null,
    generatorAddress: env.HEADROOM_K6_ADDRESS ?? '127.0.0.1:6565',
    subjectCores: cores,
  };
}

export class AttachedRuntime implements Runtime {
  readonly prometheusUrl: string;
  readonly statisticsUrl: string | null;
  readonly subjectCores: number;
  readonly facts: RuntimeFacts;
  private generator: NativeGenerator | undefined;

  private constructor(
    private readonly settings: AttachedSettings,
    private readonly processes: Processes,
  ) {
    this.prometheusUrl = settings.prometheusUrl;
    this.statisticsUrl = settings.statisticsUrl;
    this.subjectCores = settings.subjectCores;
    this.facts = {
      kind: 'attached',
      placement: { subject: [], database: [], generator: allowedCpus(), compromises: [] },
      postgres: 'attached',
      caveats: [
        'The subjects were started by somebody else: they are neither restarted nor reset between trials, and their workers are taken to be the profile’s.',
        'Neighbours and the database’s CPU cannot be seen from here; those checks are left open.',
      ],
    };
  }

  static async open(settings: AttachedSettings): Promise<AttachedRuntime> {
    return new AttachedRuntime(settings, await Processes.claim(stateDir));
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
    const endpoint = this.settings.endpoints[subject.app];
    const ready = `${endpoint.baseUrl}/readyz`;
    for (const deadline = Date.now() + readyWithinMs; Date.now() < deadline; ) {
      if (await answersOk(ready).catch(() => false)) return endpoint;
      await sleep(pollMs);
    }
    throw environmentError(
      `${subject.app} is not ready at ${ready}, ${readyWithinMs / 1000} s on. Is it up, and is the URL right?`,
    );
  }

  async stopSubject(): Promise<void> {
    // Whoever started it stops it.
  }

  async resetDatabase(app: AppName): Promise<void> {
    throw this.cannot(`reset the database of ${app}`);
  }

  superuserUrl(app: AppName): string {
    throw this.cannot(`look into the database of ${app}`);
  }

  async generate(plan: Plan, planFile: string, onLine: (line: string) => void) {
    this.generator = await startGenerator({
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

  async usage(app: AppName): Promise<Usage> {
    const pid = this.generator?.pid;
    const self = process.cpuUsage();
    const subject = await fetchSums(this.settings.endpoints[app].metricsUrls)
      .then((sum) => sum('process_cpu_seconds_total'))
      .catch(() => null);
    return {
      atMs: Date.now(),
      subject,
      database: null,
      generator: pid === undefined ? null : (treeCpuSeconds([pid]).get(pid) ?? null),
      lab: (self.user + self.system) / 1e6,
      machine: null,
      steal: machineCpuSeconds().steal,
    };
  }

  onIncident(): () => void {
    // Nothing is watched from here; a restart shows in the subject's own counters.
    return () => undefined;
  }

  async close(): Promise<void> {
    await this.processes.stopAll();
  }

  private cannot(what: string): LabError {
    return usageError(`--runtime attached cannot ${what}: use --runtime native or compose.`);
  }
}
