// One night: measured in random order, judged against the history, suspicious series measured again,
// and appended to the history as one line.

import { runExperiment } from '../../measure/conductor';
import {
  appendToHistory,
  clockWarnings,
  historyFile,
  readHistory,
  requireNewNight,
} from '../../results/history';
import type { NightEntry } from '../../results/night-schema';
import type { RunFolder } from '../../results/run-folder';
import type { NightlyDesign } from './design';
import { nightly as nightlyExperiment } from './experiment';
import { Night, type NightOptions, type NightOutcome, revisionOf } from './night';
import { drawTasks, pairsOf } from './tasks';

export async function nightly(
  options: NightOptions,
): Promise<{ folder: RunFolder; entry: NightEntry; warnings: string[] }> {
  const { settings, night, seed, runtime, resultsDir } = options;
  const tasks = drawTasks(settings, night, seed);
  const { subjects, pairs } = pairsOf(settings, runtime.subjectCores);
  const design: NightlyDesign = {
    kind: 'nightly',
    night,
    pairs,
    trials: settings.fixedRate.trials,
    mostVoidShare: settings.mostVoidShare,
  };
  const past = readHistory(resultsDir);
  requireNewNight(past.entries, night, historyFile(resultsDir));
  let outcome: NightOutcome | undefined;
  const folder = await runExperiment(
    { ...options, experiment: nightlyExperiment, subjects, design },
    async (conductor) => {
      outcome = await new Night(options, conductor, subjects, design).measure(tasks);
    },
  );
  if (outcome === undefined) throw new Error('a night that ended has no outcome');
  const entry = entryOf(folder, design, outcome, clockWarnings(past.entries, folder.run.startedAt));
  folder.write('night.json', entry);
  const warnings = await appendToHistory(resultsDir, entry);
  return { folder, entry, warnings };
}

function entryOf(
  folder: RunFolder,
  { night }: NightlyDesign,
  { result, series, warnings, conditions }: NightOutcome,
  clock: readonly string[],
): NightEntry {
  const { id, startedAt, endedAt, status, locks, host } = folder.run;
  const isVoid = result.isVoid || status === 'void';
  return {
    schemaVersion: 1,
    type: 'night',
    night,
    run: id,
    startedAt,
    endedAt: endedAt ?? startedAt,
    status: isVoid ? 'void' : 'valid',
    trials: { ...result.trials },
    revision: revisionOf(folder.run),
    locks,
    machine: host.fingerprint,
    conditions,
    series: isVoid ? [] : series,
    warnings: [...clock, ...warnings, ...result.warnings],
  };
}
