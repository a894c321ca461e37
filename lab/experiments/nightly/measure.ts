// One night: measured in an order drawn by lot, judged against the history, suspicious series
// measured again, and written down as one line.

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
import { type Found, Night, type NightOptions } from './night';
import { revisionOf } from './night-conditions';
import { drawTasks, pairsOf } from './night-plan';

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
  let found: Found | undefined;
  const folder = await runExperiment(
    { ...options, experiment: nightlyExperiment, subjects, design },
    async (conductor) => {
      found = await new Night(options, conductor, subjects, design).measure(tasks);
    },
  );
  if (found === undefined) throw new Error('a night that ended left nothing');
  const entry = entryOf(folder, design, found, clockWarnings(past.entries, folder.run.startedAt));
  folder.write('night.json', entry);
  const warnings = await appendToHistory(resultsDir, entry);
  return { folder, entry, warnings };
}

function entryOf(
  folder: RunFolder,
  { night }: NightlyDesign,
  { result, series, warnings, conditions }: Found,
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
