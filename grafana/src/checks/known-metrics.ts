// Every metric that an expression may name, with its labels: what contract/*.yaml declares and what
// prometheus/rules record.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { appNames } from '../../../contract/apps';
import { declaredIn } from '../../../contract/declared';
import type { Condition } from '../model';

type LabelRule = { values?: string[]; pattern?: string };

type Declared = {
  name: string;
  type: 'counter' | 'gauge' | 'histogram' | 'native_histogram';
  labels?: Record<string, LabelRule>;
  when?: Condition | 'always';
  source?: string;
};

export type Known = {
  type: 'counter' | 'gauge' | 'native_histogram';
  labels: Record<string, LabelRule>;
  when?: Condition;
  /** Of k6's metrics: `script` or `process`. */
  source?: string;
  /** The expression that records it. */
  recordedBy?: string;
};

export type KnownMetrics = ReadonlyMap<string, Known>;

export type Rule = {
  record?: string;
  alert?: string;
  expr: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
};

const root = join(__dirname, '../../..');
const rulesDir = join(root, 'prometheus/rules');

/** What the scrape configuration adds (prometheus/prometheus.yml). */
const scraped: Record<string, LabelRule> = {
  job: { values: [...appNames, 'k6', 'prometheus', 'exporter'] },
  instance: {},
};
const appLabel: Record<string, LabelRule> = {
  app: { values: [...appNames] },
  foreign: { values: ['1'] },
};

export function readRules(): Rule[] {
  return readdirSync(rulesDir)
    .filter((name) => name.endsWith('.rules.yml'))
    .flatMap((name): { rules: Rule[] }[] => parse(textOf(`prometheus/rules/${name}`)).groups)
    .flatMap(({ rules }) => rules);
}

export function knownMetrics(): KnownMetrics {
  const known = new Map<string, Known>();
  const add = (name: string, one: Known): void => {
    const before = known.get(name);
    known.set(name, before ? { ...one, labels: mergeLabels(before.labels, one.labels) } : one);
  };
  for (const metric of declaredIn<Declared>('metrics'))
    declare(add, metric, { ...scraped, ...appLabel });
  for (const metric of declaredIn<Declared>('exporter')) declare(add, metric, scraped);
  for (const metric of declaredIn<Declared>('k6')) {
    declare(add, metric, metric.source === 'process' ? scraped : {});
  }
  for (const metric of declaredIn<Declared>('prometheus'))
    declare(add, metric, { ...scraped, ...appLabel });
  for (const { record, expr, labels = {} } of readRules()) {
    if (record === undefined) continue;
    add(record, { type: 'gauge', labels: recordedLabels(record, labels), recordedBy: expr });
  }
  return known;
}

function textOf(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

function declare(
  add: (name: string, one: Known) => void,
  { name, type, when, source, labels: own = {} }: Declared,
  added: Record<string, LabelRule>,
): void {
  const labels = { ...added, ...own };
  const rest = { ...(when && when !== 'always' && { when }), ...(source && { source }) };
  if (type !== 'histogram') {
    add(name, { type, labels, ...rest });
    return;
  }
  add(`${name}_bucket`, { type: 'counter', labels: { ...labels, le: {} }, ...rest });
  for (const part of ['sum', 'count']) {
    add(`${name}_${part}`, { type: 'counter', labels, ...rest });
  }
}

/** A recorded name begins with the labels that it keeps: app_workload:metric:operation. */
function recordedLabels(record: string, fixed: Record<string, string>): Record<string, LabelRule> {
  const [level = ''] = record.split(':');
  const kept = level.split('_').filter((label) => label === 'app' || label === 'workload');
  return Object.fromEntries([...kept, ...Object.keys(fixed)].map((label) => [label, {}]));
}

/** Two sources of one name: a value that either may have. */
function mergeLabels(one: Known['labels'], other: Known['labels']): Known['labels'] {
  const merged = { ...one, ...other };
  for (const [label, rule] of Object.entries(one)) {
    const second = other[label];
    if (second === undefined) continue;
    merged[label] =
      rule.values && second.values
        ? { values: [...new Set([...rule.values, ...second.values])] }
        : {};
  }
  return merged;
}
