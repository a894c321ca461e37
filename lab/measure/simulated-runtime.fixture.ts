// A subject that exists only in numbers, behind the runtime's interface: experiments run on it
// whole, with every file on disk, in no time and with a capacity that is known.
import { writeFileSync } from 'node:fs';
import type { Plan, Quantiles, Step, StepSummary, Summary } from '../../contract/plan';
import type { Incident, UsageSample } from '../results/schemas';
import type { ArmApps, Generator, Runtime, RuntimeFacts } from '../runtime/runtime';
import type { AppName, Subject } from '../runtime/subject';
import { type Random, seededRandom } from '../statistics/random';
import { throughputAt, type UslParameters } from '../statistics/usl/fit';

/** What happens in a trial, beside its load. */
export type Mishap = {
  /** Share of the generator's core that somebody else takes. */
  others?: number;
  /** The subject dies in it. */
  crash?: boolean;
  /** The generator's summary ends in its middle, as on a full disk. */
  halfSummary?: boolean;
  /** Ctrl-C in it. */
  interrupt?: AbortController;
};

type Options = {
  /** p99 is 20 ms unloaded, and 100 ms at 0.8 of this. */
  saturationRps?: number;
  /** Spread of ln p99 over a trial of ten seconds. */
  noise?: number;
  /** Throughput of the closed model, by users or, where given, by what the subject has. */
  law?: UslParameters | ((trial: number) => UslParameters);
  unitsOf?: (subject: Subject, users: number) => number;
  /** Requests per second that use up the generator's core. */
  generatorRps?: number;
  /** Of two subjects that take turns, what the first takes of time and CPU for each of the second's. */
  armRatio?: number;
  /** By number of the trial. */
  mishaps?: (trial: number, plan: Plan) => Mishap;
  seed?: number;
  kind?: RuntimeFacts['kind'];
};

/** Cores in use, beside the subject's. */
const idle = { lab: 0.05, others: 0.02 };

/** What every experiment takes, for one on a simulated subject that nobody watches. */
export const simulatedSetting = (resultsDir: string) => ({
  resultsDir,
  signal: new AbortController().signal,
  events: {},
  profile: 'default' as const,
  workload: 'micro',
  seed: 20260101,
});

export class SimulatedRuntime implements Runtime {
  readonly prometheusUrl = 'http://127.0.0.1:1';
  readonly mostGenerators = 1;
  readonly statisticsUrl = null;
  readonly seesDatabases = false;
  readonly subjectCores = 1;
  readonly tools = { k6: '2.2.0' };
  readonly facts: RuntimeFacts = {
    kind: 'native',
    placement: { subject: [0], database: [0], generator: [1], compromises: [] },
    postgres: 'simulated',
    caveats: [],
  };
  /** Subjects in the order they were started. */
  readonly starts: Subject[] = [];
  readonly plans: Plan[] = [];
  private readonly random: Random;
  private readonly listeners = new Set<(incident: Incident) => void>();
  private onReading: (() => void) | undefined;
  private nowMs = Date.UTC(2026, 0, 5, 9, 30);
  private readonly used = { subject: 0, database: 0, generator: 0, lab: 0, machine: 0, steal: 0 };

  constructor(private readonly options: Options = {}) {
    this.random = seededRandom(options.seed ?? 1);
    if (options.kind) this.facts.kind = options.kind;
  }

  async start(subject: Subject) {
    this.starts.push(subject);
    return { baseUrl: 'http://127.0.0.1:8081', metricsUrls: [] };
  }
  /** From now on: a machine that changes its speed. */
  setSaturation(rps: number): void {
    this.options.saturationRps = rps;
  }
  async stopSubject() {}
  async close() {}
  superuserUrl = (app: AppName): string => `postgres://${app}`;

