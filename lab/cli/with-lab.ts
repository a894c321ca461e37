// What every verb that measures does around its experiment: the runtime, the live page, the
// exporter and the progress line are brought up, and taken down however it ends.
import type { RunContext } from '../measure/conductor';
import { resultsDir } from '../paths';
import type { RunFolder } from '../results/run-folder';
import { type Conclusion, showConclusion } from './conclusion';
import { type Exporting, startExporter } from './exporting';
import { aborted, abortOnSignals } from './interrupt';
import { openLivePage, withLivePage } from './live';
import { progressOn } from './progress';
import { openRuntime, type RuntimeName } from './runtime';

type LabOptions = {
  runtime: RuntimeName;
  json?: boolean;
  /** Stay up afterwards until Ctrl-C; on a terminal some verbs do so unasked. */
  stay?: boolean;
  /** Analyses each run that has ended, in whatever way, and writes its report. */
  conclude(folder: RunFolder): Promise<Conclusion>;
  /** Where a verb prints its run in its own way. */
  show?: (folder: RunFolder) => Promise<void>;
};

/** Runs one experiment, prints what it found, and sets the exit code. */
export async function withLab(
  { runtime: kind, json = false, stay = false, conclude, show }: LabOptions,
  experiment: (context: RunContext) => Promise<RunFolder>,
): Promise<void> {
  const signal = abortOnSignals();
  await using page = await openLivePage(kind);
  const runtime = await openRuntime(kind, signal);
  page.watch(runtime.prometheusUrl);
  const progress = progressOn(process.stderr, runtime.prometheusUrl);
  let exporting: Exporting | undefined;
  let conclusion: Conclusion | undefined;
  try {
    exporting = await startExporter(runtime.statisticsUrl, runtime);
    const folder = await experiment({
      runtime,
      resultsDir,
      arguments: process.argv.slice(2),
      signal,
      events: exporting.withPhases(withLivePage(page, progress)),
      conclude: async (ended) => {
        conclusion = await conclude(ended);
      },
    });
    progress.stop();
    if (show) await show(folder);
    else if (conclusion) showConclusion(conclusion, json);
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
