// What `lab scale` answers: throughput or capacity against workers, replicas, cores or users, and
// the Universal Scalability Law through it.

import { searchResult } from '../../measure/search/search-result';
import type { SearchSettings } from '../../measure/search/search-settings';
import { bottleneckOf, type Cores } from '../../results/trial/bottleneck';
import { type DesignedTrial, outcomeOf, validSteps } from '../../results/trial/result';
import type { StepResult } from '../../results/trial/steps';
import { FEWEST_LEVELS_FOR_A_PEAK } from '../../statistics/usl/conclusions';
import { analyseUsl } from '../../statistics/usl/usl';
import type { ScaleDesign, ScaleResult } from './design';
import { isValid, type ScalePoint } from './design';
import { describeScaling, warningsOf } from './sentences';

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
  const believed = points
    .filter(isValid)
    .flatMap(({ level, rps }) => (rps ? { n: level, x: rps } : []));
  const levels = new Set(believed.map(({ n }) => n)).size;
  const whyNoFit =
    levels < FEWEST_LEVELS_FOR_A_PEAK
      ? `${levels} of ${design.levels.length} levels are valid; a fit needs ${FEWEST_LEVELS_FOR_A_PEAK}, because with fewer three parameters follow the noise.`
      : null;
  const fit =
    whyNoFit === null ? analyseUsl(believed, { seed, predict: curveLevels(design.levels) }) : null;
  const best = trialsOfBestLevel(trials, points);
  const bottleneck = bottleneckOf(validSteps(best), coresOf(best[0]?.subject ?? 0));
  const result: Omit<ScaleResult, 'sentences' | 'warnings'> = {
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
