// One night's measuring and judging: first all, then what is suspicious, again.

import type { Conductor, RunContext } from '../../measure/conductor';
import { steadyPlan } from '../../measure/plans';
import { searchCapacity } from '../../measure/search/search-capacity';
import { findings } from '../../results/findings';
import { readHistory } from '../../results/history';
import type { MeasuredSeries } from '../../results/night-schema';
import { type DesignedTrial, designedTrials } from '../../results/trial/designed';
import { appNames, type Subject } from '../../runtime/subject';
import { seededRandom } from '../../statistics/random';
import { analyseNightly, fixedRateMetrics, type NightlyResult, searchNumber } from './analyse';
import type { NightlyDesign, NightlyPair } from './design';
import { nightConditions, revisionOf } from './night-conditions';
import { measuredAgain, measuredIn, seriesNameOf, withVerdicts } from './night-measured';
import { nameOfPair, type Task, taskSeconds } from './night-plan';
import { nightHistories } from './night-series';
import { MOST_RERUNS, RERUNS } from './night-verdict';
import type { NightlySettings } from './nightly-settings';
import { judgeTonight, type TonightVerdict } from './tonight';

/** Re-runs may use the time to the end; first measurements and void trials stop here. */
const measuringShare = 0.85;

export type NightOptions = RunContext & {
  seed: number;
  settings: NightlySettings;
  /** The date it is filed under. */
  night: string;
};

export type Found = {
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

  async measure(tasks: readonly Task[]): Promise<Found> {
    await this.measureTasks(tasks, measuringShare);
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
      await this.measureTasks(this.reruns(suspicious, made), 1);
      result = this.result();
      const again = measuredAgain(result, suspicious, made);
      for (const name of again) counted.set(name, made + RERUNS);
      // What the time did not reach would be asked for again in vain.
      if (again.size === 0) break;
      judge(again);
    }
    const series = withVerdicts(measuredIn(result, counted), verdicts);
    return { result, series, warnings: this.warnings, conditions };
  }

  /** The whole measurement some times more, for the series under suspicion alone. */
  private reruns(names: ReadonlySet<string>, made: number): Task[] {
    const { trials } = this.design;
    return Array.from({ length: RERUNS }, (_, index) => made + index + 1).flatMap((rerun) =>
      this.pairs.flatMap((one, pair): Task[] => {
        const asked = (metric: string) => names.has(seriesNameOf(one, metric));
        return [
          ...(asked('capacity') ? [{ kind: 'capacity' as const, pair, rerun }] : []),
          ...(fixedRateMetrics.some(asked)
            ? Array.from({ length: trials }, (): Task => ({ kind: 'fixed rate', pair, rerun }))
            : []),
        ];
      }),
    );
  }

  private async measureTasks(tasks: readonly Task[], share: number): Promise<void> {
    const { settings } = this.options;
    const deadlineMs = this.startedAtMs + share * settings.budgetMinutes * 60_000;
    const queue = [...tasks];
    const leftOut = new Set<string>();
    const spare = new Map<string, number>();
    for (let task = queue.shift(); task !== undefined; task = queue.shift()) {
      if (Date.now() + 1000 * taskSeconds(task, settings) > deadlineMs) {
        leftOut.add(`${nameOfPair(settings, task.pair)} (${task.kind})`);
        continue;
      }
      if (await this.measureTask(task)) continue;
      // A void trial is made once more at the end, for half as many again as there should be.
      const key = `${task.pair} ${task.rerun}`;
      const left = spare.get(key) ?? Math.ceil(settings.fixedRate.trials / 2);
      spare.set(key, left - 1);
      if (left > 0) queue.push(task);
    }
    if (leftOut.size > 0) {
      this.warnings.push(
        `The time was up before ${[...leftOut].join(', ')}: give budgetMinutes more than ${settings.budgetMinutes}, or measure less.`,
      );
    }
  }

  /** @returns whether it may be believed */
  private async measureTask({ kind, pair: index, rerun }: Task): Promise<boolean> {
    const { conductor, options } = this;
    const { fixedRate } = options.settings;
    const pair = this.pairs[index] as NightlyPair;
    const subject = this.subjects[pair.subject] as Subject;
    for (const app of appNames) {
      // What idles beside it would still take its share of the core.
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
        // A search begins with a probe, which offers no rate.
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
