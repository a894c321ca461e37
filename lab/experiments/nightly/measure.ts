// One night: measured in random order, judged against the history, suspicious series measured again,
// and appended to the history as one line.

import { configuration } from '../../configuration/configuration';
import { type Conductor, type RunContext, runExperiment } from '../../measure/conductor';
import { steadyPlan } from '../../measure/plans';
import { searchCapacity } from '../../measure/search/search-capacity';
import {
  appendToHistory,
  clockWarnings,
  historyFile,
  readHistory,
  requireNewNight,
} from '../../results/history';
import { describeMachine } from '../../results/machine';
import { type NightEntry, seriesId } from '../../results/night-schema';
import { type NightMeasurement, nightHistories } from '../../results/night-series';
import type { RunFolder } from '../../results/run-folder';
import type { RunRecord } from '../../results/schemas';
import { appNames, type Subject } from '../../runtime/subject';
import { seededRandom } from '../../statistics/random';
import { findingsOf } from '../conclude';
import {
  fixedRateMetrics,
  type NightlyDesign,
  type NightlyPair,
  type NightlyResult,
  searchNumber,
} from './analyse';
import { nightly as nightlyExperiment } from './experiment';
import type { NightlySettings } from './settings';
import { designNight, drawTasks, type Task, taskSeconds, tasksOf } from './tasks';
import { type JudgedSeries, judgeTonight, recordedSeries, seriesOf } from './tonight';
import { MOST_RERUNS, RERUNS } from './verdict';

/** First measurements and void trials stop at this share of the budget; re-runs may use it all. */
const measuringShare = 0.85;

type NightOptions = RunContext & {
  seed: number;
  settings: NightlySettings;
  /** The date under which it is recorded. */
  night: string;
};

export async function nightly(
  options: NightOptions,
): Promise<{ folder: RunFolder; entry: NightEntry; warnings: string[] }> {
  const { settings, night, seed, runtime, resultsDir } = options;
  const tasks = drawTasks(settings, night, seed);
  const { subjects, design } = designNight(settings, night, runtime.subjectCores);
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
  const { id, startedAt, endedAt, status, locks, host } = folder.run;
  const isVoid = outcome.isVoid || status === 'void';
  const entry: NightEntry = {
    schemaVersion: 1,
    type: 'night',
    night,
    run: id,
    startedAt,
    endedAt: endedAt ?? startedAt,
    status: isVoid ? 'void' : 'valid',
    trials: outcome.trials,
    revision: revisionOf(folder.run),
    locks,
    machine: host.fingerprint,
    conditions: conditionsOf(folder.run),
    series: isVoid ? [] : outcome.series,
    warnings: [...clockWarnings(past.entries, startedAt), ...outcome.warnings],
  };
  folder.write('night.json', entry);
  return { folder, entry, warnings: await appendToHistory(resultsDir, entry) };
}

type NightOutcome = Pick<NightEntry, 'series' | 'warnings' | 'trials'> & { isVoid: boolean };

class Night {
  private readonly startedAtMs = Date.now();
  private readonly warnings: string[] = [];
  private readonly pairs: readonly NightlyPair[];

  constructor(
    private readonly options: NightOptions,
    private readonly conductor: Conductor,
    private readonly subjects: readonly Subject[],
    private readonly design: NightlyDesign,
  ) {
    this.pairs = design.pairs;
  }

  /** First everything, then suspicious series again. */
  async measure(tasks: readonly Task[]): Promise<NightOutcome> {
    await this.runTasks(tasks, measuringShare);
    let result = this.result();
    const series = new Map<string, JudgedSeries>();
    if (!result.isVoid) this.judge(series, seriesOf(result));
    for (let made = 0; made < MOST_RERUNS; made += RERUNS) {
      const suspicious = [...series].filter(([, { state }]) => state === 'suspicious');
      if (suspicious.length === 0) break;
      const names = suspicious.map(([name]) => name);
      this.conductor.say(`Suspicious, so measured again: ${names.join(', ')}`);
      await this.runTasks(this.reruns(new Set(names), made), 1);
      result = this.result();
      const now = seriesOf(result);
      const again = suspicious.flatMap(([name, { values }]): [string, NightMeasurement][] => {
        const measured = now.get(name);
        return measured && measured.values.length > values.length ? [[name, measured]] : [];
      });
      // No time was left, or every re-run was void: to try again would not help.
      if (again.length === 0) break;
      this.judge(series, new Map(again));
    }
    const { isVoid, trials, warnings } = result;
    return {
      isVoid,
      trials,
      series: [...series.values()].map(recordedSeries),
      warnings: [...this.warnings, ...warnings],
    };
  }

