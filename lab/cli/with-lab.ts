// What every verb that measures does around its experiment: the runtime, the live page, the
// exporter and the progress line are brought up, and taken down however it ends.
import type { ExitCode } from '../errors';
import type { RunContext } from '../measure/conductor';
import { resultsDir } from '../paths';
import type { RunFolder } from '../results/run-folder';
import { type Exporting, startExporter } from './exporting';
import { aborted, abortOnSignals } from './interrupt';
import { openLivePage, withLivePage } from './live';
import { progressOn } from './progress';
import { openRuntime, type RuntimeName } from './runtime';

/** The end of a run, as a verb shows it. */
export type Conclusion = {
  /** Path of report.html. */
  report: string;
  exitCode: ExitCode;
  /** For people, or for machines. */
  printed(json: boolean): string;
};

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

/** What was found on stdout, where the report is on stderr. */
export function showConclusion({ report, exitCode, printed }: Conclusion, json: boolean): void {
  process.stdout.write(printed(json));
  console.error(
    `\nReport: ${report}; \`npm run lab -- show\` prints the run again, with --validity each check, with --decomposition where the time went.`,
  );
  if (exitCode !== 0) process.exitCode = exitCode;
}
