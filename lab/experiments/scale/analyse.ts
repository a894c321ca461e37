// What `lab scale` answers: throughput or capacity against workers, replicas, cores or users, and
// the Universal Scalability Law through it.

import { searchResult } from '../../measure/search/search-result';
import type { SearchSettings } from '../../measure/search/search-settings';
import { appTitle } from '../../results/findings';
import { bottleneckOf, type Cores } from '../../results/trial/bottleneck';
import { type DesignedTrial, outcomeOf, validSteps } from '../../results/trial/result';
import type { StepResult } from '../../results/trial/steps';
import { FEWEST_LEVELS_FOR_A_PEAK } from '../../statistics/usl/conclusions';
import { throughputAt } from '../../statistics/usl/fit';
import { analyseUsl } from '../../statistics/usl/usl';
import {
  isValid,
  type ScaleBy,
  type ScaleDesign,
  type ScalePoint,
  type ScaleResult,
} from './design';

/** The result before it is put into words. */
type Unworded = Omit<ScaleResult, 'sentences' | 'warnings'>;

/** Points of the fitted curve, for drawing. */
const CURVE_POINTS = 40;

export function analyseScaling(
  design: ScaleDesign,
  trials: readonly DesignedTrial[],
  coresOf: (subject: number) => Cores,
  seed: number,
): ScaleResult {
  const [first] = trials;
  const app = first?.app ?? '';
  const points = design.search
    ? capacityPoints(design.search, trials, coresOf)
    : throughputPoints(trials);
  const valid = points
    .filter(isValid)
    .flatMap(({ level, rps }) => (rps ? { n: level, x: rps } : []));
  const levels = new Set(valid.map(({ n }) => n)).size;
  const whyNoFit =
    levels < FEWEST_LEVELS_FOR_A_PEAK
      ? `${levels} of ${design.levels.length} levels are valid; a fit needs ${FEWEST_LEVELS_FOR_A_PEAK}, because with fewer three parameters follow the noise.`
      : null;
  const fit =
    whyNoFit === null ? analyseUsl(valid, { seed, predict: curveLevels(design.levels) }) : null;
  const best = trialsOfBestLevel(trials, points);
  const bottleneck = bottleneckOf(validSteps(best), coresOf(best[0]?.subject ?? 0));
  const result: Unworded = {
    kind: 'scale',
    app,
    workload: design.workload,
    by: design.by,
    measure: design.search ? 'capacity' : 'throughput',
    points,
    fit,
    whyNoFit,
    bottleneck,
  };
  return {
    ...result,
    sentences: first ? describeScaling(result, design) : ['Nothing was measured.'],
    warnings: warningsOf(result, design, coresOf(design.levels.length - 1)),
  };
}

function throughputPoints(trials: readonly DesignedTrial[]): ScalePoint[] {
  return trials
    .filter(({ level }) => level !== undefined)
    .flatMap(({ level = 0, block = 0, steps }, index) => {
      const step = steps.find(({ warmup }) => !warmup);
      return step ? pointOf(level, block, index + 1, step) : [];
    });
}

function pointOf(level: number, repeat: number, order: number, step: StepResult): ScalePoint {
  const { validity } = step;
  const isVoid = validity.state === 'void';
  return {
    level,
    repeat,
    order,
    rps: step.requests > 0 ? step.achievedRps : null,
    users: step.users,
    p99Ms: step.latencyMs?.p99 ?? null,
    subjectCores: step.subjectCores,
    databaseCores: step.databaseCores,
    state: isVoid ? 'void' : 'valid',
    outcome: outcomeOf(step),
    reasons: isVoid ? validity.reasons : [],
  };
}

/** A search whose bounds the generator or the budget left open gives no point. */
function capacityPoints(
  settings: SearchSettings,
  trials: readonly DesignedTrial[],
  coresOf: (subject: number) => Cores,
): ScalePoint[] {
  const searches = [...Map.groupBy(trials, ({ search = 0 }) => search).values()];
  return searches.map((own, index) => {
    const [{ level = 0, block = 0, subject = 0 } = {}] = own;
    const { holdsRps, failsRps, p99Ms, ending } = searchResult(settings, own, coresOf(subject));
    const closed = holdsRps !== null && failsRps !== null;
    const used = validSteps(own).find(({ offeredRps }) => offeredRps === holdsRps);
    return {
      level,
      repeat: block,
      order: index + 1,
      rps: closed ? holdsRps : null,
      users: null,
      p99Ms,
      subjectCores: used?.subjectCores ?? null,
      databaseCores: used?.databaseCores ?? null,
      state: closed ? 'valid' : 'void',
      outcome: closed ? 'held' : 'void',
      reasons: closed ? [] : [`no capacity: ${ending?.reason ?? 'the search was cut off'}`],
    };
  });
}

