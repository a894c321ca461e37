// The answer of the latest run that has ended, as its folder has it: what the live page and Grafana's
// Overview show first.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { answerIn } from '../results/answer';
import { latestRunId, listRunIds, RunFolder, readOrTell } from '../results/run-folder';
import { type Reading, type Source, whenChanged } from './exporter';
import type { Events } from './page/messages';

/** @returns null while it is measured, and where it cannot be read */
export function latestRun(resultsDir: string, wanted = latestRunId(resultsDir)): Events['ended'] {
  const folder = wanted && readOrTell(() => RunFolder.open(resultsDir, wanted));
  if (!folder || folder.run.status === 'running') return null;
  const { id, kind, status, startedAt } = folder.run;
  return { run: id, kind, status, startedAt, ...answerIn(folder.path) };
}

/**
 * Tells of each run that has ended since it was asked before, whichever process measured it; undefined while there
 * is none.
 */
export function newlyEnded(resultsDir: string): () => Events['ended'] | undefined {
  let known = String(latestAnalysed(resultsDir));
  return () => {
    const latest = latestAnalysed(resultsDir);
    if (String(latest) === known) return undefined;
    known = String(latest);
    return latest ? latestRun(resultsDir, latest[0]) : null;
  };
}

/** For Prometheus: while a run is measured, that of the run before. */
export const answerSource = (resultsDir: string): Source =>
  whenChanged(
    () => String(latestAnalysed(resultsDir)),
    () => answerReadings(latestRun(resultsDir, latestAnalysed(resultsDir)?.[0])),
  );

function latestAnalysed(resultsDir: string): [run: string, atMs: number] | undefined {
  for (const id of listRunIds(resultsDir).reverse()) {
    const stat = statSync(join(resultsDir, id, 'analysis.json'), { throwIfNoEntry: false });
    if (stat) return [id, stat.mtimeMs];
  }
  return undefined;
}

/** Numbered in their order, which labels do not keep. */
function answerReadings(latest: Events['ended']): Reading[] {
  if (latest === null) return [];
  const { run, status, sentences } = latest;
  return sentences.map((sentence, index) => ({
    name: 'headroom_answer',
    labels: { run, status, sentence },
    value: index + 1,
  }));
}
