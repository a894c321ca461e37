// What every verb that measures does around its experiment: the runtime, the live page, the
// exporter and the progress line are brought up, and taken down however it ends.
import type { Setting } from '../measure/conduct';
import { resultsDir } from '../paths';
import type { RunFolder } from '../results/run-folder';
import { type Exporting, startExporter } from './exporting';
import { finish, writeFindings } from './finish';
import { aborted, abortOnSignals } from './interrupt';
import { openLivePage, withLivePage } from './live';
import { progressOn } from './progress';
import { openRuntime, type RuntimeName } from './runtime';

export type ConductingOptions = {
  runtime: RuntimeName;
  json?: boolean;
  /** Stay up afterwards until Ctrl-C; on a terminal some verbs do so unasked. */
  stay?: boolean;
};

/**
 * Runs one experiment, writes down what it found, prints it, and sets the exit code.
 *
 * @param conclude the last two, where a verb has its own way
 */
export async function conducting(
  { runtime: kind, json = false, stay = false }: ConductingOptions,
  experiment: (setting: Setting) => Promise<RunFolder>,
  conclude: (folder: RunFolder, json: boolean) => void | Promise<void> = finish,
): Promise<void> {
  const signal = abortOnSignals();
  await using page = await openLivePage(kind);
  const runtime = await openRuntime(kind, signal);
  page.watch(runtime.prometheusUrl);
  const progress = progressOn(process.stderr, runtime.prometheusUrl);
  let exporting: Exporting | undefined;
  try {
    exporting = await startExporter(runtime.statisticsUrl, runtime);
    const folder = await experiment({
      runtime,
      resultsDir,
      arguments: process.argv.slice(2),
      signal,
      events: exporting.withPhases(withLivePage(page, { ...progress, onEnd: writeFindings })),
    });
    progress.stop();
    await conclude(folder, json);
    if (stay) {
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
}
