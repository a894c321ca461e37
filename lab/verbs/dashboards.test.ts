import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dashboardsDir, renderDashboards } from './dashboards';

test('grafana/dashboards is what the catalogue says today', () => {
  const files = renderDashboards();
  expect(readdirSync(dashboardsDir).sort()).toEqual([...files.keys()].sort());
  for (const [name, text] of files) {
    expect(
      readFileSync(join(dashboardsDir, name), 'utf8') === text,
      `${name} is stale: run \`npm run lab -- dashboards\``,
    ).toBe(true);
  }
});
