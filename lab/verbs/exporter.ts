// `lab exporter`: serves the exporter alone, beside subjects that somebody else keeps up.
import type { Command } from 'commander';
import { startExporter } from '../cli/exporting';
import { aborted, abortOnSignals } from '../cli/interrupt';
import { usageError } from '../errors';
import { ports } from '../runtime/ports';

export function register(program: Command): void {
  program
    .command('exporter')
    .description('serve metrics of PostgreSQL and of the run in progress, until Ctrl-C')
    .action(async () => {
      const url = process.env.HEADROOM_STATISTICS_URL;
      if (url === undefined || !URL.canParse(url)) {
        throw usageError(
          `HEADROOM_STATISTICS_URL is ${url === undefined ? 'not set' : `"${url}"`}: give a superuser's URL, for example postgres://postgres:PASSWORD@127.0.0.1:5432/postgres.`,
        );
      }
      const signal = abortOnSignals();
      const exporting = await startExporter(url);
      console.error(`http://127.0.0.1:${ports.exporter}/metrics`);
      await aborted(signal);
      await exporting.close();
    });
}
