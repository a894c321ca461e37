// One night: each subject and its yardstick in turns, in blocks of random order, judged against the history and
// appended to it as one line.

import os from 'node:os';
import { reference } from '../../../contract/apps';
import { configuration, decidingSettings } from '../../configuration/configuration';
import { labVariables } from '../../configuration/variables';
import { type Conductor, type RunContext, runExperiment } from '../../measure/conductor';
import { pairedBlock } from '../../measure/turns/paired-blocks';
import {
  appendToHistory,
  clockWarnings,
  historyFile,
  readHistory,
  requireNewNight,
} from '../../results/history';
import { describeMachine } from '../../results/machine';
import { historyVersion, type NightEntry, seriesId } from '../../results/night-schema';
import { differences, nightHistories } from '../../results/night-series';
import type { RunFolder } from '../../results/run-folder';
import type { RunRecord } from '../../results/schemas';
import type { Subject } from '../../runtime/subject';
import { findingsOf } from '../conclude';
import type { NightlyDesign, NightlyPair, NightlyResult } from './analyse';
import { nightly as nightlyExperiment } from './experiment';
import type { NightlySettings } from './settings';
import { designNight, drawTasks, type Task, taskSeconds } from './tasks';
import { judgeTonight, openWithoutValue, seriesOf } from './tonight';
import type { Yardstick } from './yardstick';

type NightOptions = RunContext & {
  seed: number;
  settings: NightlySettings;
  /** Of each pair in the settings. */
  yardsticks: readonly Yardstick[];
  /** The date under which it is recorded. */
  night: string;
};

export async function nightly(
  options: NightOptions,
): Promise<{ folder: RunFolder; entry: NightEntry; warnings: string[] }> {
  const { settings, yardsticks, night, seed, runtime, resultsDir } = options;
  const tasks = drawTasks(settings, night, seed);
  const { subjects, design } = designNight(settings, yardsticks, night, runtime);
  requireNewNight(readHistory(resultsDir).entries, night, historyFile(resultsDir));
  const load = os.loadavg()[0] ?? 0;
  let leftOut: string[] = [];
  const folder = await runExperiment(
    { ...options, experiment: nightlyExperiment, subjects, design },
    async (conductor) => {
      leftOut = await measureBlocks(conductor, tasks, { subjects, design, settings });
    },
  );
  const { experiment } = findingsOf(folder);
  if (experiment?.kind !== 'night') throw new Error('this run is no night');
  const entry = entryOf(folder.run, experiment, { ...options, load, leftOut });
  folder.write('night.json', entry);
  return { folder, entry, warnings: await appendToHistory(resultsDir, entry) };
}

/** @returns a warning where the time ran out */
async function measureBlocks(
  conductor: Conductor,
  tasks: readonly Task[],
  asked: { subjects: readonly Subject[]; design: NightlyDesign; settings: NightlySettings },
): Promise<string[]> {
  const { subjects, design, settings } = asked;
  const { budgetMinutes } = settings;
  const lastStartMs = Date.now() + 60_000 * budgetMinutes - 1000 * taskSeconds(settings);
  const leftOut = new Set<string>();
  for (const { pair: index, block } of tasks) {
    const pair = design.pairs[index] as NightlyPair;
    if (Date.now() > lastStartMs) {
      leftOut.add(seriesId(pair));
      continue;
    }
    const armOf = (of: number) => ({ subject: subjects[of] as Subject, index: of });
    const arms = { a: armOf(pair.subject), b: armOf(pair.against) };
    const { workload, rateRps, turns } = pair;
    const loads = { workload, rateRps, users: null, search: null };
    await pairedBlock({ conductor, arms, design: { ...design, turns }, loads, block }, ['rate']);
  }
  if (leftOut.size === 0) return [];
  return [
    `The time ran out before all blocks of ${[...leftOut].join(', ')}: set budgetMinutes to more than ${budgetMinutes}, or measure less.`,
  ];
}

/** Judged by the history as it is now: a regression may have been accepted while the night was measured. */
function entryOf(
  run: RunRecord,
  result: NightlyResult,
  {
    night,
    settings,
    resultsDir,
    load,
    leftOut,
  }: NightOptions & { load: number; leftOut: readonly string[] },
): NightEntry {
  const { id, startedAt, endedAt, status, locks, host } = run;
  const { entries, nights } = readHistory(resultsDir);
  const isVoid = result.isVoid || status === 'void';
  const tonight = {
    night,
    revision: revisionOf(run),
    conditions: conditionsOf(run, result),
    series: isVoid ? [] : seriesOf(result),
  };
  const histories = nightHistories(entries);
  const series = judgeTonight(histories, tonight, settings.minimumEffect);
  const stillOpen = openWithoutValue(histories, tonight, result.pairs);
  const recorded = recordedOf(run, load);
  const isSuspected = series.some(({ state }) => state === 'suspicious' || state === 'changed');
  return {
    schemaVersion: historyVersion,
    type: 'night',
    ...{ ...tonight, series, recorded },
    ...(stillOpen.length > 0 && { stillOpen }),
    run: id,
    startedAt,
    endedAt: endedAt ?? startedAt,
    status: isVoid ? 'void' : 'valid',
    trials: result.trials,
    locks,
    machine: host.fingerprint,
    warnings: [
      ...clockWarnings(entries, startedAt),
      ...leftOut,
      ...result.warnings,
      ...(isSuspected ? alsoDifferent(nights.at(-1), recorded) : []),
    ],
  };
}

/**
 * What must be equal for two nights to be compared, besides each series' configuration and yardstick. Locked
 * packages are left out: their effect is what a night looks for. So are tools, which subject and yardstick
 * share; but the reference server has a Node.js of its own.
 */
function conditionsOf(
  { host, runtime, tools, configuration: recorded }: RunRecord,
  { pairs }: NightlyResult,
): Record<string, string> {
  const { otherCores: tolerated } = configuration;
  // A regression that is planted is there to be found.
  const { [labVariables.plantedWorkMs.name]: _, ...settings } = decidingSettings(recorded);
  const isOfReference = pairs.some(({ yardstick }) => yardstick.startsWith(`${reference.name}@`));
  return {
    machine: describeMachine(host),
    runtime: runtime.kind,
    postgres: runtime.postgres,
    ...(isOfReference && tools.node !== undefined && { node: tools.node }),
    ...(tolerated !== undefined && { 'other cores': String(tolerated) }),
    ...settings,
  };
}

/** What may differ between nights that are compared. */
const recordedOf = ({ host, tools }: RunRecord, load: number): Record<string, string> => ({
  ...tools,
  kernel: host.kernel,
  memory: `${host.memoryBytes} B`,
  'load average': load.toFixed(2),
});

function alsoDifferent(
  before: NightEntry | undefined,
  recorded: Readonly<Record<string, string>>,
): string[] {
  if (before?.recorded === undefined) return [];
  const { 'load average': _, ...earlier } = before.recorded;
  const { 'load average': __, ...now } = recorded;
  const what = differences(earlier, now);
  return what.length === 0
    ? []
    : [`Besides the code, this is not as in the night of ${before.night}: ${what.join('; ')}.`];
}

/** As git or the image's label names it; `-dirty` with uncommitted changes. */
const revisionOf = ({ revision }: RunRecord): string | null =>
  revision && `${revision.commit}${revision.dirty ? '-dirty' : ''}`;
