// Simulated nights of 40 series, judged and recorded as `lab nightly` does it.

import { readNightlySettings } from '../lab/experiments/nightly/settings';
import { newsOf } from '../lab/experiments/nightly/text';
import { judgeTonight } from '../lab/experiments/nightly/tonight';
import { ratioOf } from '../lab/experiments/nightly/verdict';
import { dayOf, nightFixture } from '../lab/results/night.fixture';
import type { MeasuredSeries, NightEntry } from '../lab/results/night-schema';
import { type NightMeasurement, nightHistories } from '../lab/results/night-series';
import { studentQuantile } from '../lab/statistics/distributions';
import { UPPER_POINT } from '../lab/statistics/intervals';
import { type Random, seededRandom } from '../lab/statistics/random';

export const SERIES = 40;
/** Nights of A/A that are judged, after those that only make a history. */
export const NIGHTS = 90;
/** Nights within which a step is to be found. */
export const SOON = 3;
/** Series that step at once, half of either metric; the rest stay, as neighbours do. */
export const STEPPING = 8;
export const STEP = 0.05;

const { minimumEffect, turns } = readNightlySettings();
export const BLOCKS = turns.blocks;

/** Half of the series each. Half widths of ten blocks in turns that `npm run bench -- turns` asks of a quiet machine. */
const halfWidths = { 'cpu-ratio': 0.02, 'p50-ratio': 0.03 } as const;
type Metric = keyof typeof halfWidths;
export const METRICS = Object.keys(halfWidths) as Metric[];
/** What blocks scatter by, which gave such an interval. */
export const spreadOf = (metric: Metric): number =>
  (halfWidths[metric] * Math.sqrt(10)) / studentQuantile(UPPER_POINT, 9);

/** What the nights before and the noise are like. */
export interface Machine {
  /** A revision of the app, whose level is 1, or the reference server, whose level is measured. */
  readonly yardstick: 'revision' | 'reference';
  /** Nights before the first that is judged. */
  readonly history: number;
  /** Autocorrelation from one night to the next. */
  readonly phi: number;
  /** Noise of Student's t with three degrees of freedom, in place of normal. */
  readonly heavyTails?: boolean;
  /** The part of a night's own variance that all of its blocks have in common; none by default. */
  readonly shared?: number;
}

/** Each block errs by itself, about what the night before erred by, as far as that carries over. */
class SimulatedSeries {
  readonly metric: Metric;
  /** Of the mean of the last night's blocks, on the log scale. */
  private error: number;

  constructor(
    private readonly index: number,
    private readonly machine: Machine,
    private readonly random: Random,
  ) {
    this.metric = METRICS[index % METRICS.length] as Metric;
    this.error = (spreadOf(this.metric) / Math.sqrt(BLOCKS)) * random.normal();
  }

  measure(level: number): NightMeasurement {
    const { metric, index } = this;
    const { phi, shared = 0, yardstick } = this.machine;
    const own = Math.sqrt(1 - phi ** 2) * spreadOf(metric);
    const common = phi * this.error + own * Math.sqrt(shared / BLOCKS) * this.noise();
    const blocks = Array.from(
      { length: BLOCKS },
      () => level * Math.exp(common + own * Math.sqrt(1 - shared) * this.noise()),
    );
    this.error = Math.log(ratioOf(blocks) / level);
    const app = `s${index}`;
    return {
      app,
      profile: 'default',
      workload: 'micro',
      metric,
      better: 'lower',
      values: [ratioOf(blocks)],
      blocks,
      yardstick: yardstick === 'revision' ? `${app}@${'a'.repeat(40)}` : 'reference@1',
      configuration: 'simulated',
    };
  }

  /** Of variance 1. */
  private noise(): number {
    const { random } = this;
    if (!this.machine.heavyTails) return random.normal();
    const squares = random.normal() ** 2 + random.normal() ** 2 + random.normal() ** 2;
    return random.normal() / Math.sqrt(squares);
  }
}

class SimulatedNights {
  private readonly entries: NightEntry[] = [];
  private readonly all: readonly SimulatedSeries[];

  constructor(machine: Machine, seed: number) {
    const random = seededRandom(seed);
    this.all = Array.from(
      { length: SERIES },
      (_, index) => new SimulatedSeries(index, machine, random),
    );
    for (let night = 0; night < machine.history; night += 1) {
      this.record(
        this.all.map((one) => ({ ...one.measure(1), state: 'quiet', change: null, warnings: [] })),
      );
    }
  }

  /** @returns whether anybody is told of anything */
  judge(levelOf: (series: number) => number = () => 1): { entry: NightEntry; raised: boolean } {
    const before = this.entries.at(-1);
    const { conditions } = nightFixture(dayOf(1));
    const tonight = {
      night: dayOf(this.entries.length + 1),
      revision: null,
      conditions,
      series: this.all.map((one, index) => one.measure(levelOf(index))),
    };
    const judged = judgeTonight(nightHistories(this.entries), tonight, minimumEffect);
    const entry = this.record(judged);
    return { entry, raised: newsOf(entry, before).length > 0 };
  }

  private record(series: MeasuredSeries[]): NightEntry {
    const entry = nightFixture(dayOf(this.entries.length + 1), { series });
    this.entries.push(entry);
    return entry;
  }
}

/** For each of the seeds, in how many of 90 nights of A/A anything was raised. */
export const quietNights = (machine: Machine, seeds: readonly number[]): number[] =>
  seeds.map((seed) => {
    const nights = new SimulatedNights(machine, seed);
    return Array.from({ length: NIGHTS }, () => nights.judge().raised).filter(Boolean).length;
  });

/** Share of the stepping series of a metric that are found by each of the first three nights. */
export function foundWithin(machine: Machine, seeds: readonly number[]): Record<Metric, number[]> {
  const foundOn = new Map(METRICS.map((metric) => [metric, new Array<number>(SOON).fill(0)]));
  for (const seed of seeds) {
    const nights = new SimulatedNights(machine, 1e6 + seed);
    for (let night = 0; night < SOON; night += 1) {
      const { entry } = nights.judge((index) => (index < STEPPING ? 1 + STEP : 1));
      for (const { metric, state, change } of entry.series.slice(0, STEPPING)) {
        const counts = foundOn.get(metric as Metric);
        if (state !== 'changed' || change?.direction !== 'regression' || !counts) continue;
        for (let by = night; by < SOON; by += 1) counts[by] = (counts[by] as number) + 1;
      }
    }
  }
  const steps = (seeds.length * STEPPING) / METRICS.length;
  const shareOf = (metric: Metric) => (foundOn.get(metric) ?? []).map((count) => count / steps);
  return { 'cpu-ratio': shareOf('cpu-ratio'), 'p50-ratio': shareOf('p50-ratio') };
}
