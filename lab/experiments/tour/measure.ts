// The tour: each app is checked, pushed by rate, pushed by users, and visited as a shop; then both are
// loaded in turns, which tells what stairs of a few seconds leave open.
import { calibrate, calibrationTrial, sizeForRates } from '../../measure/calibrate';
import {
  type Conductor,
  type RunContext,
  type RunKind,
  runExperiment,
  type SizedTrial,
  type Trial,
  watchingSubjects,
} from '../../measure/conductor';
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
import type { StepValidity } from '../../results/trial/validity';
import type { Endpoint, PairedEndpoints, Runtime } from '../../runtime/runtime';
import { type AppName, type Subject, subjectOf } from '../../runtime/subject';

const shopWorkload = 'mixed';

const kind: RunKind = { kind: 'tour', isVoid: isVoidWithoutOne };

export function tour(
  options: RunContext & { apps: readonly AppName[]; pace: Pace; seed: number },
): Promise<RunFolder> {
  const { runtime, apps, pace } = options;
  const subjects = apps.map((app) => subjectOf(app, 'default', runtime.subjectCores));
  const legs = apps.map((app) => trialsOf(app, pace));
  const trials = legs.flatMap((leg) => Object.values(leg));
  return runExperiment({ ...options, experiment: kind, subjects, trials }, async (conductor) => {
    const all = await startAll(runtime, subjects);
    const rates: number[] = [];
    for (const [index, up] of all.entries()) {
      rates.push(await push(conductor, up, legs[index] as Leg, pace));
    }
    const rateRps = roundRate(Math.min(...rates));
    if (rateRps >= 1) await compareInTurns(conductor, all, rateRps, pace.foursOfTurns);
  });
}

/** A subject that is up; its endpoint is that of its latest process. */
type Up = { subject: Subject; endpoint: Endpoint };

type Leg = ReturnType<typeof trialsOf>;

/** In the order in which they are run. */
const trialsOf = (app: AppName, pace: Pace) => {
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
      // The rates have warmed it.
      load: (basis: PlanBasis) =>
        concurrencyPlan(basis, { ...pace, warmupSeconds: pace.rewarmSeconds }),
    },
    ...(canServe(app, shopWorkload) && {
      shop: {
        app,
        workload: shopWorkload,
        scenario: 'shop',
        purpose: 'measure',
        load: (basis: PlanBasis) => tourOfShopPlan(basis, pace),
      },
    }),
  } satisfies Record<string, Trial | SizedTrial>;
};

/** @returns requests per second at which it can be compared, by its calibration */
async function push(conductor: Conductor, up: Up, leg: Leg, pace: Pace): Promise<number> {
  await conductor.trial(up.endpoint, leg.smoke);
  const calibration = await calibrate(conductor, up.endpoint, leg.calibration);
  const saturationRps = sizeForRates(conductor, calibration, Math.max(...pace.rateShares));
  await repeatingVoidSteps(conductor, [up], leg.byRate, saturationRps);
  await repeatingVoidSteps(conductor, [up], leg.byUsers);
  if (leg.shop) await repeatingVoidSteps(conductor, [up], leg.shop);
  // Of an app that knows nothing of the contract nobody expects one.
  else if (leg.smoke.workload === 'micro') {
    conductor.say(`${appTitle(leg.smoke.app)} serves no shop: the tour leaves it out.`);
  }
  return rateToCompareAt(calibration);
}

/**
 * Repeats void steps once: what disturbed them has mostly passed by then. A rate that was too much for the
 * generator would be too much again, so it is not repeated.
 */
async function repeatingVoidSteps(
  conductor: Conductor,
  ups: readonly [Up] | readonly [Up, Up],
  trial: Trial | SizedTrial,
  saturationRps = Number.NaN,
): Promise<void> {
  const steps = await onLiveSubjects(conductor, ups, (endpoint) =>
    conductor.trial(endpoint, trial, saturationRps),
  );
  const voids = steps
    .filter(({ warmup, validity }) => !warmup && validity.state === 'void')
    .filter(({ validity }) => !isBeyondGenerator(validity))
    .map(({ name }) => name);
  if (voids.length === 0) return;
  conductor.say(`${voids.join(', ')}: void, so repeated`);
  await onLiveSubjects(conductor, ups, (endpoint) =>
    conductor.trial(endpoint, {
      ...trial,
      load: (basis) => {
        const plan = trial.load(basis, saturationRps);
        const again = plan.steps.filter(({ name, warmup }) => warmup || voids.includes(name));
        return { ...plan, steps: again };
      },
    }),
  );
}

const isBeyondGenerator = ({ checks }: StepValidity): boolean => {
  const broken = checks.filter(({ outcome }) => outcome === 'broken');
  return broken.length > 0 && broken.every(({ name }) => name === 'generator CPU');
};

/** A subject that died is started again, for whatever is measured next. */
function onLiveSubjects<T>(
  conductor: Conductor,
  ups: readonly [Up] | readonly [Up, Up],
  body: (endpoint: Endpoint | PairedEndpoints) => Promise<T>,
): Promise<T> {
  const apps = ups.map(({ subject }) => subject.app);
  return watchingSubjects(conductor, apps, async (hasEnded) => {
    const [first, second] = ups;
    const result = await body(second ? bothOf(first, second) : first.endpoint);
    if (!hasEnded()) return result;
    for (const up of ups) up.endpoint = await conductor.runtime.start(up.subject);
    return result;
  });
}

const bothOf = (a: Up, b: Up): PairedEndpoints => pairOf({ a: a.endpoint, b: b.endpoint });

async function compareInTurns(
  conductor: Conductor,
  [a, b]: readonly Up[],
  rateRps: number,
  fours: number,
): Promise<void> {
  if (a === undefined || b === undefined) return;
  const apps = { a: a.subject.app, b: b.subject.app };
  await repeatingVoidSteps(conductor, [a, b], {
    ...{ app: apps.a, subject: 0, against: 1, workload: defaultWorkload },
    ...{ scenario: 'scaling', purpose: 'measure' },
    load: (basis: PlanBasis) => turnsPlan(basis, rateRps, fours, { apps, endpoints: bothOf(a, b) }),
  });
}

/** Both are up before either is loaded: the dashboards show them side by side from the start. */
const startAll = (runtime: Runtime, subjects: readonly Subject[]): Promise<Up[]> =>
  Promise.all(
    subjects.map(async (subject) => ({ subject, endpoint: await runtime.start(subject) })),
  );
