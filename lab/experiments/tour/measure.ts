// The tour: each app is checked, pushed by rate, pushed by users, and visited as a shop.
import { calibrate, calibrationTrial } from '../../measure/calibrate';
import {
  type Conductor,
  type RunContext,
  type RunKind,
  runExperiment,
  type SizedTrial,
  type Trial,
} from '../../measure/conductor';
import {
  canServe,
  concurrencyPlan,
  defaultWorkload,
  type Pace,
  type PlanBasis,
  ratePlan,
  smokePlan,
  tourOfShopPlan,
} from '../../measure/plans';
import { isVoidWithoutOne } from '../../measure/void-run';
import { appTitle } from '../../results/findings';
import type { RunFolder } from '../../results/run-folder';
import type { Endpoint, Runtime } from '../../runtime/runtime';
import { type AppName, appNames, type Subject, subjectOf } from '../../runtime/subject';

const shopWorkload = 'mixed';

const kind: RunKind = { kind: 'tour', isVoid: isVoidWithoutOne };

export function tour(options: RunContext & { pace: Pace; seed: number }): Promise<RunFolder> {
  const { runtime, pace } = options;
  const subjects = appNames.map((app) => subjectOf(app, 'default', runtime.subjectCores));
  const legs = appNames.map((app) => trialsOf(app, pace));
  const trials = legs.flatMap((leg) => Object.values(leg));
  return runExperiment({ ...options, experiment: kind, subjects, trials }, async (conductor) => {
    const endpoints = await startAll(runtime, subjects);
    for (const [index, endpoint] of endpoints.entries()) {
      await push(conductor, endpoint, legs[index] as Leg);
    }
  });
}

type Leg = ReturnType<typeof trialsOf>;

/** In the order in which they are run. */
const trialsOf = (app: AppName, pace: Pace) => {
  const micro = { app, workload: defaultWorkload };
  return {
    smoke: {
      ...micro,
      scenario: 'smoke',
      purpose: 'check',
      load: (basis: PlanBasis) => smokePlan(basis, pace),
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
      load: (basis: PlanBasis) => concurrencyPlan(basis, pace),
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

async function push(conductor: Conductor, endpoint: Endpoint, leg: Leg): Promise<void> {
  await conductor.trial(endpoint, leg.smoke);
  const { achievedRps } = await calibrate(conductor, endpoint, leg.calibration);
  await conductor.trial(endpoint, leg.byRate, achievedRps);
  await conductor.trial(endpoint, leg.byUsers);
  if (leg.shop) await conductor.trial(endpoint, leg.shop);
  else conductor.say(`${appTitle(leg.smoke.app)} serves no shop: the tour leaves it out.`);
}

/** Both are up before either is loaded: the dashboards show them side by side from the start. */
const startAll = (runtime: Runtime, subjects: readonly Subject[]): Promise<Endpoint[]> =>
  Promise.all(subjects.map((subject) => runtime.start(subject)));
