// The loads of an experiment: stairs of rates and of users, sized for the subject at hand.

import type { AppName } from '../../contract/apps';
import type { Step } from '../../contract/plan';
import shopWorkloads from '../../contract/shop-workloads.json';
import sloFile from '../../contract/slo.json';
import { usageError } from '../errors';
import type { LoadPlan } from '../results/schemas';

/** Time and fineness of the stairs. */
export type Pace = {
  warmupSeconds: number;
  calibrationSeconds: number;
  stepSeconds: { open: number; closed: number };
  gapSeconds: number;
  /** Rates as shares of the throughput that the calibration saw. */
  rateShares: readonly number[];
  users: readonly number[];
  shop: ShopPace;
  /** The shop's part of a tour, for a subject that is warm by then. */
  tourOfShop: { users: readonly number[]; warmupSeconds: number; stepSeconds: number };
};

/** The same for the scenarios of the shop. */
type ShopPace = {
  /** Each thinks between two requests: users are more than where they do not. */
  users: readonly number[];
  stepSeconds: number;
  /** Of the calibration's throughput: what is calm, and what is far too much. */
  spike: { calm: number; peak: number; seconds: number };
  /** A load that leaves room, in steps that must not differ. */
  soak: { share: number; steps: number; seconds: number };
  /** By what factor each rate is above the one before, from well below the knee. */
  breakpoint: { from: number; factor: number; steps: number; seconds: number };
};

export const paces: Record<'full' | 'quick', Pace> = {
  full: {
    warmupSeconds: 10,
    calibrationSeconds: 4,
    stepSeconds: { open: 5, closed: 3.5 },
    gapSeconds: 2,
    // From a fifth to well past the knee, which may lie above what a cold calibration saw.
    rateShares: [0.2, 0.5, 0.8, 1, 1.25, 1.6],
    users: [1, 2, 4, 8, 16, 32, 64],
    shop: {
      users: [4, 8, 16, 32, 64, 128],
      stepSeconds: 10,
      spike: { calm: 0.3, peak: 2, seconds: 15 },
      soak: { share: 0.5, steps: 10, seconds: 60 },
      breakpoint: { from: 0.5, factor: 1.15, steps: 12, seconds: 8 },
    },
    tourOfShop: { users: [16, 64], warmupSeconds: 4, stepSeconds: 6 },
  },
  quick: {
    warmupSeconds: 3,
    calibrationSeconds: 2,
    stepSeconds: { open: 2, closed: 1.5 },
    gapSeconds: 1,
    rateShares: [0.2, 0.7, 1.6],
    users: [1, 32],
    shop: {
      users: [8, 64],
      stepSeconds: 3,
      spike: { calm: 0.3, peak: 2, seconds: 2 },
      soak: { share: 0.5, steps: 3, seconds: 2 },
      breakpoint: { from: 0.5, factor: 1.5, steps: 4, seconds: 2 },
    },
    tourOfShop: { users: [16], warmupSeconds: 1, stepSeconds: 2.5 },
  },
};

/** Enough users to keep a subject of one core busy, too few to swamp it. */
export const busyUsers = 16;
/** The mix of requests of every command that names no other. */
export const defaultWorkload = 'micro';
/** Requests per second that k6/lib/guard.ts allows: one generator makes a fraction of it. */
export const mostRps = 50_000;

/** Pages a second that a few cores do not come near. */
const beyondAnyRps = 3_000;

/** k6 stops what is still in flight this long after a step. */
const gracefulStopSeconds = 2;

/** Bounds of the users kept ready for a rate: below, bursts find nobody; above, k6 runs short. */
const fewestVUs = 50;
const mostVUs = 1000;

export type PlanBasis = {
  run: string;
  trial: number;
  app: AppName;
  baseUrl: string;
  workload: string;
  seed: number;
};

export function calibrationPlan(basis: PlanBasis, pace: Pace): LoadPlan {
  if (shopWorkloads.includes(basis.workload)) return shopCalibrationPlan(basis, pace);
  return plan('concurrency', basis, pace, [
    { name: 'warmup', warmup: true, durationSeconds: 1, load: closed(4) },
    {
      name: 'step_01',
      warmup: false,
      durationSeconds: pace.calibrationSeconds,
      load: closed(busyUsers),
    },
  ]);
}

/**
 * Users who think would leave the subject idle; at a rate that nobody can serve they do not think,
 * and are as busy as those of the other calibration. What they cannot take up is dropped.
 */
function shopCalibrationPlan(basis: PlanBasis, pace: Pace): LoadPlan {
  const busy = (users: number): Step['load'] => ({
    model: 'open',
    rateRps: beyondAnyRps,
    maxVUs: users,
  });
  return plan('shop', basis, pace, [
    { name: 'warmup', warmup: true, durationSeconds: 1, load: busy(4) },
    counted(0, pace.calibrationSeconds, busy(busyUsers)),
  ]);
}

/** Stairs of arrival rate around the throughput that the subject reached in the calibration. */
export function scalingPlan(basis: PlanBasis, pace: Pace, saturationRps: number): LoadPlan {
  return climbing(
    'scaling',
    basis,
    pace,
    sharesOf(saturationRps, pace.rateShares),
    pace.stepSeconds.open,
  );
}

export function concurrencyPlan(basis: PlanBasis, pace: Pace): LoadPlan {
  return plan('concurrency', basis, pace, [
    warmup(pace, closed(2)),
    ...pace.users.map((users, index) => counted(index, pace.stepSeconds.closed, closed(users))),
  ]);
}

