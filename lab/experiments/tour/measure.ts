// The tour: each app is checked, pushed by rate, pushed by users, and visited as a shop; then both are
// loaded in turns, which tells what stairs of a few seconds leave open.
import { andThen } from '../../errors';
import { calibrate, calibrationTrial, sizeForRates } from '../../measure/calibrate';
import {
  type Conductor,
  type RunContext,
  type RunKind,
  runExperiment,
  type SizedTrial,
  type Trial,
} from '../../measure/conductor';
import { LiveSubject } from '../../measure/live-subject';
import {
  concurrencyPlan,
  type Pace,
  type PlanBasis,
  ratePlan,
  smokePlan,
  tourOfShopPlan,
} from '../../measure/plans';
import { rateToCompareAt, roundRate } from '../../measure/turns/choose-loads';
import { pairOf, turnsPlan } from '../../measure/turns/paired-blocks';
import { isVoidWithoutOne } from '../../measure/void-run';
import { canServe, defaultWorkload } from '../../measure/workloads';
import { appTitle } from '../../results/findings';
import type { RunFolder } from '../../results/run-folder';
import type { LoadPlan } from '../../results/schemas';
import type { StepValidity } from '../../results/trial/validity';
import type { Endpoint, PairedEndpoints } from '../../runtime/runtime';
import { type AppName, subjectOf } from '../../runtime/subject';

const shopWorkload = 'mixed';

const kind: RunKind = { kind: 'tour', isVoid: isVoidWithoutOne };

export async function tour(
  options: RunContext & { apps: readonly AppName[]; pace: Pace; seed: number },
): Promise<RunFolder> {
  const { runtime, apps, pace } = options;
  const subjects = apps.map((app) => subjectOf(app, 'default', runtime.subjectCores));
  const all = subjects.map((subject) => new LiveSubject(runtime, subject));
  const legs = all.map((live) => trialsOf(live, pace));
  const trials = legs.flatMap((leg) => Object.values(leg));
  const measure = async (conductor: Conductor) => {
    // Both before either is loaded: the dashboards show them side by side from the start.
    await Promise.all(all.map((live) => live.up()));
    const rates: number[] = [];
    for (const [index, live] of all.entries()) {
      rates.push(await push(conductor, live, legs[index] as Leg, pace));
    }
    const rateRps = roundRate(Math.min(...rates));
    if (rateRps >= 1) await compareInTurns(conductor, all, rateRps, pace);
  };
  return andThen(
    () => runExperiment({ ...options, experiment: kind, subjects, trials }, measure),
    all.map(({ release }) => release),
  );
}

type Leg = ReturnType<typeof trialsOf>;

/** In the order in which they are run. */
const trialsOf = (live: LiveSubject, pace: Pace) => {
  const { app } = live.subject;
  const micro = { app, workload: defaultWorkload };
  return {
    smoke: {
      ...micro,
      scenario: 'smoke',
      purpose: 'check',
      load: (basis: PlanBasis) => smokePlan(basis),
    },
    calibration: calibrationTrial(micro, pace),
    byRate: {
      ...micro,
      scenario: 'scaling',
      purpose: 'measure',
      load: (basis: PlanBasis, saturationRps: number) =>
        ratePlan('scaling')(basis, pace, saturationRps),
    },
    byUsers: {
      ...micro,
      scenario: 'concurrency',
      purpose: 'measure',
      load: (basis: PlanBasis) =>
        warming(
          [live],
          pace,
          concurrencyPlan(basis, { ...pace, warmupSeconds: pace.rewarmSeconds }),
        ),
    },
    ...(canServe(app, shopWorkload) && {
      shop: {
        app,
        workload: shopWorkload,
        scenario: 'shop',
        purpose: 'measure',
        load: (basis: PlanBasis) => warming([live], pace, tourOfShopPlan(basis, pace)),
      },
    }),
  } satisfies Record<string, Trial | SizedTrial>;
};

