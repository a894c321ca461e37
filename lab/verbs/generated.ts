// The verbs that write what is generated and kept in the repository: `lab contract` and `lab dashboards`.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import { dashboards } from '../../grafana/src/catalogue';
import { dashboardJson, runbookJson } from '../../grafana/src/json/dashboard';
import { renderConfigurationPage } from '../configuration/page';
import { rootDir } from '../paths';
import { writeFileAtomic } from '../results/atomic';
import { renderJsonSchemas } from './json-schemas';

export const httpTypesDir = join(rootDir, 'contract/generated');
export const schemasDir = join(rootDir, 'docs/schemas');
export const configurationPage = join(rootDir, 'docs/configuration.md');
export const dashboardsDir = join(rootDir, 'grafana/dashboards');

const header =
  '// TypeScript types of the HTTP interface, made from contract/openapi.yaml by `npm run lab -- contract`.\n' +
  '// Not for editing: change the contract and generate it again.\n';

/** The files of contract/generated as contract/openapi.yaml asks for them now, by name. */
export async function renderHttpTypes(): Promise<Map<string, string>> {
  // A generator of types brings a compiler with it: loaded when it is needed, not before.
  const { astToString, default: openapiTS } = await import('openapi-typescript');
  const types = await openapiTS(pathToFileURL(join(rootDir, 'contract/openapi.yaml')));
  return new Map([['http.ts', header + astToString(types)]]);
}

/** The files of grafana/dashboards as the catalogue asks for them now, by name. */
export const renderDashboards = (): Map<string, string> =>
  new Map(
    [...dashboards.map(dashboardJson), runbookJson()].map((json) => [
      // Every uid begins with the project's name; beside one another the files need no such prefix.
      `${json.uid?.replace(/^headroom-/, '')}.json`,
      `${JSON.stringify(json, null, 2)}\n`,
    ]),
  );

export function register(program: Command): void {
  program
    .command('contract')
    .description(
      'write contract/generated/, docs/configuration.md and docs/schemas/ again from their sources',
    )
    .action(async () => {
      writeFolder(httpTypesDir, await renderHttpTypes());
      writeFile(configurationPage, renderConfigurationPage());
      writeFolder(schemasDir, renderJsonSchemas());
    });
  program
    .command('dashboards')
    .description('write grafana/dashboards/ again from the catalogue in grafana/src')
    .action(() => writeFolder(dashboardsDir, renderDashboards()));
}

/** What the folder holds besides is removed. */
function writeFolder(folder: string, files: ReadonlyMap<string, string>): void {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) if (!files.has(name)) rmSync(join(folder, name));
  for (const [name, text] of files) writeFile(join(folder, name), text);
}

function writeFile(file: string, text: string): void {
  writeFileAtomic(file, text);
  console.error(`wrote ${relative(rootDir, file)}`);
}
