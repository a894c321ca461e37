import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { renderConfigurationPage } from '../configuration/page';
import {
  configurationPage,
  contractDir,
  dashboardsDir,
  renderContract,
  renderDashboards,
  schemasDir,
} from './generated';
import { renderJsonSchemas } from './json-schemas';

function expectFresh(folder: string, files: ReadonlyMap<string, string>, verb: string): void {
  expect(readdirSync(folder).sort()).toEqual([...files.keys()].sort());
  for (const [name, text] of files) {
    expect(
      readFileSync(join(folder, name), 'utf8') === text,
      `${name} is stale: run \`npm run lab -- ${verb}\``,
    ).toBe(true);
  }
}

test('contract/generated is what the contract says today', async () => {
  expectFresh(contractDir, await renderContract(), 'contract');
});

test('docs/configuration.md is what the variables say today', () => {
  expect(
    readFileSync(configurationPage, 'utf8') === renderConfigurationPage(),
    'docs/configuration.md is stale: run `npm run lab -- contract`',
  ).toBe(true);
});

test('docs/schemas is what the schemas say today', () => {
  expectFresh(schemasDir, renderJsonSchemas(), 'contract');
});

test('grafana/dashboards is what the catalogue says today', () => {
  expectFresh(dashboardsDir, renderDashboards(), 'dashboards');
});
