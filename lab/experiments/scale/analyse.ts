// What `lab scale` answers: throughput or capacity against workers, replicas, cores or users, and
// the Universal Scalability Law through it.

import { searchResult } from '../../measure/search/search-result';
import type { SearchSettings } from '../../measure/search/search-settings';
import { appTitle } from '../../results/findings';
import { foundCapacity } from '../../results/found-capacity';
import { bottleneckOf, type Cores } from '../../results/trial/bottleneck';
import { type DesignedTrial, outcomeOf, validSteps } from '../../results/trial/result';
import type { StepResult } from '../../results/trial/steps';
import { mean } from '../../statistics/descriptive';
import { CONFIDENCE, meanInterval } from '../../statistics/intervals';
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
    .flatMap(({ level, rps, repeat }) => (rps ? { n: level, x: rps, repeat } : []));
  const levels = new Set(valid.map(({ n }) => n)).size;
  const whyNoFit =
    levels < FEWEST_LEVELS_FOR_A_PEAK
      ? `${levels} of ${design.levels.length} levels are valid; a fit needs ${FEWEST_LEVELS_FOR_A_PEAK}, because with fewer three parameters follow the noise.`
      : null;
  const fit = whyNoFit === null ? fitOf(design, valid, seed) : null;
  const best = bestLevelOf(points);
  const { subject = 0 } = trials.find(({ level }) => level === best) ?? {};
  const bottleneck = bottleneckOf(stepsOfLevel(trials, best), coresOf(subject));
  const result: Unworded = {
    kind: 'scale',
    app,
    workload: design.workload,
    by: design.by,
    measure: design.search ? 'capacity' : 'throughput',
    points,
    fit,
    whyNoFit,
    ...(design.by === 'users' && { kept: keptBy(points, Math.max(...design.levels)) }),
    bottleneck,
  };
  return {
    ...result,
    sentences: first
      ? [...describeScaling(result, design), ...describeKept(result)]
      : ['Nothing was measured.'],
    warnings: warningsOf(result, design, coresOf(design.levels.length - 1)),
  };
}

/** By users all levels of a repeat are of one process. */
function fitOf(
  { by, levels }: ScaleDesign,
  points: readonly { n: number; x: number; repeat: number }[],
  seed: number,
) {
  const processes = points.map(({ repeat }) => repeat);
  const areSeveral = by === 'users' && new Set(processes).size > 1;
  return analyseUsl(
    points.map(({ n, x }) => ({ n, x })),
    { seed, predict: curveLevels(levels), ...(areSeveral && { processes }) },
  );
}

function throughputPoints(trials: readonly DesignedTrial[]): ScalePoint[] {
  return trials
    .filter(({ purpose }) => purpose === 'measure')
    .flatMap(({ level, block = 0, steps, slo }, index) => {
      const step = steps.find(({ warmup }) => !warmup);
      if (step === undefined) return [];
      if (level !== undefined) return pointOf(level, block, index + 1, step);
      return userPoints(step, block, index + 1, slo.share);
    });
}

/** Of all numbers of users that came and went in one step. */
function userPoints(
  { userTurns, validity }: StepResult,
  repeat: number,
  order: number,
  share: number,
): ScalePoint[] {
  const isVoid = validity.state === 'void';
  return (userTurns?.levels ?? []).map((level): ScalePoint => {
    const { users, turns, achievedRps, p99Ms, subjectCores, databaseCores, withinSlo } = level;
    const lacks = turns === 0 ? ['all of its turns were disturbed'] : [];
    const reasons = isVoid ? validity.reasons : lacks;
    const isLost = reasons.length > 0;
    return {
      ...{ level: users, repeat, order, rps: achievedRps, users, p99Ms },
      ...{ subjectCores, databaseCores, reasons },
      state: isLost ? 'void' : 'valid',
      outcome: isLost ? 'void' : (withinSlo ?? 0) >= share ? 'held' : 'broken',
    };
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
    const search = searchResult(settings, own, coresOf(subject));
    const { holdsRps, p99Ms, ending, changes } = search;
    const closed = foundCapacity(search) && search.failsRps !== null;
    const why =
      changes.length > 0
        ? 'the machine changed during the search'
        : (ending?.reason ?? 'the search was cut off');
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
      reasons: closed ? [] : [`no capacity: ${why}`],
    };
  });
}

function bestLevelOf(points: readonly ScalePoint[]): number | undefined {
  const [best] = points.filter(isValid).sort((a, b) => (b.rps ?? 0) - (a.rps ?? 0));
  return best?.level;
}

/** Where the levels took turns within each step, with the CPU of this one. */
function stepsOfLevel(trials: readonly DesignedTrial[], wanted: number | undefined): StepResult[] {
  const measured = trials.filter(({ purpose }) => purpose === 'measure');
  return measured.flatMap((trial) => {
    if (trial.level !== undefined) return trial.level === wanted ? validSteps([trial]) : [];
    return validSteps([trial]).flatMap((step) => {
      const own = step.userTurns?.levels.find(({ users }) => users === wanted);
      const { subjectCores = null, databaseCores = null } = own ?? {};
      return own ? { ...step, subjectCores, databaseCores } : [];
    });
  });
}

/**
 * Throughput of the largest level over that of the best other one, from the logs of each repeat, in which
 * both took turns. Null where fewer than two repeats have both, and where one got no right answer at the
 * largest level: that keeps nothing, has no log, and left out would flatter the rest.
 */
