// A night's measuring and judging: first everything, then suspicious series again.

import type { Conductor, RunContext } from '../../measure/conductor';
import { steadyPlan } from '../../measure/plans';
import { searchCapacity } from '../../measure/search/search-capacity';
import { otherCoresBound } from '../../measure/tolerance';
import { findings } from '../../results/findings';
import { readHistory } from '../../results/history';
import { type MeasuredSeries, seriesId } from '../../results/night-schema';
import { nightHistories } from '../../results/night-series';
import type { RunRecord } from '../../results/schemas';
import { type DesignedTrial, designedTrials } from '../../results/trial/result';
import { appNames, type Subject } from '../../runtime/subject';
import { seededRandom } from '../../statistics/random';
import { analyseNightly, fixedRateMetrics, type NightlyResult, searchNumber } from './analyse';
import type { NightlyDesign, NightlyPair } from './design';
import type { NightlySettings } from './settings';
import { type Task, taskSeconds } from './tasks';
import {
  judgeTonight,
  measuredAgain,
  measuredIn,
  type TonightVerdict,
  withVerdicts,
} from './tonight';
import { MOST_RERUNS, RERUNS } from './verdict';

/** First measurements and void trials stop at this share of the budget; re-runs may use it all. */
const measuringShare = 0.85;

export type NightOptions = RunContext & {
  seed: number;
  settings: NightlySettings;
  /** The date under which it is recorded. */
  night: string;
};

export type NightOutcome = {
  result: NightlyResult;
  series: MeasuredSeries[];
  warnings: string[];
  conditions: Record<string, string>;
};

export class Night {
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

  async measure(tasks: readonly Task[]): Promise<NightOutcome> {
    await this.runTasks(tasks, measuringShare);
    const first = this.result();
    const conditions = nightConditions(this.conductor.folder.run);
    if (first.isVoid) {
      return { result: first, series: [], warnings: this.warnings, conditions };
    }
    const counted = new Map<string, number>();
    const verdicts = new Map<string, TonightVerdict>();
    let result = first;
    const judge = (only?: ReadonlySet<string>): void => {
      for (const verdict of this.judge(result, conditions, counted, only)) {
        verdicts.set(verdict.name, verdict);
      }
    };
    judge();
    for (let made = 0; made < MOST_RERUNS; made += RERUNS) {
      const suspicious = suspiciousOf([...verdicts.values()]);
      if (suspicious.size === 0) break;
      this.conductor.say(`Suspicious, so measured again: ${[...suspicious].join(', ')}`);
      await this.runTasks(this.reruns(suspicious, made), 1);
      result = this.result();
      const again = measuredAgain(result, suspicious, made);
      for (const name of again) counted.set(name, made + RERUNS);
      // There was no time left for re-runs: asking again would not help.
      if (again.size === 0) break;
      judge(again);
    }
    const series = withVerdicts(measuredIn(result, counted), verdicts);
    return { result, series, warnings: this.warnings, conditions };
  }

  /** Repeats of the whole measurement, for the suspicious series only. */
  private reruns(names: ReadonlySet<string>, made: number): Task[] {
    const { trials } = this.design;
    return Array.from({ length: RERUNS }, (_, index) => made + index + 1).flatMap((rerun) =>
      this.pairs.flatMap((one, pair): Task[] => {
        const asked = (metric: string) => names.has(seriesId({ ...one, metric }));
        return [
          ...(asked('capacity') ? [{ kind: 'capacity' as const, pair, rerun }] : []),
          ...(fixedRateMetrics.some(asked)
            ? Array.from({ length: trials }, (): Task => ({ kind: 'fixed rate', pair, rerun }))
            : []),
        ];
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
      await searchCapacity({
        conductor,
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

  private trials(): DesignedTrial[] {
    const { folder } = this.conductor;
    const purposes = new Map(folder.run.trials.map(({ number, purpose }) => [number, purpose]));
    const { trials } = findings(
      folder.trials().map((trial) => ({
        ...trial,
        // A search begins with a calibration, which offers no rate.
        purpose: purposes.get(trial.number) ?? 'measure',
      })),
    );
    return designedTrials(folder.run, trials);
  }

  private result(): NightlyResult {
    return analyseNightly(this.design, this.trials());
  }

  private judge(
    result: NightlyResult,
    conditions: Record<string, string>,
    counted: ReadonlyMap<string, number>,
    only?: ReadonlySet<string>,
  ): TonightVerdict[] {
    const { resultsDir, night, seed, settings } = this.options;
    const tonight = {
      night,
      revision: revisionOf(this.conductor.folder.run),
      conditions,
      series: measuredIn(result, counted),
    };
    return judgeTonight(nightHistories(readHistory(resultsDir).entries), tonight, {
      random: seededRandom(seed),
      minEffect: settings.minimumEffect,
      ...(only && { only }),
    });
  }
}

const suspiciousOf = (verdicts: readonly TonightVerdict[]): Set<string> =>
  new Set(verdicts.filter(({ state }) => state === 'suspicious').map(({ name }) => name));

/**
 * What must be equal for two nights to be compared, besides each series' configuration. Locked packages
 * are left out: their effect is what a night looks for.
 */
function nightConditions({ host, runtime, tools }: RunRecord): Record<string, string> {
  const { cpuModel, cores, memoryBytes, kernel } = host;
  const tolerated = otherCoresBound();
  const memory = `${Math.round(memoryBytes / 1e9)} GB`;
  return {
    machine: `${host.fingerprint} (${cores} x ${cpuModel}, ${memory}, Linux ${kernel})`,
    runtime: runtime.kind,
    ...tools,
    postgres: runtime.postgres,
    ...(tolerated !== undefined && { 'other cores': String(tolerated) }),
  };
}

/** As git or the image's label names it; `-dirty` with uncommitted changes. */
export const revisionOf = ({ revision }: RunRecord): string | null =>
  revision && `${revision.commit}${revision.dirty ? '-dirty' : ''}`;
