import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { overview } from './dashboards/overview';
import { provisioned } from './json/data-source';
import { panelsOf, queriesOf } from './model';
import { targetsOf } from './targets';
import { allValues, fillIn, variablesIn, windowSeconds } from './variables';

test('an expression is filled in with the values of its variables', () => {
  expect(fillIn('rate(x{app=~"$app"}[$__rate_interval])', { ...allValues, app: 'express' })).toBe(
    'rate(x{app=~"express"}[5s])',
  );
});

const inBraces = `x{a=~"$\{app}"}`;

test.each(['x{a=~"$cluster"}', 'rate(x[$__interval])', inBraces, 'x{a=~"[[app]]"}'])(
  '%s names no variable that there is',
  (expr) => {
    expect(() => fillIn(expr, allValues)).toThrow(/is no variable: expected one of app/);
  },
);

test('a variable brings those that its own query needs', () => {
  expect(variablesIn(['x{workload=~"$workload"}']).map(({ name }) => name)).toEqual([
    'app',
    'run',
    'workload',
  ]);
});

test('every query of a dashboard can be asked of Prometheus', () => {
  const targets = targetsOf(overview);
  expect(targets).toHaveLength(panelsOf(overview).flatMap(queriesOf).length);
  for (const { expr } of targets) expect(expr).not.toContain('$');
  expect(targets.filter(({ panel }) => panel === 'Duration').map(({ refId }) => refId)).toEqual([
    'A',
    'B',
    'C',
  ]);
});

test("Grafana's data source is the one that dashboards open with, with the shortest window", () => {
  const file = join(__dirname, '../provisioning/datasources/prometheus.yml');
  const [source] = parse(readFileSync(file, 'utf8')).datasources;
  expect(source).toMatchObject(provisioned);
  // Grafana: max(step + interval, 4 x interval).
  const [, interval = ''] = /^(\d+)ms$/.exec(source.jsonData.timeInterval) ?? [];
  expect((4 * Number(interval)) / 1000).toBe(windowSeconds);
});