/** The rates have warmed a subject up; one that was started again since needs as long a warm-up as they had. */
function warming(lives: readonly LiveSubject[], { warmupSeconds }: Pace, plan: LoadPlan): LoadPlan {
  if (lives.every(({ isWarm }) => isWarm)) return plan;
  const steps = plan.steps.map((step) =>
    step.warmup
      ? { ...step, durationSeconds: Math.max(step.durationSeconds, warmupSeconds) }
      : step,
  );
  return { ...plan, steps };
}

/** @returns requests per second at which it can be compared, by its calibration */
async function push(
  conductor: Conductor,
  live: LiveSubject,
  leg: Leg,
  pace: Pace,
): Promise<number> {
  await conductor.trial(await live.up(), leg.smoke);
  const calibration = await calibrate(conductor, live, leg.calibration);
  const saturationRps = sizeForRates(conductor, calibration, Math.max(...pace.rateShares));
  await repeatingVoidSteps(conductor, [live], leg.byRate, saturationRps);
  await repeatingVoidSteps(conductor, [live], leg.byUsers);
  if (leg.shop) await repeatingVoidSteps(conductor, [live], leg.shop);
  // Of an app that knows nothing of the contract nobody expects one.
  else if (leg.smoke.workload === 'micro') {
    conductor.say(`${appTitle(leg.smoke.app)} serves no shop: the tour leaves it out.`);
  }
  return rateToCompareAt(calibration);
}

type Lives = readonly [LiveSubject] | readonly [LiveSubject, LiveSubject];

/**
 * Repeats void steps once: what disturbed them has mostly passed by then. A rate that was too much for the
 * generator would be too much again, so it is not repeated.
 */
async function repeatingVoidSteps(
  conductor: Conductor,
  lives: Lives,
  trial: Trial | SizedTrial,
  saturationRps = Number.NaN,
): Promise<void> {
  const measure = async (one: Trial | SizedTrial) => {
    const steps = await conductor.trial(await endpointOf(lives), one, saturationRps);
    for (const live of lives) live.isWarm = true;
    return steps;
  };
  const steps = await measure(trial);
  const voids = steps
    .filter(({ warmup, validity }) => !warmup && validity.state === 'void')
    .filter(({ validity }) => !isBeyondGenerator(validity))
    .map(({ name }) => name);
  if (voids.length === 0) return;
  conductor.say(`${voids.join(', ')}: void, so repeated`);
  await measure({
    ...trial,
    load: (basis: PlanBasis) => {
      const plan = trial.load(basis, saturationRps);
      const again = plan.steps.filter(({ name, warmup }) => warmup || voids.includes(name));
      return { ...plan, steps: again };
    },
  });
}

const isBeyondGenerator = ({ checks }: StepValidity): boolean => {
  const broken = checks.filter(({ outcome }) => outcome === 'broken');
  return broken.length > 0 && broken.every(({ name }) => name === 'generator CPU');
};

async function endpointOf([first, second]: Lives): Promise<Endpoint | PairedEndpoints> {
  const endpoint = await first.up();
  if (second === undefined) return endpoint;
  await second.up();
  return bothOf(first, second);
}

const bothOf = (a: LiveSubject, b: LiveSubject): PairedEndpoints =>
  pairOf({ a: a.endpoint, b: b.endpoint });

async function compareInTurns(
  conductor: Conductor,
  [a, b]: readonly LiveSubject[],
  rateRps: number,
  pace: Pace,
): Promise<void> {
  if (a === undefined || b === undefined) return;
  const apps = { a: a.subject.app, b: b.subject.app };
  const planOf = (basis: PlanBasis) =>
    turnsPlan(basis, rateRps, pace.foursOfTurns, { apps, endpoints: bothOf(a, b) });
  await repeatingVoidSteps(conductor, [a, b], {
    ...{ app: apps.a, subject: 0, against: 1, workload: defaultWorkload },
    ...{ scenario: 'scaling', purpose: 'measure' },
    load: (basis: PlanBasis) => warming([a, b], pace, planOf(basis)),
  });
}
