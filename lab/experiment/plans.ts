// The loads of an experiment: stairs of rates and of users, sized for the subject at hand.

import type { Plan, Step } from '../../contract/plan';
import sloFile from '../../contract/slo.json';
import { usageError } from '../errors';

/** Time and fineness of the stairs. */
export type Pace = {
  warmupSeconds: number;
  probeSeconds: number;
  stepSeconds: { open: number; closed: number };
  gapSeconds: number;
  /** Rates as shares of the throughput that the probe saw. */
  rateShares: readonly number[];
  users: readonly number[];
};

export const paces: Record<'full' | 'quick', Pace> = {
  full: {
    warmupSeconds: 10,
    probeSeconds: 4,
    stepSeconds: { open: 5, closed: 4 },
    gapSeconds: 2,
    // From a fifth to well past the knee, which may lie above what a cold probe saw.
    rateShares: [0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.6],
    users: [1, 2, 4, 8, 16, 32, 64],
  },
  quick: {
    warmupSeconds: 3,
    probeSeconds: 2,
    stepSeconds: { open: 2, closed: 1.5 },
    gapSeconds: 1,
    rateShares: [0.2, 0.7, 1.6],
    users: [1, 8, 32],
  },
};

/** Enough users to keep a subject of one core busy, too few to swamp it. */
const probeUsers = 16;

/** k6 stops what is still in flight this long after a step. */
const gracefulStopSeconds = 2;

/** Bounds of the users kept ready for a rate: below, bursts find nobody; above, k6 runs short. */
const fewestVUs = 50;
const mostVUs = 1000;

export type PlanBasis = {
  run: string;
  trial: number;
  app: string;
  baseUrl: string;
  workload: string;
  seed: number;
};

export function probePlan(basis: PlanBasis, pace: Pace): Plan {
  return plan('concurrency', basis, pace, [
    { name: 'warmup', warmup: true, durationSeconds: 1, load: closed(4) },
    {
      name: 'step_01',
      warmup: false,
      durationSeconds: pace.probeSeconds,
      load: closed(probeUsers),
    },
  ]);
}

/** Stairs of arrival rate around the throughput that the subject reached in the probe. */
export function scalingPlan(basis: PlanBasis, pace: Pace, saturationRps: number): Plan {
  const { thresholdSeconds } = sloOf(basis.workload);
  const rates = pace.rateShares.map((share) => Math.max(1, Math.round(share * saturationRps)));
  const [gentlest = 1] = rates;
  return plan('scaling', basis, pace, [
    warmup(pace, open(gentlest, thresholdSeconds)),
    ...rates.map((rate, index) =>
      counted(index, pace.stepSeconds.open, open(rate, thresholdSeconds)),
    ),
  ]);
}

export function concurrencyPlan(basis: PlanBasis, pace: Pace): Plan {
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
): Plan {
  const { thresholdSeconds } = sloOf(basis.workload);
  const held =
    'users' in load ? closed(load.users) : open(Math.max(1, load.rateRps), thresholdSeconds);
  return plan('users' in load ? 'concurrency' : 'scaling', basis, paces.quick, [
    { name: 'warmup', warmup: true, durationSeconds: seconds.warmup, load: held },
    counted(0, seconds.step, held),
  ]);
}

/** Every request of the contract once, by one user; its one step says how long it may take. */
export function smokePlan(basis: PlanBasis, pace: Pace): Plan {
  return plan('smoke', basis, pace, [
    { name: 'step_01', warmup: false, durationSeconds: 30, load: closed(1) },
  ]);
}

export function sloOf(workload: string): Plan['slo'] {
  const slos: Record<string, Plan['slo']> = sloFile;
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

const warmup = (pace: Pace, load: Step['load']): Step => ({
  name: 'warmup',
  warmup: true,
  durationSeconds: pace.warmupSeconds,
  load,
});

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
): Plan {
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
