// A subject whose capacity and noise are known, on a machine whose speed may change, and the lab's own search
// on it.

import { nextTrial } from '../lab/measure/search/capacity-search';
import type { SearchGoal, SearchTrial } from '../lab/measure/search/load-classification';
import { DEFAULT_GOAL, REQUESTS_PER_TRIAL } from '../lab/measure/search/search-settings';
import type { Random } from '../lab/statistics/random';

/** Loads are whole numbers: in thousandths of a request per second they lie as close as one likes. */
export const UNIT = 1000;
const SATURATION = 1000 * UNIT;
const UNLOADED_P99_MS = 20;
const SLO_MS = 100;
const SLO_LOSS_RATIO = 0.01;
/** 20 ms / speed / (1 - L / (1000 speed)) = 100 ms: 800 per second at a speed of 1. */
export const trueCapacity = (speed = 1): number => SATURATION * (speed - UNLOADED_P99_MS / SLO_MS);
const NOISE_AT_TEN_SECONDS = 0.12;
const QUIET_FOR_TEN_SECONDS = 0.92;
const HICCUP_FACTOR = 3;
export const WIDTH = 0.02;
const TRIAL_SECONDS = 10;

export const GOAL: SearchGoal = {
  ...DEFAULT_GOAL,
  name: 'p99 within 100 ms',
  finalTrialDurationSeconds: TRIAL_SECONDS,
  lossRatio: SLO_LOSS_RATIO,
  relativeWidth: WIDTH,
};

/** What a trial takes besides its own duration. */
export const NO_OVERHEAD = { first: 0, later: 0, trial: 0 };

/** A subject that remembers what it was asked. */
export class SimulatedSubject {
  readonly trials: SearchTrial[] = [];
  /** Of trials with all that belongs to them. */
  seconds = 0;

  /** @param speedAt of the machine, after so many seconds; 1 is the speed it began with */
  constructor(
    private readonly random: Random,
    private readonly speedAt: (seconds: number) => number = () => 1,
    private readonly overhead = NO_OVERHEAD,
  ) {}

  /** Before a trial: its warm-up, the generator's start and end. */
  get overheadSeconds(): number {
    const { first, later, trial } = this.overhead;
    return trial + (this.trials.length === 0 ? first : later);
  }

  /**
   * p99(L) = 20 ms / (1 - L / 1000) e^eps, L in requests per second, sd(eps) = 0.12 sqrt(10 s / duration),
   * tripled with probability 1 - 0.92^(duration / 10 s). The share of requests over 100 ms is that of an
   * exponential tail with this p99, so that it passes 1 % exactly when p99 passes 100 ms.
   */
  measure(load: number, durationSeconds: number): SearchTrial {
    const spread = NOISE_AT_TEN_SECONDS * Math.sqrt(10 / durationSeconds);
    const noise = Math.exp(spread * this.random.normal());
    const quiet = QUIET_FOR_TEN_SECONDS ** (durationSeconds / 10);
    const hiccup = this.random.uniform() < quiet ? 1 : HICCUP_FACTOR;
    const speed = this.speedAt(this.seconds);
    const used = load / (SATURATION * speed);
    const p99 =
      used < 1 ? (UNLOADED_P99_MS / speed / (1 - used)) * noise * hiccup : Number.POSITIVE_INFINITY;
    const trial = { load, durationSeconds, lossRatio: SLO_LOSS_RATIO ** (SLO_MS / p99) };
    this.seconds += this.overheadSeconds + durationSeconds;
    this.trials.push(trial);
    return trial;
  }

  holds(load: number): boolean {
    return this.measure(load, TRIAL_SECONDS).lossRatio <= SLO_LOSS_RATIO;
  }
}

/** MLRsearch as the lab runs it. */
export function searchOn(
  subject: SimulatedSubject,
  startLoad: number,
  goal: SearchGoal,
  budgetSeconds: number,
): void {
  for (;;) {
    const { seconds: spentSeconds, overheadSeconds } = subject;
    const step = nextTrial(
      {
        goal,
        minLoad: UNIT,
        maxLoad: 1e6 * UNIT,
        startLoad,
        requestsPerTrial: REQUESTS_PER_TRIAL,
        budget: { seconds: budgetSeconds, spentSeconds, overheadSeconds },
      },
      subject.trials,
    );
    if (step.kind === 'done') return;
    subject.measure(step.load, step.durationSeconds);
  }
}
