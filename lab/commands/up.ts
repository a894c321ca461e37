// `lab up`: both apps on their database, watched by Prometheus, until Ctrl-C.
import type { Command } from 'commander';
import { NativeRuntime } from '../runtime/native';
import { appNames, subjectOf } from '../runtime/subject';
import { type Exporting, startExporter } from './exporting';
import { aborted, abortOnSignals } from './interrupt';

export function register(program: Command): void {
  program
    .command('up')
    .description('start both apps and Prometheus, and keep them up until Ctrl-C')
    .option('--json', 'print the endpoints as one line of JSON')
    .action(async (options: { json?: boolean }) => {
      const signal = abortOnSignals();
      const runtime = await NativeRuntime.open();
      let exporting: Exporting | undefined;
      try {
        exporting = await startExporter(runtime.statisticsUrl, runtime);
        const apps = await Promise.all(
          appNames.map(async (app) => ({
            app,
            ...(await runtime.start(subjectOf(app, 'default', runtime.subjectCores))),
            databaseUrl: runtime.superuserUrl(app),
          })),
        );
        const { prometheusUrl } = runtime;
        process.stdout.write(
          options.json
            ? `${JSON.stringify({ apps, prometheusUrl })}\n`
            : apps.map(({ app, baseUrl }) => `${app} ${baseUrl}\n`).join('') +
                `prometheus ${prometheusUrl}\n`,
        );
        runtime.onIncident(({ part, what }) => console.error(`${part} ${what}`));
        await aborted(signal);
      } finally {
        await exporting?.close();
        await runtime.close();
      }
    });
}