  onIncident(listener: (incident: Incident) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async usage(_app?: AppName, arms?: ArmApps): Promise<UsageSample> {
    const { subject, database, generator, lab, machine } = this.used;
    const [ownOfSubject, ownOfGenerator] = [subject + database, generator + lab];
    const { armRatio = 1 } = this.options;
    const shareOf = (part: number) => ({ subject: part * subject, database: part * database });
    const usage = {
      ...{ atMs: this.nowMs, ...this.used },
      cores: [
        { busy: ownOfSubject, own: ownOfSubject, steal: 0, waited: 0 },
        { busy: machine - ownOfSubject, own: ownOfGenerator, steal: 0, waited: 0 },
      ],
      ...(arms && {
        arms: { a: shareOf(armRatio / (1 + armRatio)), b: shareOf(1 / (1 + armRatio)) },
      }),
    };
    this.onReading?.();
    return usage;
  }

  /** Time stands still until it was read: the watch reads at the start and at the end of each step. */
  private read(): Promise<void> {
    return new Promise((resolve) => {
      this.onReading = resolve;
    });
  }

  async generate(
    plan: Plan,
    _planFile: string,
    onLine: (line: string) => void,
  ): Promise<Generator> {
    this.plans.push(plan);
    return { ended: this.carryOut(plan, onLine), stop: async () => undefined };
  }

  private async carryOut(plan: Plan, onLine: (line: string) => void) {
    const mishap = this.options.mishaps?.(plan.trial, plan) ?? {};
    await this.read();
    const steps: StepSummary[] = [];
    for (const step of plan.steps) {
      const startedAtMs = this.nowMs;
      onLine(
        JSON.stringify({ msg: JSON.stringify({ event: 'step', name: step.name, startedAtMs }) }),
      );
      const summary = this.measure(step, plan, startedAtMs);
      steps.push(summary);
      const { armRatio = 1 } = this.options;
      for (const told of [...turnsIn(plan, summary, armRatio), ...this.userTurnsIn(plan, step)])
        onLine(JSON.stringify({ msg: JSON.stringify(told) }));
      this.pass(summary, mishap);
      await this.read();
    }
    mishap.interrupt?.abort();
    if (mishap.crash) this.tellOfCrash(plan.app, steps.at(-1)?.startedAtMs ?? this.nowMs);
    const summary: Summary = {
      schemaVersion: 1,
      scenario: plan.scenario,
      run: plan.run,
      trial: plan.trial,
      app: plan.app,
      workload: plan.workload,
      thinkTimeSeconds: 0,
      failedChecks: {},
      steps,
    };
    const written = JSON.stringify(summary);
    const length = mishap.halfSummary ? written.length / 2 : written.length;
    writeFileSync(plan.summaryPath ?? '', written.slice(0, length));
    return { code: 0, signal: null };
  }

  tellOfCrash(part: string, atMs: number): void {
    for (const listener of this.listeners) listener({ atMs, part, what: 'was ended by SIGKILL' });
  }

  /** CPU of all parts, with the time; gaps take none of either. */
  private pass(step: StepSummary, { others }: Mishap): void {
    const seconds = step.durationSeconds;
    const { saturationRps = 1000, generatorRps = 20_000 } = this.options;
    const rate = step.requests / seconds;
    const cores = {
      subject: Math.min(0.7, (0.7 * rate) / saturationRps),
      database: Math.min(0.25, (0.25 * rate) / saturationRps),
      generator: rate / generatorRps,
      lab: idle.lab,
    };
    for (const [part, used] of Object.entries(cores)) {
      this.used[part as keyof typeof cores] += used * seconds;
      this.used.machine += used * seconds;
    }
    this.used.machine += (others ?? idle.others) * seconds;
    this.nowMs += seconds * 1000;
  }

  private measure(step: Step, plan: Plan, startedAtMs: number): StepSummary {
    const { load, durationSeconds } = step;
    const { saturationRps = 1000, generatorRps = 20_000 } = this.options;
    const closed = load.model === 'closed';
    const rate = closed
      ? this.closedRate(load.users) * Math.exp(this.noise(durationSeconds))
      : Math.min(load.rateRps, saturationRps, 0.95 * generatorRps);
    const p99 = closed
      ? (2000 * load.users) / rate
      : (20 / Math.max(0.02, 1 - load.rateRps / saturationRps)) *
        Math.exp(this.noise(durationSeconds));
    const asked = Math.round((closed ? rate : load.rateRps) * durationSeconds);
    const requests = Math.round(rate * durationSeconds);
    const thresholdMs = plan.slo.thresholdSeconds * 1000;
    // An exponential tail with this p99.
    const slow = Math.exp((-Math.log(100) * thresholdMs) / p99);
    const meanMs = closed ? (1000 * load.users) / rate : p99 / 4.6;
    return {
      name: step.name,
      startedAtMs,
      durationSeconds,
      iterations: requests,
      requests,
      lateRequests: 0,
      failed: 0,
      wrongBodies: 0,
      sloMisses: Math.min(requests, Math.round(slow * requests)),
      droppedIterations: closed ? 0 : asked - requests,
      latencyMs: times(requests, meanMs, p99),
      iterationMs: times(requests, meanMs, p99),
      scheduleLagMs: null,
      dataReceivedBytes: 300 * requests,
    };
  }

  /** Each turn has what so many users reach, with noise of its own. */
  private userTurnsIn({ userTurns }: Plan, { name, durationSeconds }: Step) {
    if (userTurns === undefined) return [];
    const { seconds, skipSeconds, order } = userTurns;
    return Array.from({ length: Math.floor(durationSeconds / seconds + 1e-9) }, (_, turn) => {
      const users = order[turn % order.length] ?? 1;
      const rate = this.closedRate(users) * Math.exp(this.noise(seconds));
      const ms = Array(Math.round(rate * (seconds - skipSeconds))).fill((1000 * users) / rate);
      return { event: 'turn', step: name, turn, skipped: 0, failed: 0, ms };
    });
  }

  private closedRate(users: number): number {
    const { law = { alpha: 0.4, beta: 0.0005, gamma: 400 }, unitsOf } = this.options;
    const subject = this.starts.at(-1);
    const units = subject && unitsOf ? unitsOf(subject, users) : users;
    return throughputAt(typeof law === 'function' ? law(this.plans.length) : law, units);
  }

  private noise(seconds: number): number {
    return (this.options.noise ?? 0) * Math.sqrt(10 / seconds) * this.random.normal();
  }
}

/** Both arms alike but for that ratio: what is spread evenly over the step, with an exponential tail. */
function turnsIn(
  { turns }: Plan,
  { name, durationSeconds, requests, latencyMs }: StepSummary,
  armRatio: number,
) {
  if (turns === undefined) return [];
  const rate = requests / durationSeconds;
  const counted = Math.max(1, Math.round(rate * (turns.seconds - turns.skipSeconds)));
  const mean = latencyMs?.mean ?? 1;
  return Array.from({ length: Math.floor(durationSeconds / turns.seconds) }, (_, turn) => ({
    event: 'turn',
    step: name,
    turn,
    skipped: Math.round(rate * turns.skipSeconds),
    failed: 0,
    ms: Array.from(
      { length: counted },
      (_, index) =>
        -mean *
        (turns.order[turn % turns.order.length] === 'a' ? armRatio : 1) *
        Math.log(1 - (index + 0.5) / counted),
    ),
  }));
}

const times = (count: number, mean: number, p99: number): Quantiles => ({
  count,
  mean,
  min: mean / 4,
  p50: 0.7 * mean,
  p95: 0.65 * p99,
  p99,
  p999: 1.5 * p99,
  max: 2 * p99,
});