  /** Repeats of the whole measurement, for the suspicious series only. */
  private reruns(names: ReadonlySet<string>, made: number): Task[] {
    return Array.from({ length: RERUNS }, (_, index) => made + index + 1).flatMap((rerun) =>
      this.pairs.flatMap((one, pair) => {
        const isSuspicious = (metric: string) => names.has(seriesId({ ...one, metric }));
        const searches = isSuspicious('capacity');
        const trials = fixedRateMetrics.some(isSuspicious) ? this.design.trials : 0;
        return tasksOf(pair, rerun, { searches, trials });
      }),
    );
  }

  private async runTasks(tasks: readonly Task[], share: number): Promise<void> {
    const { settings } = this.options;
    const deadlineMs = this.startedAtMs + share * settings.budgetMinutes * 60_000;
    const queue = [...tasks];
    const leftOut = new Set<string>();
    const spare = new Map<string, number>();
    for (let task = queue.shift(); task !== undefined; task = queue.shift()) {
      if (Date.now() + 1000 * taskSeconds(task, settings) > deadlineMs) {
        leftOut.add(`${seriesId(this.pairs[task.pair] as NightlyPair)} (${task.kind})`);
        continue;
      }
      if (await this.runTask(task)) continue;
      // A void trial is repeated at the end, for at most half as many trials as were planned.
      const key = `${task.pair} ${task.rerun}`;
      const left = spare.get(key) ?? Math.ceil(settings.fixedRate.trials / 2);
      spare.set(key, left - 1);
      if (left > 0) queue.push(task);
    }
    if (leftOut.size > 0) {
      this.warnings.push(
        `The time ran out before ${[...leftOut].join(', ')}: set budgetMinutes to more than ${settings.budgetMinutes}, or measure less.`,
      );
    }
  }

  /** @returns whether it is valid */
  private async runTask({ kind, pair: index, rerun }: Task): Promise<boolean> {
    const { conductor, options } = this;
    const { fixedRate } = options.settings;
    const pair = this.pairs[index] as NightlyPair;
    const subject = this.subjects[pair.subject] as Subject;
    for (const app of appNames) {
      // An idle app would still take a share of the core.
      if (app !== subject.app) await conductor.runtime.stopSubject(app);
    }
    if (kind === 'capacity' && pair.search !== null) {
      await searchCapacity(conductor, {
        subject,
        subjectIndex: pair.subject,
        workload: pair.workload,
        settings: pair.search,
        search: searchNumber(this.pairs, index, rerun),
        place: { block: rerun },
      });
      return true;
    }
    const endpoint = await conductor.runtime.start(subject);
    const { app, workload } = pair;
    const seconds = { warmup: fixedRate.warmupSeconds, step: fixedRate.stepSeconds };
    const steps = await conductor.trial(endpoint, {
      scenario: 'scaling',
      app,
      workload,
      purpose: 'measure',
      subject: pair.subject,
      block: rerun,
      load: (basis) => steadyPlan(basis, { rateRps: pair.rateRps }, seconds),
    });
    return steps.every(({ warmup, validity }) => warmup || validity.state !== 'void');
  }

  private result(): NightlyResult {
    const { experiment } = findingsOf(this.conductor.folder);
    if (experiment?.kind !== 'nightly') throw new Error('this run is no night');
    return experiment;
  }

  /**
   * Judges what is new, beside the series that were judged before. The history is read each time: a
   * regression may be accepted while the night is measured.
   */
  private judge(
    series: Map<string, JudgedSeries>,
    measured: ReadonlyMap<string, NightMeasurement>,
  ): void {
    const { resultsDir, night, seed, settings } = this.options;
    const { run } = this.conductor.folder;
    const judged = judgeTonight(
      nightHistories(readHistory(resultsDir).entries),
      {
        night,
        revision: revisionOf(run),
        conditions: conditionsOf(run),
        series: [...new Map<string, NightMeasurement>([...series, ...measured]).values()],
      },
      {
        random: seededRandom(seed),
        minEffect: settings.minimumEffect,
        only: new Set(measured.keys()),
      },
    );
    for (const one of judged) series.set(seriesId(one), one);
  }
}

/**
 * What must be equal for two nights to be compared, besides each series' configuration. Locked packages
 * are left out: their effect is what a night looks for.
 */
function conditionsOf({ host, runtime, tools }: RunRecord): Record<string, string> {
  const { otherCores: tolerated } = configuration;
  return {
    machine: describeMachine(host),
    runtime: runtime.kind,
    ...tools,
    postgres: runtime.postgres,
    ...(tolerated !== undefined && { 'other cores': String(tolerated) }),
  };
}

/** As git or the image's label names it; `-dirty` with uncommitted changes. */
const revisionOf = ({ revision }: RunRecord): string | null =>
  revision && `${revision.commit}${revision.dirty ? '-dirty' : ''}`;
