// Carries out what the claims need: each need is an ordinary experiment with a folder of its own. How
// long each lasts is said here, so that it can be said beforehand.

import type { RunContext } from '../../measure/conductor';
import { busyUsers } from '../../measure/plans';
import { searchPaces, searchSettings } from '../../measure/search/search-settings';
import { type ComparisonRequest, turnPaces } from '../../measure/turns/take-turns';
import type { RunFolder } from '../../results/run-folder';
import { appNames } from '../../runtime/subject';
import { parseSubject } from '../../runtime/subject-notation';
import { DEFAULT_MARGIN } from '../../statistics/comparison';
import { compareSubjects } from '../compare/measure';
import { noise } from '../noise/measure';
import { scale, scalePaces } from '../scale/measure';
import { firstOrder, firstOrderPaces } from './measure-first-order';
import { probe } from './measure-probes';
import { keyOf, type MeasuredNeed, type Need } from './needs';

export type ClaimPace = keyof typeof claimPaces;

/**
 * All needs of the catalogue from nothing: about 80 minutes in full, half of them for the noise
 * floors and comparisons that a lab has anyway; a dozen, and indicative, with `--quick`.
 */
export const claimPaces = {
  full: {
    turns: turnPaces.full,
    /** Half of what the slower can do, which a probe of each finds out. */
    rateRps: undefined,
    // A search takes up to its budget: ten of each app would take as long as all else together.
    searches: 4,
    searchBudgetSeconds: 60,
    scale: { repeats: 3, seconds: { warmup: 3, laterWarmup: 1, step: 4 } },
    users: undefined,
    orders: firstOrderPaces.full.runs,
  },
  quick: {
    turns: { ...turnPaces.quick, seconds: 1 },
    /** Every subject holds it, so that none need be probed. */
    rateRps: 40,
    searches: 1,
    searchBudgetSeconds: 60,
    scale: { ...scalePaces.quick, repeats: 3 },
    /** One, many, and far too many: what is kept shows, though no law can be fitted. */
    users: [1, 16, 64],
    orders: firstOrderPaces.quick.runs,
  },
} as const;

const isCapacity = (need: Need): boolean => 'metrics' in need && need.metrics.includes('capacity');

/** Runs per arm that a run on disk must have to stand for this one. */
export function runsWanted(need: Need, pace: ClaimPace): number {
  const { turns, searches, scale: scaling, orders } = claimPaces[pace];
  switch (need.kind) {
    case 'compare':
    case 'noise':
      return isCapacity(need) ? searches : turns.runs;
    case 'scale':
      return scaling.repeats;
    case 'first-order':
      return orders;
    default:
      return 1;
  }
}

export function runNeed(
  need: MeasuredNeed,
  pace: ClaimPace,
  setting: RunContext & { seed: number },
): Promise<RunFolder> {
  const chosen = claimPaces[pace];
  switch (need.kind) {
    case 'compare':
      return compareSubjects({
        ...setting,
        a: parseSubject(need.a),
        b: parseSubject(need.b),
        request: requestOf(need, pace),
        margin: DEFAULT_MARGIN,
      });
    case 'noise':
      return noise({
        ...setting,
        subject: parseSubject(need.subject),
        request: requestOf(need, pace),
      });
    case 'scale':
      return scale({
        ...setting,
        ...chosen.scale,
        app: need.app,
        by: need.by,
        workload: need.workload,
        profile: 'default',
        levels: need.by === 'users' && chosen.users ? [...chosen.users] : undefined,
        search: null,
      });
    case 'probes':
      return probe(setting);
    case 'first-order':
      return firstOrder({ ...setting, runs: chosen.orders });
  }
}

function requestOf(need: Need & { kind: 'compare' | 'noise' }, pace: ClaimPace): ComparisonRequest {
  const { turns, searchBudgetSeconds, rateRps } = claimPaces[pace];
  return {
    metrics: [...need.metrics],
    ...(rateRps !== undefined && { rateRps }),
    workloads: [need.workload],
    // For metrics by users, which no claim asks for.
    users: busyUsers,
    runs: runsWanted(need, pace),
    warmupSeconds: turns.warmupSeconds,
    seconds: turns.seconds,
    searchOf: (workload) => searchSettings(workload, searchPaces.quick, searchBudgetSeconds),
  };
}

/** Beside the load: stop, reset, start, and the ramp down of a trial. */
const turnSeconds = 4.5;
/** A probe of each subject before a rate is chosen. */
const probeSeconds = 10;
/** db/seed.sql with a million products, once a clone. */
const seedSeconds = 120;

/** About how long it takes, from what the paces say. */
export function secondsOf(need: Need, pace: ClaimPace): number {
  const { turns, searchBudgetSeconds, scale: scaling, rateRps, users: few } = claimPaces[pace];
  const probing = rateRps === undefined ? probeSeconds : 0;
  const turn = turnSeconds + turns.warmupSeconds + turns.seconds;
  const runs = runsWanted(need, pace);
  switch (need.kind) {
    case 'compare':
      if (isCapacity(need)) return 2 * runs * (turnSeconds + searchBudgetSeconds);
      return 2 * runs * turn + 2 * probing + (need.b.includes('products=') ? seedSeconds : 0);
    case 'noise':
      return 2 * runs * turn + probing;
    case 'scale': {
      const { seconds } = scaling;
      const each = need.by === 'users' ? seconds.laterWarmup : seconds.warmup + turnSeconds;
      const levels = need.by === 'users' ? (few?.length ?? 7) : 6;
      return runs * levels * (each + seconds.step + 1.5);
    }
    case 'first-order':
      return 2 * runs * turnSeconds;
    case 'probes':
      return appNames.length * 20;
    case 'effort':
      return 90;
  }
}

/** Each once, in the order in which they are to be carried out. */
export const distinct = (needs: readonly Need[]): Need[] => [
  ...new Map(needs.map((need) => [keyOf(need), need])).values(),
];