function trialsOfBestLevel(
  trials: readonly DesignedTrial[],
  points: readonly ScalePoint[],
): DesignedTrial[] {
  const best = points
    .filter(isValid)
    .reduce<ScalePoint | undefined>(
      (most, point) => ((point.rps ?? 0) > (most?.rps ?? 0) ? point : most),
      undefined,
    );
  return trials.filter(({ level, purpose }) => level === best?.level && purpose === 'measure');
}

/** Evenly in ratio from the lowest level to the highest. */
function curveLevels(levels: readonly number[]): number[] {
  const [low, high] = [Math.min(...levels), Math.max(...levels)];
  return Array.from(
    { length: CURVE_POINTS },
    (_, index) => low * (high / low) ** (index / (CURVE_POINTS - 1)),
  ).map((n, index) => (index === CURVE_POINTS - 1 ? high : n));
}

const units: Record<ScaleBy, [one: string, many: string]> = {
  workers: ['worker', 'workers'],
  replicas: ['replica', 'replicas'],
  cpus: ['core', 'cores'],
  users: ['user', 'users'],
};

export const formatLevel = (by: ScaleBy, level: number): string =>
  `${Number(level.toPrecision(3))} ${units[by][level === 1 ? 0 : 1]}`;

const formatGain = (gain: number): string =>
  gain < 0.95 ? `falls to ${Math.round(100 * gain)} %` : `grows ${gain.toFixed(1)}-fold`;

const formatRps = (rate: number): string => Math.round(rate).toLocaleString('en');

function describeScaling(
  { app, fit, points, measure, by, bottleneck, workload }: Unworded,
  { levels }: ScaleDesign,
): string[] {
  const name = appTitle(app);
  const what = measure === 'capacity' ? 'capacity' : 'throughput';
  if (fit === null) {
    const valid = points.filter(isValid);
    return [
      valid.length === 0
        ? `${name}: no level is valid, so nothing is known about how it scales with ${units[by][1]}.`
        : `${name}: how it scales with ${units[by][1]} is left open; ${valid.length} measurements are shown, and no law is fitted.`,
    ];
  }
  const largest = Math.max(...levels);
  const smallest = Math.min(...levels);
  const gain = throughputAt(fit, largest) / throughputAt(fit, smallest);
  const peak = fit.peak.claimed
    ? `its ${what} peaks at about ${formatLevel(by, by === 'cpus' ? (fit.peak.n ?? 0) : Math.round(fit.peak.n ?? 0))} with ${formatRps(fit.peak.x ?? 0)} requests per second and falls beyond`
    : `no peak of its ${what} is claimed: ${fit.peak.why}`;
  return [
    `${name} on ${workload}: from ${formatLevel(by, smallest)} to ${formatLevel(by, largest)} the fitted ${what} ${formatGain(gain)}; ${peak}.`,
    `${fit.limitedBy.words} ${bottleneck.words}`,
  ];
}

/** Above this contention the law says little more than that one unit was enough. */
const ONE_IS_ENOUGH = 0.9;

function warningsOf(
  { fit, whyNoFit, points, by }: Unworded,
  { levels, cpusPerReplica }: ScaleDesign,
  cores: Cores,
): string[] {
  const voids = points.filter(({ state }) => state === 'void').length;
  const [one, many] = units[by];
  const warnings: string[] = [];
  if (voids > 0) {
    warnings.push(
      `${voids} of ${points.length} measurements are void or found no capacity; they are shown and left out of the fit.`,
    );
  }
  if (whyNoFit !== null) warnings.push(`No law is fitted: ${whyNoFit}`);
  const most = Math.max(...levels);
  if (by === 'workers' && most > cores.subject) {
    warnings.push(
      `${most} workers shared ${formatLevel('cpus', cores.subject)}: what is fitted is how well that many share them, not what more cores would give.`,
    );
  }
  if (by === 'replicas' && most * cpusPerReplica > cores.subject) {
    warnings.push(
      `${most} replicas of ${cpusPerReplica} cores shared ${formatLevel('cpus', cores.subject)}: past ${Math.floor(cores.subject / cpusPerReplica)} of them there was none left to give.`,
    );
  }
  if (fit !== null && fit.alpha > ONE_IS_ENOUGH) {
    warnings.push(`One ${one} does nearly all that ${many} can do here: contention is close to 1.`);
  }
  return [...warnings, ...(fit?.warnings ?? [])];
}
