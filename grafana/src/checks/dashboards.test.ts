import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { dashboardsDir } from '../../../lab/verbs/generated';
import type { DashboardFile } from './dashboard-types';
import { type KnownMetrics, knownMetrics } from './known-metrics';
import { ownFaults } from './own-rules';
import { schemaFaults } from './schema';

const files = readdirSync(dashboardsDir).map((name): [string, DashboardFile] => [
  name,
  JSON.parse(readFileSync(join(dashboardsDir, name), 'utf8')),
]);

let known: KnownMetrics;
beforeAll(() => {
  known = knownMetrics();
});

test.each(files)('%s holds only what Grafana 13.2 knows', (_, dashboard) => {
  expect(schemaFaults(dashboard)).toEqual([]);
});

test.each(files)('%s asks for what exists, and its panels are whole', (_, dashboard) => {
  expect(ownFaults(dashboard, known)).toEqual([]);
});
