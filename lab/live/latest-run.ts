// The answer of the latest run that has ended, as its folder has it: what the live page and Grafana's
// Overview show first.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { listRunIds, RunFolder, readOrTell } from '../results/run-folder';
import { type Reading, type Source, whenChanged } from './exporter';
import type { Events } from './page/messages';

/** What is read here of an analysis.json. */
const shownSchema = z.object({ sentences: z.array(z.string()), warnings: z.array(z.string()) });

/** @returns null while it is measured, and where it cannot be read */
export function latestRun(
  resultsDir: string,
  wanted = listRunIds(resultsDir).at(-1),
): Events['ended'] {
  const folder = wanted && readOrTell(() => RunFolder.open(resultsDir, wanted));
  if (!folder || folder.run.status === 'running') return null;
  const { id, kind, status, startedAt } = folder.run;
  return { run: id, kind, status, startedAt, ...answerOf(folder.path) };
}

/** A run that was cut off early may have none. */
function answerOf(path: string): z.infer<typeof shownSchema> {
  try {
    return shownSchema.parse(JSON.parse(readFileSync(join(path, 'analysis.json'), 'utf8')));
  } catch {
    return { sentences: [], warnings: [] };
  }
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
