// What `lab scale` answers: throughput or capacity against workers, replicas, cores or users, and
// the Universal Scalability Law through it.

import { type Bottleneck, bottleneckOf, type Cores } from './bottleneck';
import { searchResult } from './capacity';
import type { Answer, DesignedTrial } from './experiment';
import { appTitle } from './findings';
import type { SearchSettings } from './search-state';
import type { StepResult } from './steps';
import { analyseUsl, FEWEST_LEVELS_FOR_A_PEAK, type UslAnalysis } from './usl';
import { throughputAt } from './usl-model';

export type ScaleBy = 'workers' | 'replicas' | 'cpus' | 'users';

export type ScaleDesign = {
  kind: 'scale';
  by: ScaleBy;
  workload: string;
  levels: number[];
  /** Times that every level is measured. */
  repeats: number;
  /** Users that keep one worker busy, where it is not users that are added. */
  usersPerWorker: number;
  seconds: { warmup: number; laterWarmup: number; step: number };
  /** Of a capacity at each level; null where throughput is measured. */
  search: SearchSettings | null;
};

/** One measurement of one level. */
export type ScalePoint = {
  level: number;
  repeat: number;
  /** In the order of measuring, from 1. */
  order: number;
  /** Right answers a second, or the rate that holds the SLO; shown where void, and not fitted. */
  rps: number | null;
  users: number | null;
  p99Ms: number | null;
  subjectCores: number | null;
  databaseCores: number | null;
  state: 'valid' | 'void';
  reasons: string[];
};

export type ScaleResult = Answer & {
  kind: 'scale';
  app: string;
  workload: string;
  by: ScaleBy;
  measure: 'throughput' | 'capacity';
  points: ScalePoint[];
  /** Null where too few levels may be believed. */
  fit: UslAnalysis | null;
  whyNoFit: string | null;
  /** Where the level with the most throughput ran into something, by CPU. */
  bottleneck: Bottleneck;
};

export const isBelieved = ({ state }: ScalePoint): boolean => state === 'valid';

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
    .filter(isBelieved)
    .flatMap(({ level, rps }) => (rps ? { n: level, x: rps } : []));
  const levels = new Set(believed.map(({ n }) => n)).size;
  const whyNoFit =
    levels < FEWEST_LEVELS_FOR_A_PEAK
      ? `${levels} of ${design.levels.length} levels may be believed; a fit needs ${FEWEST_LEVELS_FOR_A_PEAK}, because with fewer three parameters follow the noise.`
      : null;
  const fit =
    whyNoFit === null ? analyseUsl(believed, { seed, predict: curveLevels(design.levels) }) : null;
  const best = trialsOfBestLevel(trials, points);
  const bottleneck = bottleneckOf(believedSteps(best), coresOf(best[0]?.subject ?? 0));
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
    sentences: first ? sayScaling(result, design) : ['Nothing was measured.'],
    warnings: warningsOf(result, design, coresOf(0)),
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
    const used = believedSteps(own).find(({ offeredRps }) => offeredRps === holdsRps);
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
      reasons: closed ? [] : [`no capacity: ${ending?.reason ?? 'the search was cut off'}`],
    };
  });
}

function trialsOfBestLevel(
  trials: readonly DesignedTrial[],
  points: readonly ScalePoint[],
): DesignedTrial[] {
  const best = points
    .filter(isBelieved)
    .reduce<ScalePoint | undefined>(
      (most, point) => ((point.rps ?? 0) > (most?.rps ?? 0) ? point : most),
      undefined,
    );
  return trials.filter(({ level, purpose }) => level === best?.level && purpose === 'measure');
}

const believedSteps = (trials: readonly DesignedTrial[]): StepResult[] =>
  trials
    .flatMap(({ steps }) => steps)
    .filter(({ warmup, validity }) => !warmup && validity.state !== 'void');

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

export const sayLevel = (by: ScaleBy, level: number): string =>
  `${Number(level.toPrecision(3))} ${units[by][level === 1 ? 0 : 1]}`;

const sayRps = (rate: number): string => Math.round(rate).toLocaleString('en');

function sayScaling(
  {
    app,
    fit,
    points,
    measure,
    by,
    bottleneck,
    workload,
  }: Omit<ScaleResult, 'sentences' | 'warnings'>,
  { levels }: ScaleDesign,
): string[] {
  const name = appTitle(app);
  const what = measure === 'capacity' ? 'capacity' : 'throughput';
  if (fit === null) {
    const believed = points.filter(isBelieved);
    return [
      believed.length === 0
        ? `${name}: no level may be believed, so nothing is said of how it scales with ${units[by][1]}.`
        : `${name}: how it scales with ${units[by][1]} is left open; ${believed.length} measurements are shown, and no law is fitted.`,
    ];
  }
  const largest = Math.max(...levels);
  const smallest = Math.min(...levels);
  const gain = throughputAt(fit, largest) / throughputAt(fit, smallest);
  const peak = fit.peak.claimed
    ? `its ${what} peaks at about ${sayLevel(by, by === 'cpus' ? (fit.peak.n ?? 0) : Math.round(fit.peak.n ?? 0))} with ${sayRps(fit.peak.x ?? 0)} requests a second and falls beyond`
    : `no peak of its ${what} is claimed: ${fit.peak.why}`;
  return [
    `${name} on ${workload}: from ${sayLevel(by, smallest)} to ${sayLevel(by, largest)} the fitted ${what} grows ${gain.toFixed(1)}-fold; ${peak}.`,
    `${fit.limitedBy.words} ${bottleneck.words}`,
  ];
}

/** Above this contention the law says little more than that one unit was enough. */
const ONE_IS_ENOUGH = 0.9;

function warningsOf(
  { fit, whyNoFit, points, by }: Omit<ScaleResult, 'sentences' | 'warnings'>,
  { levels }: ScaleDesign,
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
      `${most} workers shared ${sayLevel('cpus', cores.subject)}: what is fitted is how well that many share them, not what more cores would give.`,
    );
  }
  if (fit !== null && fit.alpha > ONE_IS_ENOUGH) {
    warnings.push(`One ${one} does nearly all that ${many} can do here: contention is close to 1.`);
  }
  return [...warnings, ...(fit?.warnings ?? [])];
}
