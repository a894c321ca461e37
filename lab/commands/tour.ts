// `lab tour` (npm start): both apps checked and pushed, by rate and by users.
import type { Command } from 'commander';
import { paces } from '../experiment/plans';
import { tour } from '../experiment/tour';
import { resultsDir } from '../paths';
import { type Exporting, startExporter } from './exporting';
import { finish, writeFindings } from './finish';
import { aborted, abortOnSignals } from './interrupt';
import { openLivePage, withLivePage } from './live';
import { seedOption } from './options';
import { progressOn } from './progress';
import { openRuntime, type RuntimeName, runtimeOption } from './runtime';

type Options = {
  quick?: boolean;
  runtime: RuntimeName;
  seed: number;
  stay?: boolean;
  json?: boolean;
};

export function register(program: Command): void {
  program
    .command('tour')
    .description('check both apps, then push each by rate and by users (npm start)')
    .option('--quick', 'shorter steps and fewer of them: at most 75 s')
    .addOption(runtimeOption())
    .addOption(seedOption())
    .option('--stay', 'stay up afterwards where there is no terminal, too')
    .option('--json', 'print the findings as JSON')
    .action(async (options: Options) => {
      const signal = abortOnSignals();
      await using page = await openLivePage(options.runtime);
      const runtime = await openRuntime(options.runtime, signal);
      page.watch(runtime.prometheusUrl);
      const progress = progressOn(process.stderr, runtime.prometheusUrl);
      let exporting: Exporting | undefined;
      try {
        exporting = await startExporter(runtime.statisticsUrl, runtime);
        const folder = await tour({
          runtime,
          resultsDir,
          pace: options.quick ? paces.quick : paces.full,
          seed: options.seed,
          arguments: process.argv.slice(2),
          signal,
          events: exporting.withPhases(withLivePage(page, { ...progress, onEnd: writeFindings })),
        });
        progress.stop();
        finish(folder, options.json ?? false);
        if (options.stay || process.stdout.isTTY) {
          console.error(
            `\nThe stack stays up until Ctrl-C. Live page: ${page.url}  Prometheus: ${runtime.prometheusUrl}`,
          );
          await aborted(signal);
        }
      } finally {
        progress.stop();
        await exporting?.close();
        await runtime.close();
      }
    });
}
