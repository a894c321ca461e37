// What is read around k6 while it runs: CPU twice a second, the app's counters at each step's edges.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Counters, LoadPlan, ServerRecord } from '../results/schemas';
import type { Endpoint, Runtime } from '../runtime/runtime';
import { readCounters } from './counters';

/** A step of two seconds has four readings inside. */
const usageEveryMs = 500;

/** What was in flight at a step's end is over after this share of the gap; the next step is not on. */
const settlingShare = 0.8;

export type StepStart = { name: string; startedAtMs: number };

export class Watch {
  readonly usage: ServerRecord['usage'] = [];
  readonly edges: ServerRecord['edges'] = [];
  beforeLoad: ServerRecord['beforeLoad'] = null;
  private readonly ending = new AbortController();
  private readonly underWay: Promise<void>[] = [];

  constructor(
    private readonly runtime: Runtime,
    private readonly endpoint: Endpoint,
    private readonly plan: LoadPlan,
  ) {}

  begin(): void {
    this.underWay.push(this.readUsageUntilEnd(), this.readBeforeLoad());
  }

  stepBegan(start: StepStart): void {
    const step = this.plan.steps.find(({ name }) => name === start.name);
    if (step === undefined) return;
    this.underWay.push(this.readEdges(start, start.startedAtMs + step.durationSeconds * 1000));
  }

  /** Takes the readings that are still due, at once. */
  async end(): Promise<void> {
    this.ending.abort();
    await Promise.all(this.underWay);
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

  private async readUsage(): Promise<void> {
    this.usage.push(await this.runtime.usage(this.plan.app));
  }

  private countersOrNull(): Promise<Counters | null> {
    return readCounters(this.endpoint.metricsUrls).catch(() => null);
  }

  private pause(milliseconds: number): Promise<void> {
    const { signal } = this.ending;
    return sleep(Math.max(0, milliseconds), undefined, { signal }).catch(() => undefined);
  }
}
