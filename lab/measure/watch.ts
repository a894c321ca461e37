// What is read around k6 while it runs: CPU twice a second, the app's counters at each step's edges.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Counters, LoadPlan, ServerRecord } from '../results/schemas';
import { turnsInFour } from '../results/trial/turns';
import { fetchSums, sumOfRequests } from '../runtime/metrics-page';
import type { ArmApps, Endpoint, Runtime } from '../runtime/runtime';

/** A step of two seconds has four readings inside. */
const usageEveryMs = 500;

/** What was in flight at a step's end is over after this share of the gap; the next step is not on. */
const settlingShare = 0.8;

/**
 * When CPU is read in each four of turns of two arms, counted in turns: at its edge, for what each arm used
 * in it, and at both ends of its third turn, for what the idle arm used.
 */
const readingsOfArms = [0, 2, 2.9] as const;
/** Each turn has another number of users: at its edges, and in its middle. */
const readingsOfUsers = [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5] as const;

export type StepStart = { name: string; startedAtMs: number };

export class Watch {
  readonly usage: ServerRecord['usage'] = [];
  readonly edges: ServerRecord['edges'] = [];
  beforeLoad: ServerRecord['beforeLoad'] = null;
  beforeLogIns: ServerRecord['beforeLogIns'];
  private readonly begun = new Set<string>();
  private readonly ending = new AbortController();
  private readonly readings: Promise<void>[] = [];
  private readonly failures: unknown[] = [];
  private readonly arms: ArmApps | undefined;

  constructor(
    private readonly runtime: Runtime,
    private readonly endpoint: Endpoint,
    private readonly plan: LoadPlan,
  ) {
    const [a, b] = plan.turns?.arms ?? [];
    this.arms = a && b && { a: a.app, b: b.app };
  }

  /** Before k6 is started: a subject that nobody asks anything is idle. */
  idle(): void {
    this.keep(this.readBeforeLoad());
  }

  begin(): void {
    this.keep(this.readUsageUntilEnd());
  }

  hasBegun({ name }: StepStart): boolean {
    return this.begun.has(name);
  }

  /** Customers log in before the first step: the subject is idle no longer. */
  logInsBegin(): void {
    this.beforeLogIns ??= null;
    this.keep(this.readBeforeLogIns());
  }

  stepBegan(start: StepStart): void {
    this.begun.add(start.name);
    const step = this.plan.steps.find(({ name }) => name === start.name);
    if (step === undefined) return;
    const endsAtMs = start.startedAtMs + step.durationSeconds * 1000;
    this.keep(this.readEdges(start, endsAtMs));
    const turns = this.plan.turns ?? this.plan.userTurns;
    if (turns) this.keep(this.readTurns(start, endsAtMs, turns.seconds));
  }

  /**
   * Takes the readings that are still due, at once.
   *
   * @throws what the first reading that failed threw
   */
  async end(): Promise<void> {
    this.ending.abort();
    await Promise.all(this.readings);
    if (this.failures.length > 0) throw this.failures[0];
  }

  /** Nobody awaits a reading before the end: until then its failure must not end the lab. */
  private keep(reading: Promise<void>): void {
    this.readings.push(reading.catch((error: unknown) => void this.failures.push(error)));
  }

  private async readUsageUntilEnd(): Promise<void> {
    while (!this.ending.signal.aborted) {
      await this.readUsage();
      await this.pause(usageEveryMs);
    }
  }

  private async readBeforeLoad(): Promise<void> {
    this.beforeLoad = await this.countersOrNull();
  }

  private async readBeforeLogIns(): Promise<void> {
    this.beforeLogIns = await this.countersOrNull();
  }

  private async readEdges({ name, startedAtMs }: StepStart, endsAtMs: number): Promise<void> {
    const start = await this.countersOrNull();
    const edge: ServerRecord['edges'][number] = {
      step: name,
      startedAtMs,
      start,
      end: null,
      settled: null,
    };
    this.edges.push(edge);
    const settledAtMs = endsAtMs + settlingShare * this.plan.gapSeconds * 1000;
    await this.pause(endsAtMs - Date.now());
    await this.readUsage();
    edge.end = await this.countersOrNull();
    await this.pause(settledAtMs - Date.now());
    edge.settled = await this.countersOrNull();
  }

  private async readTurns({ startedAtMs }: StepStart, endsAtMs: number, turnSeconds: number) {
    const turnMs = turnSeconds * 1000;
    const readings = this.plan.turns ? readingsOfArms : readingsOfUsers;
    for (let fourMs = startedAtMs; fourMs <= endsAtMs; fourMs += turnsInFour * turnMs) {
      for (const turns of readings) {
        const atMs = fourMs + turns * turnMs;
        if (this.ending.signal.aborted || atMs > endsAtMs) return;
        // Whoever comes so late would read the next one's.
        if (atMs < Date.now() - turnMs) continue;
        await this.pause(atMs - Date.now());
        await this.readUsage();
      }
    }
  }

  private async readUsage(): Promise<void> {
    this.usage.push(await this.runtime.usage(this.plan.app, this.arms));
  }

  private countersOrNull(): Promise<Counters | null> {
    return readCounters(this.endpoint.metricsUrls).catch(() => null);
  }

  private pause(milliseconds: number): Promise<void> {
    const { signal } = this.ending;
    return sleep(Math.max(0, milliseconds), undefined, { signal }).catch(() => undefined);
  }
}

/** The app's own counters at one moment. */
async function readCounters(metricsUrls: readonly string[]): Promise<Counters> {
  const sum = await fetchSums(metricsUrls);
  return {
    atMs: Date.now(),
    requests: sumOfRequests(sum, 'count'),
    requestSeconds: sumOfRequests(sum, 'sum'),
    statements: sum('db_client_operation_duration_seconds_count'),
    statementSeconds: sum('db_client_operation_duration_seconds_sum'),
    poolWaits: sum('db_client_connection_wait_time_seconds_count'),
    poolWaitSeconds: sum('db_client_connection_wait_time_seconds_sum'),
    poolTimeouts: sum('db_client_connection_timeouts_total'),
    timerDelays: sum('nodejs_eventloop_delay_seconds_count'),
    timerDelaySeconds: sum('nodejs_eventloop_delay_seconds_sum'),
    startedAtSeconds: sum('process_start_time_seconds'),
    workerRestarts: sum('server_worker_restarts_total'),
    residentMemoryBytes: sum('process_resident_memory_bytes'),
  };
}
