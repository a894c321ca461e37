// `lab up`: both apps on their database, watched by Prometheus, until Ctrl-C.

import { rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Command } from 'commander';
import { type Exporting, startExporter } from '../cli/exporting';
import { aborted, abortOnSignals } from '../cli/interrupt';
import { openLivePage } from '../cli/live';
import { stateDir } from '../paths';
import { writeFileAtomic } from '../results/atomic';
import { variablesByHand } from '../runtime/generator';
import { NativeRuntime } from '../runtime/native/native';
import { ports } from '../runtime/ports';
import { appNames, subjectOf } from '../runtime/subject';

export function register(program: Command): void {
  program
    .command('up')
    .description('start both apps and Prometheus, and keep them up until Ctrl-C')
    .option('--json', 'print the endpoints as one line of JSON')
    .action(async (options: { json?: boolean }) => {
      const signal = abortOnSignals();
      await using page = await openLivePage('native');
      const runtime = await NativeRuntime.open();
      page.watch(runtime.prometheusUrl);
      let exporting: Exporting | undefined;
      try {
        exporting = await startExporter(runtime.statisticsUrl, runtime);
        const apps = await Promise.all(
          appNames.map(async (app) => {
            const subject = subjectOf(app, 'default', runtime.subjectCores);
            const {
              baseUrl,
              metricsUrls: [metricsUrl],
            } = await runtime.start(subject);
            return { app, baseUrl, metricsUrl, databaseUrl: runtime.superuserUrl(app) };
          }),
        );
        const { prometheusUrl } = runtime;
        writeK6Env(
          Object.fromEntries(apps.map(({ app, baseUrl }) => [app, baseUrl])),
          prometheusUrl,
        );
        process.stdout.write(
          options.json
            ? `${JSON.stringify({ apps, prometheusUrl, liveUrl: page.url, k6Env: k6EnvFile })}\n`
            : apps.map(({ app, baseUrl }) => `${app} ${baseUrl}\n`).join('') +
                `prometheus ${prometheusUrl}\nlive ${page.url}\n` +
                `k6 by hand: npm run lab -- k6 run k6/scenarios/NAME.ts, or source ${quoted(relative('', k6EnvFile))} and run k6 yourself\n`,
        );
        runtime.onIncident(({ part, what }) => console.error(`${part} ${what}`));
        await aborted(signal);
      } finally {
        rmSync(k6EnvFile, { force: true });
        await exporting?.close();
        await runtime.close();
      }
    });
}

/** For a shell to source: where this lab's apps are, and how the dashboards show a k6 run by hand. */
export const k6EnvFile = join(stateDir, 'k6.env');

function writeK6Env(urls: Record<string, string>, prometheusUrl: string): void {
  const variables = variablesByHand({ urls, address: `127.0.0.1:${ports.k6}`, prometheusUrl });
  const lines = Object.entries(variables).map(
    ([name, value]) => `export ${name}=${quoted(value)}\n`,
  );
  writeFileAtomic(k6EnvFile, lines.join(''));
}

/** As a shell takes it for one word, whatever is in it. */
const quoted = (text: string): string =>
  /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