/** One load held after a warm-up of the same load: what a search, a comparison or a night repeats. */
export function steadyPlan(
  basis: PlanBasis,
  load: { rateRps: number } | { users: number },
  seconds: { warmup: number; step: number },
): LoadPlan {
  const { thresholdSeconds } = sloOf(basis.workload);
  const held =
    'users' in load ? closed(load.users) : open(Math.max(1, load.rateRps), thresholdSeconds);
  return plan('users' in load ? 'concurrency' : 'scaling', basis, paces.quick, [
    { name: 'warmup', warmup: true, durationSeconds: seconds.warmup, load: held },
    counted(0, seconds.step, held),
  ]);
}

/** Stairs of arrival rate on the shop, around what the calibration saw. */
export function shopByRatePlan(basis: PlanBasis, pace: Pace, saturationRps: number): LoadPlan {
  const { stepSeconds } = pace.shop;
  return climbing('shop', basis, pace, sharesOf(saturationRps, pace.rateShares), stepSeconds);
}

/** Stairs of users of the shop. */
export function shopByUsersPlan(basis: PlanBasis, pace: Pace): LoadPlan {
  return shopUsersPlan(basis, pace, { ...pace, ...pace.shop });
}

/** A short look at the shop, at the end of a tour. */
export function tourOfShopPlan(basis: PlanBasis, pace: Pace): LoadPlan {
  return shopUsersPlan(basis, pace, pace.tourOfShop);
}

function shopUsersPlan(
  basis: PlanBasis,
  pace: Pace,
  { users, warmupSeconds, stepSeconds }: Pace['tourOfShop'],
): LoadPlan {
  const [fewest = 1] = users;
  return plan('shop', basis, pace, [
    warmup({ warmupSeconds }, closed(fewest)),
    ...users.map((count, index) => counted(index, stepSeconds, closed(count))),
  ]);
}

/** Calm, far too much, and calm twice: the first of these two has what the peak left behind. */
export function spikePlan(basis: PlanBasis, pace: Pace, saturationRps: number): LoadPlan {
  const { calm, peak, seconds } = pace.shop.spike;
  const rates = sharesOf(saturationRps, [calm, peak, calm, calm]);
  return climbing('spike', basis, unbroken(pace), rates, seconds);
}

export function soakPlan(basis: PlanBasis, pace: Pace, saturationRps: number): LoadPlan {
  const { share, steps, seconds } = pace.shop.soak;
  const rates = sharesOf(saturationRps, Array<number>(steps).fill(share));
  return climbing('soak', basis, unbroken(pace), rates, seconds);
}

/** Without a rest between the steps: what one leaves undone, the next begins with. */
export function breakpointPlan(basis: PlanBasis, pace: Pace, saturationRps: number): LoadPlan {
  const { from, factor, steps, seconds } = pace.shop.breakpoint;
  const shares = Array.from({ length: steps }, (_, index) => from * factor ** index);
  const rates = sharesOf(saturationRps, shares);
  return climbing('breakpoint', basis, unbroken(pace), rates, seconds);
}

/** Every request of the contract once, by one user; its one step says how long it may take. */
export function smokePlan(basis: PlanBasis, pace: Pace): LoadPlan {
  return plan('smoke', basis, pace, [
    { name: 'step_01', warmup: false, durationSeconds: 30, load: closed(1) },
  ]);
}

export function sloOf(workload: string): LoadPlan['slo'] {
  const slos: Record<string, LoadPlan['slo']> = sloFile;
  const slo = slos[workload];
  if (slo === undefined) {
    throw usageError(
      `Workload "${workload}" has no SLO: contract/slo.json knows ${Object.keys(slos).join(', ')}.`,
    );
  }
  return slo;
}

const closed = (users: number): Step['load'] => ({ model: 'closed', users });

/** Users for twice the requests that are in flight when each takes as long as the SLO allows. */
const open = (rateRps: number, thresholdSeconds: number): Step['load'] => ({
  model: 'open',
  rateRps,
  maxVUs: Math.min(mostVUs, Math.max(fewestVUs, Math.ceil(2 * rateRps * thresholdSeconds))),
});

const warmup = (pace: Pick<Pace, 'warmupSeconds'>, load: Step['load']): Step => ({
  name: 'warmup',
  warmup: true,
  durationSeconds: pace.warmupSeconds,
  load,
});

/** Whole requests a second, at least one. */
const sharesOf = (rps: number, shares: readonly number[]): number[] =>
  shares.map((share) => Math.max(1, Math.round(share * rps)));

/** Steps that follow one another at once. */
const unbroken = ({ warmupSeconds }: Pace) => ({ warmupSeconds, gapSeconds: 0 });

/** A step for each rate, after a warm-up at the first. */
function climbing(
  scenario: string,
  basis: PlanBasis,
  pace: Pick<Pace, 'gapSeconds' | 'warmupSeconds'>,
  ratesRps: readonly number[],
  stepSeconds: number,
): LoadPlan {
  const { thresholdSeconds } = sloOf(basis.workload);
  const [first = 1] = ratesRps;
  return plan(scenario, basis, pace, [
    warmup(pace, open(first, thresholdSeconds)),
    ...ratesRps.map((rate, index) => counted(index, stepSeconds, open(rate, thresholdSeconds))),
  ]);
}

const counted = (index: number, durationSeconds: number, load: Step['load']): Step => ({
  name: `step_${String(index + 1).padStart(2, '0')}`,
  warmup: false,
  durationSeconds,
  load,
});

function plan(
  scenario: string,
  basis: PlanBasis,
  pace: Pick<Pace, 'gapSeconds'>,
  steps: Step[],
): LoadPlan {
  return {
    schemaVersion: 1,
    scenario,
    ...basis,
    allowHosts: [],
    steps,
    gapSeconds: pace.gapSeconds,
    gracefulStopSeconds,
    slo: sloOf(basis.workload),
    sampleEvery: 20,
  };
}
