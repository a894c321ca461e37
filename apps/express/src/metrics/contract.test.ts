// The metrics in the code and those of contract/metrics.yaml are the same.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { failureLog } from '../database-errors';
import { type CgroupReading, PRESSURE_RESOURCES } from '../exporter/cgroup';
import { observeContainer } from '../exporter/container';
import { observeProcesses } from '../exporter/processes';
import { MeasuredPool } from '../pool';
import { Workers } from '../workers';
import { OPERATION_NAMES, operationName } from './database';
import { measureRequests, operationOf } from './requests';
import { observeRuntime } from './runtime';

interface Declared {
  name: string;
  type: string;
  help: string;
  runtimes?: string[];
  when?: string;
  optional?: boolean;
  buckets?: number[];
  labels?: Record<string, { values?: string[] }>;
}

const contractFile = (name: string) =>
  readFileSync(join(__dirname, '../../../../contract', name), 'utf8');
const { metrics } = parse(contractFile('metrics.yaml')) as { metrics: Declared[] };
const declared = metrics.filter(({ runtimes }) => runtimes?.includes('node') ?? true);
const sloBounds = Object.values(
  JSON.parse(contractFile('slo.json')) as Record<string, { thresholdSeconds: number }>,
).map(({ thresholdSeconds }) => thresholdSeconds);

const log = pino({ level: 'silent' });
const inContainer: CgroupReading = {
  cpuSeconds: 1,
  throttledSeconds: 0,
  cpuLimitCores: 1,
  memoryBytes: 1,
  memoryLimitBytes: 1,
  pressureSeconds: { cpu: 0, memory: 0, io: 0 },
};

function registerAll(cgroup?: CgroupReading): Registry {
  const registry = new Registry();
  const config = { workers: 1, shutdownSeconds: 1 };
  measureRequests(registry);
  observeRuntime(registry);
  new MeasuredPool({ max: 1 }, { registry, reportFailure: failureLog(log), prepare: false });
  new Workers(config, log, registry);
  observeProcesses(registry, () => [process.pid]);
  if (cgroup) observeContainer(registry, () => cgroup);
  return registry;
}

function describeMetrics(registry: Registry) {
  const metrics = registry.getMetricsAsArray() as unknown as {
    name: string;
    type: string;
    help: string;
    labelNames: string[];
    buckets?: number[];
  }[];
  return metrics.map(({ name, type, help, labelNames, buckets }) => ({
    name,
    type,
    help,
    labels: labelNames,
    buckets: type === 'histogram' ? buckets : undefined,
  }));
}

function describeDeclared(metrics: Declared[]) {
  return metrics.map(({ name, type, help, labels, buckets }) => ({
    name,
    type,
    help,
    labels: Object.keys(labels ?? {}),
    buckets: name === 'http_server_request_duration_seconds' ? withSloBounds(buckets) : buckets,
  }));
}

function withSloBounds(buckets: number[] = []): number[] {
  return [...new Set([...buckets, ...sloBounds])].sort((a, b) => a - b);
}

const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);

describe('the metrics page', () => {
  test('has every metric of the contract and no other, in a container', () => {
    expect(describeMetrics(registerAll(inContainer)).sort(byName)).toEqual(
      describeDeclared(declared).sort(byName),
    );
  });

  test('has none of the container outside one', () => {
    expect(describeMetrics(registerAll()).sort(byName)).toEqual(
      describeDeclared(declared.filter(({ when }) => when === undefined)).sort(byName),
    );
  });

  test('leaves out limits that are not set and accounts that the kernel does not keep', () => {
    const page = registerAll({ cpuSeconds: 1, pressureSeconds: {} });
    expect(describeMetrics(page).sort(byName)).toEqual(
      describeDeclared(
        declared.filter(({ when, optional }) => when !== 'pressure' && !optional),
      ).sort(byName),
    );
  });
});

test.each([
  ['db_client_operation_duration_seconds', 'db_operation_name', OPERATION_NAMES],
  ['container_pressure_waiting_seconds_total', 'resource', PRESSURE_RESOURCES],
])('%s has the values of the contract for %s', (name, label, values) => {
  expect(values).toEqual(declared.find((metric) => metric.name === name)?.labels?.[label]?.values);
});

test.each([
  ['select "id" from "world"', 'SELECT'],
  ['\n      update world set', 'UPDATE'],
  ['INSERT INTO session', 'INSERT'],
  ['delete from session', 'DELETE'],
  ['begin', 'OTHER'],
  ['with x as (select 1) select 1', 'OTHER'],
  ['', 'OTHER'],
])('the statement %j counts as %s', (statement, name) => {
  expect(operationName(statement)).toBe(name);
});

test.each([
  ['GET', { get: true }, 'GET /x'],
  ['HEAD', { get: true }, 'HEAD /x'],
  ['POST', { get: true, post: true, _all: true }, 'POST /x'],
  ['POST', { get: true, _all: true }, '_OTHER '],
  ['GET', { post: true, _all: true }, 'GET '],
  ['PROPFIND', { get: true, _all: true }, '_OTHER '],
])('%s where a route takes %j counts as "%s"', (sent, methods, counted) => {
  const { method, route } = operationOf(sent, { path: '/x', methods });
  expect(`${method} ${route}`).toBe(counted);
});
