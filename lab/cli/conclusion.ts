// The end of a run as a verb shows it: what was found on stdout, where the report is on stderr.
import type { ExitCode } from '../errors';

export type Conclusion = {
  /** Path of report.html. */
  report: string;
  exitCode: ExitCode;
  /** For people, or for machines. */
  printed(json: boolean): string;
};

export function showConclusion({ report, exitCode, printed }: Conclusion, json: boolean): void {
  process.stdout.write(printed(json));
  console.error(
    `\nReport: ${report}; \`npm run lab -- show\` prints the run again, with --validity each check, with --decomposition where the time went.`,
  );
  if (exitCode !== 0) process.exitCode = exitCode;
}
