// A run on stdout: for people, or for machines.
import { renderRun } from '../experiments/documents';
import { findingsOf } from '../experiments/read-run';
import type { RunFolder } from '../results/run-folder';

export function print(folder: RunFolder, json: boolean): void {
  const found = findingsOf(folder);
  const { run } = folder;
  process.stdout.write(
    json ? `${JSON.stringify({ run, ...found }, null, 2)}\n` : renderRun(run, found),
  );
}
