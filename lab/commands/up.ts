// `lab up`: both apps on their database, watched by Prometheus, until Ctrl-C.
import type { Command } from 'commander';
import { NativeRuntime } from '../runtime/native';
import { appNames, subjectOf } from '../runtime/subject';
import { type Exporting, startExporter } from './exporting';
import { aborted, abortOnSignals } from './interrupt';
import { openLivePage } from './live';

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
        process.stdout.write(
          options.json
            ? `${JSON.stringify({ apps, prometheusUrl, liveUrl: page.url })}\n`
            : apps.map(({ app, baseUrl }) => `${app} ${baseUrl}\n`).join('') +
                `prometheus ${prometheusUrl}\nlive ${page.url}\n`,
        );
        runtime.onIncident(({ part, what }) => console.error(`${part} ${what}`));
        await aborted(signal);
      } finally {
        await exporting?.close();
        await runtime.close();
      }
    });
}
