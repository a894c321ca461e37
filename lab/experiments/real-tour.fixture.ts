// A tour that was measured, with its trials of the shop, on a machine with many neighbours; the raw
// results are as the run left them, but for the machine's name.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findings } from '../results/findings';
import type { TrialFiles } from '../results/run-folder';
import { type RunRecord, runSchema } from '../results/schemas';
import type { ReportedRun } from './index';

const file = join(__dirname, 'fixtures', 'tour-with-shop.json');

/** @param otherCores what neighbours may take before a step is void; at 2 all steps count */
export function realTourFixture(otherCores = 2): ReportedRun {
  const read: { run: RunRecord; trials: TrialFiles[] } = JSON.parse(readFileSync(file, 'utf8'));
  const trials = read.trials.map((trial) => ({
    ...trial,
    server: trial.server && { ...trial.server, otherCoresBound: otherCores },
  }));
  const purposes = new Map(read.run.trials.map(({ number, purpose }) => [number, purpose]));
  const found = findings(
    trials.map((trial) => ({ ...trial, purpose: purposes.get(trial.number) ?? 'measure' })),
  );
  return { run: runSchema.parse(read.run), trials, found };
}