export function keptBy(
  points: readonly ScalePoint[],
  level: number,
): NonNullable<ScaleResult['kept']> | null {
  const valid = points.filter(isValid);
  if (answersNothing(valid, level)) return null;
  const meanAt = (level: number, among = valid): number => {
    const rates = among.flatMap((point) => (point.level === level ? (point.rps ?? 0) : []));
    return rates.length === 0 ? 0 : mean(rates);
  };
  const levels = [...new Set(valid.map((point) => point.level))].filter((one) => one !== level);
  const [best] = levels.toSorted((a, b) => meanAt(b) - meanAt(a));
  if (best === undefined) return null;
  const contrasts = [...Map.groupBy(valid, ({ repeat }) => repeat).values()].flatMap((own) => {
    const at = (wanted: number) => own.find((point) => point.level === wanted)?.rps ?? 0;
    // The best of several noisy figures flatters itself: here it is the best of the other repeats.
    const others = valid.filter(({ repeat }) => repeat !== own[0]?.repeat);
    const [rival = best] = levels.toSorted((a, b) => meanAt(b, others) - meanAt(a, others));
    return at(level) > 0 && at(rival) > 0 ? Math.log(at(level) / at(rival)) : [];
  });
  if (contrasts.length < 2) return null;
  const [low, high] = meanInterval(contrasts);
  return {
    ...{ level, best, share: Math.exp(mean(contrasts)), repeats: contrasts.length },
    interval: [Math.exp(low), Math.exp(high)],
    shares: contrasts.map(Math.exp),
  };
}

const answersNothing = (points: readonly ScalePoint[], level: number): boolean =>
  points.some((point) => isValid(point) && point.level === level && !point.rps);

function describeKept({ app, kept, by }: Unworded): string[] {
  if (!kept) return [];
  const { level, best, share, interval } = kept;
  const ends = interval.map((end) => Math.round(100 * end)).join(' to ');
  return [
    `With ${formatLevel(by, level)} ${appTitle(app)} keeps ${Math.round(100 * share)} % (${100 * CONFIDENCE} % interval: ${ends} %) of its best throughput (with ${formatLevel(by, best)}).`,
  ];
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

export const formatGain = (gain: number): string =>
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

function warningsOf(result: Unworded, design: ScaleDesign, cores: Cores): string[] {
  const { fit, whyNoFit, points, by } = result;
  const voids = points.filter(({ state }) => state === 'void').length;
  const [one, many] = units[by];
  const warnings: string[] = [];
  if (voids > 0) {
    warnings.push(
      `${voids} of ${points.length} measurements are void or found no capacity; they are shown and left out of the fit.`,
    );
  }
  if (whyNoFit !== null) warnings.push(`No law is fitted: ${whyNoFit}`);
  warnings.push(...doubtsOfLevels(result, design, cores));
  if (by === 'users') warnings.push(...doubtsOfUsers(result, design));
  if (fit !== null && fit.alpha > ONE_IS_ENOUGH) {
    warnings.push(`One ${one} does nearly all that ${many} can do here: contention is close to 1.`);
  }
  return [...warnings, ...(fit?.warnings ?? [])];
}

function doubtsOfUsers({ fit, points }: Unworded, { levels, repeats }: ScaleDesign): string[] {
  const most = Math.max(...levels);
  return [
    ...(fit !== null && repeats === 1
      ? ['All levels were those of one process: what processes differ by is in no interval.']
      : []),
    ...(answersNothing(points, most)
      ? [
          `With ${formatLevel('users', most)} a repeat had no right answer, so there is no share of throughput that is kept.`,
        ]
      : []),
  ];
}

/** What this way of adding cannot tell. */
function doubtsOfLevels(
  { by, points }: Unworded,
  { levels, cpusPerReplica, turns }: ScaleDesign,
  { subject, shared }: Cores,
): string[] {
  const most = Math.max(...levels);
  // On a cluster and where somebody else placed them, nobody knows their cores.
  const sharedBy = (cores: number) => subject > 0 && cores > subject;
  const has = formatLevel('cpus', subject);
  const doubts: string[] = [];
  if (by === 'workers' && sharedBy(most)) {
    doubts.push(
      `${most} workers shared ${has}: what is fitted is how well that many share them, not what more cores would give.`,
    );
  }
  if (by === 'replicas' && sharedBy(most * cpusPerReplica)) {
    doubts.push(
      `${most} replicas of ${cpusPerReplica} cores shared ${has}: past ${Math.floor(subject / cpusPerReplica)} of them there was none left to give.`,
    );
  }
  if (by === 'replicas' || by === 'cpus') doubts.push(describeQuota(by, shared !== null));
  const slowest = points.find((point) => isValid(point) && point.level === most);
  // By Little's law, what the most users leave in flight takes this long to end.
  const drainSeconds = most / (slowest?.rps ?? Number.POSITIVE_INFINITY);
  if (turns && drainSeconds > turns.skipSeconds) {
    doubts.push(
      `What ${most} users have in flight takes ${drainSeconds.toFixed(1)} s to end, longer than the first ${turns.skipSeconds} s of a turn, which are not counted: the turns of fewer users after theirs look slow.`,
    );
  }
  return doubts;
}

/** A quota is a share of time and no core: what can and what cannot be read off. */
function describeQuota(by: 'replicas' | 'cpus', isShared: boolean): string {
  const database = isShared ? 'the database on the same cores' : 'one database';
  const told =
    by === 'replicas'
      ? `how the work spreads over replicas, and what they wait for together: ${database}, its connections and locks`
      : `what more CPU time gives the same processes, and where ${database} begins to limit them`;
  return `A CPU quota gives a container a share of the time of a core, in periods of 100 ms. Such a run tells ${told}. It does not tell what whole cores, machines or networks of their own would add, and its latencies have the waits for the next period in them.`;
}
