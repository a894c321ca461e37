// What every experiment does at its end: findings and report written down, printed, and judged.

import { findingsOf } from '../experiments/read-run';
import { reportedRun } from '../experiments/reported-run';
import { renderReport } from '../render/page/page';
import type { RunFolder } from '../results/run-folder';
import { schemaVersion } from '../results/schemas';
import { print } from './print';

/** However the run ended: what was cut off leaves a report of what it had until then. */
export function writeFindings(folder: RunFolder): void {
  folder.write('analysis.json', { schemaVersion, ...findingsOf(folder) });
  folder.writeText('report.html', renderReport([reportedRun(folder)]));
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
