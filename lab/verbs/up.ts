// The verbs that keep something up until Ctrl-C: `lab up` the apps on their databases, watched by
// Prometheus; `lab exporter` the exporter alone, beside subjects that somebody else keeps up.
import { rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { type AppName, appNamed, appNames, namedApps, usesDatabase } from '../../contract/apps';
import { aborted, abortOnSignals } from '../cli/interrupt';
import { startExporter, withRuntime } from '../cli/with-lab';
import { configuration } from '../configuration/configuration';
import { labVariables } from '../configuration/variables';
import { andThen, usageError } from '../errors';
import { stateDir } from '../paths';
import { writeFileAtomic } from '../results/atomic';
import { quoted } from '../results/command-line';
import { variablesByHand } from '../runtime/generator';
import { ports } from '../runtime/ports';
import { subjectOf } from '../runtime/subject';

export function register(program: Command): void {
  program
    .command('up')
    .description('start the apps and Prometheus, and keep them up until Ctrl-C')
    .argument('[apps...]', `which apps (the default: all): ${appNames.join(', ')}`)
    .option('--json', 'print the endpoints as one line of JSON')
    .action((names: string[], options: { json?: boolean }) => up(namedApps(names), options));
  program
    .command('exporter')
    .description('serve metrics of PostgreSQL and of the run in progress, until Ctrl-C')
    .action(exporter);
}

/** What `--json` prints. */
export const endpointsSchema = z.strictObject({
  apps: z.array(
    z.strictObject({
      app: z.string(),
      baseUrl: z.url(),
      metricsUrl: z.url().exactOptional(),
      /** A superuser's, of the app's database; absent where it gets none of the lab's. */
      databaseUrl: z.url().exactOptional(),
    }),
  ),
  prometheusUrl: z.url(),
  liveUrl: z.url(),
  /** Path of a file for a shell to source. */
  k6Env: z.string(),
});
type Endpoints = z.infer<typeof endpointsSchema>;

/** For a shell to source: where this lab's apps are, and how the dashboards show a k6 run by hand. */
export const k6EnvFile = join(stateDir, 'k6.env');

const up = (names: readonly AppName[], { json = false }): Promise<void> =>
  withRuntime('native', async ({ runtime, page, signal }) => {
    const start = async (app: AppName) => {
      const { baseUrl, metricsUrls } = await runtime.start(
        subjectOf(app, 'default', runtime.subjectCores),
      );
      return {
        app,
        baseUrl,
        ...(metricsUrls[0] !== undefined && { metricsUrl: metricsUrls[0] }),
        ...(usesDatabase(app) && { databaseUrl: runtime.superuserUrl(app) }),
      };
    };
    await andThen(async () => {
      const apps = await Promise.all(names.map(start));
      const { prometheusUrl } = runtime;
      writeK6Env(Object.fromEntries(apps.map(({ app, baseUrl }) => [app, baseUrl])), prometheusUrl);
      process.stdout.write(
        json
          ? `${JSON.stringify({ apps, prometheusUrl, liveUrl: page.url, k6Env: k6EnvFile } satisfies Endpoints)}\n`
          : apps.map(({ app, baseUrl }) => `${app} ${baseUrl}\n`).join('') +
              `prometheus ${prometheusUrl}\nlive ${page.url}\n` +
              // The scenarios by hand know what the contract serves alone.
              (apps.every(({ app }) => appNamed(app).serves.length === 0)
                ? ''
                : `k6 by hand: npm run lab -- k6 run k6/scenarios/NAME.ts, or source ${quoted(relative('', k6EnvFile))} and run k6 yourself\n`),
      );
      runtime.onIncident(({ part, what }) => console.error(`${part} ${what}`));
      await aborted(signal);
    }, [() => rmSync(k6EnvFile, { force: true })]);
  });

function writeK6Env(urls: Record<string, string>, prometheusUrl: string): void {
  const variables = variablesByHand({ urls, address: `127.0.0.1:${ports.k6}`, prometheusUrl });
  const lines = Object.entries(variables).map(
    ([name, value]) => `export ${name}=${quoted(value)}\n`,
  );
  writeFileAtomic(k6EnvFile, lines.join(''));
}

async function exporter(): Promise<void> {
  const { statisticsUrl: url } = configuration;
  if (url === undefined) {
    const { name, kind } = labVariables.statisticsUrl;
    throw usageError(`${name} is not set: give ${kind.expected}, of a superuser.`);
  }
  const signal = abortOnSignals();
  const end = await startExporter(url);
  console.error(`http://127.0.0.1:${ports.exporter}/metrics`);
  await aborted(signal);
  await end();
}
