// contract/metrics.yaml, and how a metrics page departs from it: both ways, name by name.
import type { App } from '../app';
import { appNamed } from '../apps';
import { declaredIn } from '../declared';
import { type Labels, parseValue } from '../prometheus-text';
import slo from '../slo.json';
import { type Family, type MetricsPage, seriesOf } from './metrics-page';
import type { Subject } from './subjects';

type LabelRule = { values?: string[]; pattern?: string };
export type DeclaredMetric = {
  name: string;
  type: string;
  help: string;
  runtimes?: NonNullable<App['runtime']>[];
  when?: 'always' | 'container' | 'pressure';
  optional?: boolean;
  buckets?: number[];
  mostSeries?: number;
  labels?: Record<string, LabelRule>;
};

const metrics = declaredIn<DeclaredMetric>('metrics');

const requestDuration = 'http_server_request_duration_seconds';

/** What this subject must expose. Each SLO's bound is a bucket, so that its share can be read. */
export function metricsOf(subject: Pick<Subject, 'app' | 'container'>): DeclaredMetric[] {
  const bounds = Object.values(slo).map(({ thresholdSeconds }) => thresholdSeconds);
  const { runtime } = appNamed(subject.app);
  return metrics
    .filter(({ runtimes }) => !runtimes || (runtime !== undefined && runtimes.includes(runtime)))
    .filter(({ when = 'always' }) => when === 'always' || subject.container === true)
    .map((metric) => ({
      ...metric,
      // Pressure exists under some kernels only, which a page does not tell.
      optional: metric.optional ?? metric.when === 'pressure',
      ...(metric.name === requestDuration && {
        buckets: [...new Set([...(metric.buckets ?? []), ...bounds])].sort((a, b) => a - b),
      }),
    }));
}

/** Every departure of a page from what is declared, in words; empty when there is none. */
export function departures(page: MetricsPage, declared: DeclaredMetric[]): string[] {
  const names = new Set(declared.map(({ name }) => name));
  return [
    ...[...page.keys()]
      .filter((name) => !names.has(name))
      .map((name) => `${name}: exposed, and not in contract/metrics.yaml`),
    ...declared.flatMap((metric) => {
      const family = page.get(metric.name);
      if (family && family.samples.length > 0) return departuresOf(family, metric);
      return metric.optional ? [] : [`${metric.name}: declared, and not exposed`];
    }),
  ];
}

function departuresOf(family: Family, metric: DeclaredMetric): string[] {
  const compare = (what: string, expected: string, got: string) =>
    expected === got ? [] : [`${metric.name}: expected ${what} "${expected}", got "${got}"`];
  return [
    ...compare('type', metric.type, family.type),
    ...compare('help', metric.help, family.help),
    ...new Set(family.samples.flatMap(({ labels }) => labelDepartures(labels, metric))),
    ...absentStates(family, metric),
    ...family.samples
      .filter(({ name, value }) => value < 0 && !name.endsWith('_sum'))
      .map((sample) => `${seriesOf(sample)}: expected a number from 0, got ${sample.value}`),
    ...(metric.buckets ? bucketDepartures(family, metric.buckets) : []),
  ];
}

function labelDepartures(labels: Labels, { name, labels: rules = {}, buckets }: DeclaredMetric) {
  const given = Object.keys(labels).filter((label) => !(buckets && label === 'le'));
  const expected = Object.keys(rules);
  if (given.toSorted().join() !== expected.toSorted().join()) {
    return [`${name}: expected labels {${expected.join()}}, got {${given.join()}}`];
  }
  return Object.entries(rules).flatMap(([label, { values, pattern }]) => {
    const value = labels[label] ?? '';
    const isAllowed = values?.includes(value) ?? new RegExp(pattern ?? '').test(value);
    return isAllowed ? [] : [`${name}: label ${label} has the value "${value}"`];
  });
}

/** A gauge by state says nothing by leaving a state out: each must be there, if only as 0. */
function absentStates(family: Family, { name, type, labels = {} }: DeclaredMetric): string[] {
  if (type !== 'gauge') return [];
  return Object.entries(labels).flatMap(([label, { values = [] }]) =>
    values
      .filter((value) => !family.samples.some((sample) => sample.labels[label] === value))
      .map((value) => `${name}: no series with ${label}="${value}"`),
  );
}

function bucketDepartures(family: Family, buckets: number[]): string[] {
  const expected = [...buckets, Number.POSITIVE_INFINITY].join();
  const groups = Map.groupBy(family.samples, ({ labels: { le, ...others } }) =>
    seriesOf({ name: family.name, labels: others }),
  );
  return [...groups].flatMap(([series, samples]) => {
    const inBuckets = samples.filter(({ name }) => name === `${family.name}_bucket`);
    const bounds = inBuckets.map(({ labels }) => parseValue(labels.le ?? ''));
    const counts = inBuckets.map(({ value }) => value);
    const count = samples.find(({ name }) => name === `${family.name}_count`)?.value;
    const faults: string[] = [];
    if (bounds.join() !== expected) faults.push(`expected buckets ${expected}, got ${bounds}`);
    if (counts.some((value, index) => value < (counts[index - 1] ?? 0))) {
      faults.push(`expected buckets that add up, got ${counts}`);
    }
    if (count === undefined || count !== counts.at(-1)) {
      faults.push(`expected _count to be the last bucket's ${counts.at(-1)}, got ${count}`);
    }
    if (!samples.some(({ name }) => name === `${family.name}_sum`)) faults.push('it has no _sum');
    return faults.map((fault) => `${series}: ${fault}`);
  });
}
