// What every experiment does at its end: the findings written down, printed, and judged.
import { findingsOf } from '../report/read-run';
import { renderRun } from '../report/run-text';
import type { RunFolder } from '../store/run-folder';
import { schemaVersion } from '../store/schemas';

export function finish(folder: RunFolder, json: boolean): void {
  const found = findingsOf(folder);
  folder.write('analysis.json', { schemaVersion, ...found });
  print(folder, json);
  console.error(`\nWritten to ${folder.path}; \`npm run lab -- show\` prints it again.`);
  const wrong = found.trials.some(({ failedChecks }) => Object.keys(failedChecks).length > 0);
  if (folder.run.status === 'void' || wrong) process.exitCode = 4;
}

export function print(folder: RunFolder, json: boolean): void {
  const found = findingsOf(folder);
  const { run } = folder;
  process.stdout.write(
    json ? `${JSON.stringify({ run, ...found }, null, 2)}\n` : renderRun(run, found),
  );
}
