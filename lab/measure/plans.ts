// The loads of an experiment: stairs of rates and of users, sized for the subject at hand.
import { type AppName, appNamed, ownWorkload, planParts } from '../../contract/apps';
import type { Step } from '../../contract/plan';
import shopWorkloads from '../../contract/shop-workloads.json';
import { configuration } from '../configuration/configuration';
import type { LoadPlan, LoadUserTurns } from '../results/schemas';
import { k6MemoryMiB } from '../runtime/generator';
import { requireServed, sloOf } from './workloads';

/** Time and fineness of the stairs. */
export type Pace = {
  warmupSeconds: number;
  /** Of a subject that has been warmed by another load. */
  rewarmSeconds: number;
  calibrationSeconds: number;
  stepSeconds: { open: number; closed: number };
  /** Rates as shares of the throughput that the calibration saw. */
  rateShares: readonly number[];
  users: readonly number[];
  shop: ShopPace;
  /** The shop's part of a tour. A page's first answers and each log-in are slow: in a shorter step they are its p99. */
  tourOfShop: { users: readonly number[]; warmupSeconds: number; stepSeconds: number };
  /** The apps beside one another, at the end of a tour: fours of turns. */
  foursOfTurns: number;
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
    rewarmSeconds: 4,
    calibrationSeconds: 4,
    stepSeconds: { open: 5, closed: 3.5 },
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
    foursOfTurns: 10,
  },
  quick: {
    warmupSeconds: 3,
    rewarmSeconds: 1,
    calibrationSeconds: 2,
    stepSeconds: { open: 2, closed: 1.5 },
    // Near what the calibration saw, where both limits mostly lie: three rungs far apart answer nothing.
    rateShares: [0.25, 0.45, 0.65, 0.85, 1.6],
    users: [1, 32],
    shop: {
      users: [8, 64],
      stepSeconds: 3,
      spike: { calm: 0.3, peak: 2, seconds: 2 },
      soak: { share: 0.5, steps: 3, seconds: 2 },
      breakpoint: { from: 0.5, factor: 1.5, steps: 4, seconds: 2 },
    },
    tourOfShop: { users: [16], warmupSeconds: 4, stepSeconds: 6 },
    foursOfTurns: 3,
  },
};

/** Enough users to keep a subject of one core busy, too few to swamp it. */
export const busyUsers = 16;
/** Requests per second that k6/lib/guard.ts allows: one generator makes a fraction of it. */
export const mostRps = 50_000;

/** k6 stops what is still in flight this long after a step. */
const gracefulStopSeconds = 2;

/**
 * Seconds between two steps. As long as the grace, and k6 gives each step the users of the one before, with their
 * connections. Sooner, it makes as many users again: each step would begin with all of them connecting at once, which
 * was up to half a second of latency at 3,700 requests per second.
 */
const apart = gracefulStopSeconds;
/** Of steps that show what the one before left behind. */
const unbroken = 0;

/** Bounds of the users kept ready for a rate: below, bursts find nobody; above, k6 runs short. */
const fewestVUs = 50;
const mostVUs = 1000;
/** MiB of k6 itself, and of each of its users: with less it collects garbage all the time. */
const memoryOfK6 = { itself: 100, perVU: 1.5 };

/** No more than k6 has memory for: on a small machine, and in a container. */
const mostReady = (): number =>
  Math.min(mostVUs, Math.floor((k6MemoryMiB() - memoryOfK6.itself) / memoryOfK6.perVU));

export type PlanBasis = {
  run: string;
  trial: number;
  app: AppName;
  baseUrl: string;
  workload: string;
  seed: number;
};

export function calibrationPlan(basis: PlanBasis, pace: Pace): LoadPlan {
  const scenario = shopWorkloads.includes(basis.workload) ? 'shop' : 'concurrency';
  const steps = [warmup(1, closed(4)), counted(0, pace.calibrationSeconds, closed(busyUsers))];
  return hurried(plan(scenario, basis, apart, steps));
}

/** Users who keep a subject busy, in steps right behind one another: to see how its throughput goes on. */
export function saturatingPlan(basis: PlanBasis, stepSeconds: number, steps: number): LoadPlan {
  const held = closed(busyUsers);
  const each = Array.from({ length: steps }, (_, index) => counted(index, stepSeconds, held));
  return hurried(plan('concurrency', basis, unbroken, each));
}

/** Users who think would leave the subject idle. */
const hurried = (busy: LoadPlan): LoadPlan => ({ ...busy, hurried: true });

/** Stairs of arrival rate, as shares of the throughput that the subject reached in the calibration. */
type RateStairs = {
  shares: readonly number[];
  stepSeconds: number;
  /** Without a rest between the steps: what one leaves undone, the next begins with. */
  isUnbroken?: true;
};
const rateStairs = {
  scaling: ({ rateShares, stepSeconds }) => ({
    shares: rateShares,
    stepSeconds: stepSeconds.open,
  }),
  shop: ({ rateShares, shop }) => ({ shares: rateShares, stepSeconds: shop.stepSeconds }),
  /** Calm, far too much, and calm twice: the first of these two has what the peak left behind. */
  spike({ shop: { spike } }) {
    const { calm, peak, seconds } = spike;
    return { shares: [calm, peak, calm, calm], stepSeconds: seconds, isUnbroken: true };
  },
  soak({ shop: { soak } }) {
    const shares = Array<number>(soak.steps).fill(soak.share);
    return { shares, stepSeconds: soak.seconds, isUnbroken: true };
  },
  breakpoint({ shop: { breakpoint } }) {
    const { from, factor, steps, seconds } = breakpoint;
    const shares = Array.from({ length: steps }, (_, index) => from * factor ** index);
    return { shares, stepSeconds: seconds, isUnbroken: true };
  },
} satisfies Record<string, (pace: Pace) => RateStairs>;

