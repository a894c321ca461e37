// `lab dashboards`: writes grafana/dashboards/ anew from the catalogue in grafana/src.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Command } from 'commander';
import { dashboards } from '../../grafana/src/catalogue';
import { dashboardJson, runbookJson } from '../../grafana/src/json/dashboard';
import { rootDir } from '../paths';
import { writeFileAtomic } from '../results/atomic';

export const dashboardsDir = join(rootDir, 'grafana/dashboards');

/** Every address begins with the project's name; beside one another the files need no such prefix. */
const fileName = ({ uid = '' }: { uid?: string }): string =>
  `${uid.replace(/^headroom-/, '')}.json`;

/** The files of grafana/dashboards as the catalogue asks for them now, by name. */
export function renderDashboards(): Map<string, string> {
  return new Map(
    [...dashboards.map(dashboardJson), runbookJson()].map((json) => [
      fileName(json),
      `${JSON.stringify(json, null, 2)}\n`,
    ]),
  );
}

export function register(program: Command): void {
  program
    .command('dashboards')
    .description('write grafana/dashboards/ anew from the catalogue in grafana/src')
    .action(() => {
      const files = renderDashboards();
      mkdirSync(dashboardsDir, { recursive: true });
      for (const name of readdirSync(dashboardsDir)) {
        if (!files.has(name)) rmSync(join(dashboardsDir, name));
      }
      for (const [name, text] of files) {
        const file = join(dashboardsDir, name);
        writeFileAtomic(file, text);
        console.error(`wrote ${relative(rootDir, file)}`);
      }
    });
}
