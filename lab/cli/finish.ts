// What every experiment does at its end: findings and report written down, printed, and judged.

import { renderReport } from '../experiments/documents';
import { findingsOf, reportedRun } from '../experiments/read-run';
import type { RunFolder } from '../results/run-folder';
import { schemaVersion } from '../results/schemas';
import { print } from './print';

/** However the run ended: what was cut off leaves a report of what it had until then. */
export async function writeFindings(folder: RunFolder): Promise<void> {
  const reported = reportedRun(folder);
  folder.write('analysis.json', { schemaVersion, ...reported.found });
  folder.writeText('report.html', await renderReport([reported]));
}

export function finish(folder: RunFolder, json: boolean): void {
  print(folder, json);
  console.error(
    `\nReport: ${folder.path}/report.html; \`npm run lab -- show\` prints the run again, with --validity each check, with --decomposition where the time went.`,
  );
  const { trials } = findingsOf(folder);
  const wrong = trials.some(({ failedChecks }) => Object.keys(failedChecks).length > 0);
  if (folder.run.status === 'void' || wrong) process.exitCode = 4;
}