/** A step for each rate, after a warm-up at the first. */
export const ratePlan =
  (scenario: keyof typeof rateStairs) =>
  (basis: PlanBasis, pace: Pace, saturationRps: number): LoadPlan => {
    const { shares, stepSeconds, isUnbroken }: RateStairs = rateStairs[scenario](pace);
    const { thresholdSeconds } = sloOf(basis.workload);
    // Whole requests per second, at least one.
    const loads = shares.map((share) =>
      open(Math.max(1, Math.round(share * saturationRps)), thresholdSeconds),
    );
    return plan(scenario, basis, isUnbroken ? unbroken : apart, [
      warmup(pace.warmupSeconds, loads[0] ?? open(1, thresholdSeconds)),
      ...loads.map((load, index) => counted(index, stepSeconds, load)),
    ]);
  };

export const concurrencyPlan = (basis: PlanBasis, pace: Pace): LoadPlan =>
  plan('concurrency', basis, apart, [
    warmup(pace.warmupSeconds, closed(2)),
    ...pace.users.map((users, index) => counted(index, pace.stepSeconds.closed, closed(users))),
  ]);

/**
 * One load held after a warm-up of the same load: what a search, a comparison or a night repeats. Users, where the
 * load is made by them, keep the subject busy.
 */
export function steadyPlan(
  basis: PlanBasis,
  load: { rateRps: number } | { users: number },
  seconds: { warmup: number; step: number },
): LoadPlan {
  const { thresholdSeconds } = sloOf(basis.workload);
  const [scenario, held] =
    'users' in load
      ? ['concurrency', closed(load.users)]
      : ['scaling', open(Math.max(1, load.rateRps), thresholdSeconds)];
  const steps = [warmup(seconds.warmup, held), counted(0, seconds.step, held)];
  const steady = plan(scenario, basis, apart, steps);
  return 'users' in load ? hurried(steady) : steady;
}

/** Users who come and go in turns within one step, after a warm-up of all of them. */
export function userTurnsPlan(
  basis: PlanBasis,
  userTurns: LoadUserTurns,
  warmupSeconds: number,
): LoadPlan {
  const all = closed(Math.max(...userTurns.order));
  const steps = [
    warmup(warmupSeconds, all),
    counted(0, userTurns.order.length * userTurns.seconds, all),
  ];
  return { ...plan('concurrency', basis, apart, steps), userTurns };
}

/** Stairs of users of the shop. */
export const shopByUsersPlan = (basis: PlanBasis, pace: Pace): LoadPlan =>
  shopUsersPlan(basis, { ...pace, ...pace.shop });

/** A short look at the shop, at the end of a tour. */
export const tourOfShopPlan = (basis: PlanBasis, pace: Pace): LoadPlan =>
  shopUsersPlan(basis, pace.tourOfShop);

function shopUsersPlan(
  basis: PlanBasis,
  { users, warmupSeconds, stepSeconds }: Pace['tourOfShop'],
): LoadPlan {
  return plan('shop', basis, apart, [
    warmup(warmupSeconds, closed(users[0] ?? 1)),
    ...users.map((count, index) => counted(index, stepSeconds, closed(count))),
  ]);
}

/** Every request of the contract once, by one user; its one step says how long it may take. */
export const smokePlan = (basis: PlanBasis): LoadPlan =>
  plan('smoke', basis, apart, [counted(0, 30, closed(1))]);

/**
 * Share of the capacity that is planned with. The SLO holds up to the capacity and not a request
 * beyond; the rest is for bursts within a second, for error in the measured capacity (5 % between
 * its bounds) and for contention between replicas that was not seen.
 */
export const HEADROOM_SHARE = 0.7;

const closed = (users: number): Step['load'] => ({ model: 'closed', users });

/** Users for twice the requests that are in flight when each takes as long as the SLO allows, where there is memory. */
const open = (rateRps: number, thresholdSeconds: number): Step['load'] => ({
  model: 'open',
  rateRps,
  maxVUs: Math.max(fewestVUs, Math.min(mostReady(), Math.ceil(2 * rateRps * thresholdSeconds))),
});

const warmup = (durationSeconds: number, load: Step['load']): Step => ({
  name: 'warmup',
  warmup: true,
  durationSeconds,
  load,
});

const counted = (index: number, durationSeconds: number, load: Step['load']): Step => ({
  name: `step_${String(index + 1).padStart(2, '0')}`,
  warmup: false,
  durationSeconds,
  load,
});

function plan(scenario: string, basis: PlanBasis, gapSeconds: number, steps: Step[]): LoadPlan {
  requireServed(basis.app, basis.workload);
  const own = ownWorkload(basis.workload);
  return {
    schemaVersion: 1,
    scenario,
    ...basis,
    ...planParts(appNamed(basis.app)),
    ...(own && { workloadFile: own.file }),
    allowHosts: configuration.allowHosts ?? [],
    steps,
    gapSeconds,
    gracefulStopSeconds,
    slo: sloOf(basis.workload),
    sampleEvery: 20,
  };
}
