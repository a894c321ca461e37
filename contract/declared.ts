// The metrics that metrics.yaml, exporter.yaml, k6.yaml and prometheus.yaml declare.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { appNames } from './apps';

type MetricsFile = 'metrics' | 'exporter' | 'k6' | 'prometheus';

/** Where a label's values are `apps`, they are the names of all apps. */
export function declaredIn<Metric>(file: MetricsFile): Metric[] {
  const text = readFileSync(join(__dirname, `${file}.yaml`), 'utf8');
  // Our own file: its aliases are many, and no attack.
  const { metrics } = parse(text, allApps, { merge: true, maxAliasCount: -1 });
  return metrics;
}

const allApps = (key: unknown, value: unknown): unknown =>
  key === 'values' && value === 'apps' ? [...appNames] : value;
