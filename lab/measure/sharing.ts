// How many generators share a load: as many as was asked for, or as many as it takes.
import shopWorkloads from '../../contract/shop-workloads.json';
import { usageError } from '../errors';
import type { LoadPlan } from '../results/schemas';
import type { StepResult } from '../results/trial/steps';
import type { Runtime } from '../runtime/runtime';

export type Generators = number | 'auto';

/** Of its core that a generator is to use at most: a quarter below where its own queueing voids a step. */
const comfortableShare = 0.6;

export class Sharing {
  /** The most that one request was seen to take of a generator, in CPU seconds. */
  private secondsPerRequest = 0;

  constructor(
    private readonly asked: Generators,
    private readonly runtime: Pick<Runtime, 'facts' | 'mostGenerators'>,
  ) {}

  /** @param saturationRps what the subject reached in a calibration; NaN where there was none */
  countFor(plan: LoadPlan, saturationRps: number): number {
    if (!canShare(plan)) return 1;
    if (this.asked !== 'auto') return this.asked;
    const highestRps = Math.max(...plan.steps.map(({ load }) => rateOf(load, saturationRps)));
    const coresOfOne = this.cores / this.runtime.mostGenerators;
    const needed = (highestRps * this.secondsPerRequest) / (comfortableShare * coresOfOne);
    const count = Number.isFinite(needed) ? Math.ceil(needed) : 1;
    return Math.min(Math.max(1, count), this.runtime.mostGenerators);
  }

  learn(results: readonly StepResult[]): void {
    for (const { generatorShare, requests, durationSeconds } of results) {
      if (generatorShare === null || requests === 0) continue;
      const seconds = generatorShare * this.cores * durationSeconds;
      this.secondsPerRequest = Math.max(this.secondsPerRequest, seconds / requests);
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

/** @throws LabError (exit 2) before anything is started */
export function requireShareable(workload: string, generators: Generators): void {
  if (generators === 1 || !shopWorkloads.includes(workload)) return;
  throw usageError(
    `--generators ${generators} cannot share the workload ${workload}: its customers are logged in by one k6. Take one of the workloads that visit no shop, or one generator.`,
  );
}

/** Users ask as fast as they are answered. */
const rateOf = (load: LoadPlan['steps'][number]['load'], saturationRps: number): number =>
  load.model === 'open' ? load.rateRps : saturationRps;
