// A histogram for what happens on every request.
import type { Metric, Registry } from 'prom-client';

interface Options {
  name: string;
  help: string;
  labelNames?: string[];
  buckets: number[];
  registers: Registry[];
}

/**
 * prom-client's own histogram checks its labels and joins them to a key at every observation: 1 µs,
 * where a whole request for /json takes some 25. Here a series is asked for once and then counts in
 * some 30 ns. prom-client's registries read it like any metric of theirs.
 */
export class LeanHistogram {
  readonly name: string;
  readonly help: string;
  readonly type = 'histogram';
  readonly aggregator = 'sum';
  readonly labelNames: string[];
  readonly buckets: number[];
  readonly #series = new Map<string, Series>();

  constructor({ name, help, labelNames = [], buckets, registers }: Options) {
    this.name = name;
    this.help = help;
    this.labelNames = labelNames;
    this.buckets = buckets;
    for (const registry of registers) registry.registerMetric(this as unknown as Metric);
  }

  /** The one series with these labels: to be asked for once, and kept. */
  series(labels: Record<string, string> = {}): Series {
    const key = JSON.stringify(this.labelNames.map((name) => labels[name]));
    const series = this.#series.get(key) ?? new Series(this.buckets, labels);
    this.#series.set(key, series);
    return series;
  }

  async get() {
    const { name, help, type, aggregator } = this;
    return {
      name,
      help,
      type,
      aggregator,
      values: [...this.#series.values()].flatMap((one) => one.values(name)),
    };
  }
}

export class Series {
  readonly #bounds: number[];
  readonly #labels: Record<string, string>;
  /** Observations by bucket, not cumulated; the last is what lies above every bound. */
  readonly #counts: number[];
  #sum = 0;

  constructor(bounds: number[], labels: Record<string, string>) {
    this.#bounds = bounds;
    this.#labels = labels;
    this.#counts = new Array(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    let i = 0;
    // Past the last bound the comparison is with undefined, and false.
    while (value > (this.#bounds[i] as number)) i += 1;
    this.#counts[i] = (this.#counts[i] as number) + 1;
    this.#sum += value;
  }

  /** The samples of the exposition format. */
  values(name: string) {
    const labels = this.#labels;
    let count = 0;
    const buckets = this.#counts.map((inBucket, i) => {
      count += inBucket;
      const le = this.#bounds[i] ?? '+Inf';
      return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: count };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, value: this.#sum },
      { metricName: `${name}_count`, labels, value: count },
    ];
  }
}
