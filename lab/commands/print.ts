// A run on stdout: for people, or for machines.
import { findingsOf } from '../report/read-run';
import { renderRun } from '../report/run-text';
import type { RunFolder } from '../store/run-folder';

export function print(folder: RunFolder, json: boolean): void {
  const found = findingsOf(folder);
  const { run } = folder;
  process.stdout.write(
    json ? `${JSON.stringify({ run, ...found }, null, 2)}\n` : renderRun(run, found),
  );
}
