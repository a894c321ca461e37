// How many generators share a load: as many as was asked for, or as many as it takes.
import { ownWorkload } from '../../contract/apps';
import shopWorkloads from '../../contract/shop-workloads.json';
import { usageError } from '../errors';
import type { LoadPlan } from '../results/schemas';
import type { StepResult } from '../results/trial/steps';
import type { Runtime } from '../runtime/runtime';

export type Generators = number | 'auto';

/** Of its core that a generator is to use at most: a quarter below where its own queueing voids a step. */
const comfortableShare = 0.6;

export class Sharing {
  /** CPU seconds of the generator for one request, in the busiest step so far. */
  private secondsPerRequest = 0;
  private busiestRps = 0;
  private hasWarned = false;

  constructor(
    private readonly asked: Generators,
    private readonly runtime: Pick<Runtime, 'facts' | 'mostGenerators' | 'generatorCores'>,
  ) {}

  /** @param saturationRps what the subject reached in a calibration; NaN where there was none */
  countFor(plan: LoadPlan, saturationRps: number): number {
    if (!canShare(plan)) return 1;
    if (this.asked !== 'auto') return this.asked;
    const highestRps = Math.max(...plan.steps.map(({ load }) => rateOf(load, saturationRps)));
    const { mostGenerators } = this.runtime;
    const coresOfOne = this.runtime.generatorCores?.(1) ?? this.cores / mostGenerators;
    const needed = (highestRps * this.secondsPerRequest) / (comfortableShare * coresOfOne);
    const count = Number.isFinite(needed) ? Math.ceil(needed) : 1;
    return Math.min(Math.max(1, count), mostGenerators);
  }

  /** Said once, of a load that `auto` cannot share: users ask as fast as they are answered, and nothing says how fast. */
  warningFor(plan: LoadPlan, saturationRps: number): string | undefined {
    const isByUsers = plan.steps.some(({ load }) => load.model === 'closed');
    const isBlind = isByUsers && Number.isNaN(saturationRps) && canShare(plan);
    if (this.asked !== 'auto' || !isBlind || this.hasWarned) return undefined;
    this.hasWarned = true;
    return '--generators auto needs a calibration, and a load by users has none: one k6 makes it. Give a number for several.';
  }

  /**
   * Of a slow step most is what a generator costs by itself, and nothing follows for a fast one.
   *
   * @param count of the generators that made these steps
   */
  learn(
    results: readonly Pick<StepResult, 'generatorShare' | 'requests' | 'durationSeconds'>[],
    count: number,
  ) {
    const cores = this.runtime.generatorCores?.(count) ?? this.cores;
    for (const { generatorShare, requests, durationSeconds } of results) {
      const rps = requests / durationSeconds;
      if (generatorShare === null || rps <= this.busiestRps) continue;
      this.busiestRps = rps;
      this.secondsPerRequest = (generatorShare * cores) / rps;
    }
  }

  private get cores(): number {
    return this.runtime.facts.placement.generator.length;
  }
}

/** Customers belong to one k6, and so do turns and a smoke test. */
const canShare = ({ scenario, turns, userTurns, workload, workloadFile }: LoadPlan): boolean =>
  scenario !== 'smoke' &&
  turns === undefined &&
  userTurns === undefined &&
  workloadFile === undefined &&
  !shopWorkloads.includes(workload);

/**
 * @param what the run does that belongs to one k6, in words, where it does
 * @throws LabError (exit 2) before anything is started
 */
export function requireShareable(workload: string, generators: Generators, what?: string): void {
  // As many as can.
  if (generators === 1 || generators === 'auto') return;
  const why = whyOne(workload, what);
  if (why === undefined) return;
  throw usageError(`--generators ${generators}: ${why}. Leave the option out, or say auto.`);
}

function whyOne(workload: string, what?: string): string | undefined {
  if (what !== undefined) return `${what} is made by one k6`;
  if (shopWorkloads.includes(workload)) {
    return `the customers of the workload ${workload} are logged in by one k6`;
  }
  if (ownWorkload(workload) !== undefined) {
    return `the workload ${workload} is a k6 file of its own, which one k6 runs`;
  }
  return undefined;
}

/** Users ask as fast as they are answered. */
const rateOf = (load: LoadPlan['steps'][number]['load'], saturationRps: number): number =>
  load.model === 'open' ? load.rateRps : saturationRps;
