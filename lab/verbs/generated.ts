// The verbs that write what is generated and kept in the repository: `lab contract` and `lab dashboards`.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import type { App } from '../../contract/app';
import { planParts } from '../../contract/apps';
import { readApps } from '../../contract/read-apps';
import { dashboards } from '../../grafana/src/catalogue';
import { dashboardJson, runbookJson } from '../../grafana/src/json/dashboard';
import { renderConfigurationPage } from '../configuration/page';
import { rootDir } from '../paths';
import { writeFileAtomic } from '../results/atomic';
import { scrapeJob } from '../runtime/native/prometheus';
import { renderJsonSchemas } from './json-schemas';

export const contractDir = join(rootDir, 'contract/generated');
export const schemasDir = join(rootDir, 'docs/schemas');
export const configurationPage = join(rootDir, 'docs/configuration.md');
export const dashboardsDir = join(rootDir, 'grafana/dashboards');

const header =
  '// TypeScript types of the HTTP interface, made from contract/openapi.yaml by `npm run lab -- contract`.\n' +
  '// Not for editing: change the contract and generate it again.\n';

/** The files of contract/generated as openapi.yaml and the clone's app.json files ask for them now, by name. */
export async function renderContract(): Promise<Map<string, string>> {
  // A generator of types brings a compiler with it: loaded when it is needed, not before.
  const { astToString, default: openapiTS } = await import('openapi-typescript');
  const types = await openapiTS(pathToFileURL(join(rootDir, 'contract/openapi.yaml')));
  const { apps: own } = readApps({});
  return new Map([
    ['http.ts', header + astToString(types)],
    ['apps.ts', renderApps(own)],
    ['scrape.yml', renderScraping(own)],
  ]);
}

/** What k6 needs to know of the apps: it knows no file system. */
const renderApps = (apps: readonly App[]): string => `\
// The apps as k6 needs to know them, made from apps/*/app.json by \`npm run lab -- contract\`.
// Not for editing: change the app.json and generate it again.
import type { NamesFile } from '../names.ts';

type K6App = {
  name: string;
  port: number;
  /** Absent: every part of the contract. */
  serves?: readonly string[];
  names?: NamesFile;
};

export const apps: readonly K6App[] = ${JSON.stringify(
  apps.map((app) => ({
    name: app.name,
    port: app.ports?.public ?? 0,
    ...planParts(app),
    names: app.names,
  })),
  null,
  2,
)};
`;

/** In containers each app has its replicas behind one name. */
const renderScraping = (apps: readonly App[]): string =>
  `# The apps' jobs in containers, made from apps/*/app.json by \`npm run lab -- contract\`.
# Not for editing: change the app.json and generate it again.
${stringify({
  scrape_configs: apps.map((app) =>
    scrapeJob(app, {
      dns_sd_configs: [
        { names: [app.name], type: 'A', port: app.ports?.metrics ?? 0, refresh_interval: '5s' },
      ],
    }),
  ),
})}`;

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
      writeFolder(contractDir, await renderContract());
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
