// One scenario against one subject, sized by a calibration where it climbs by rate.
import { ownWorkloadNames } from '../../../contract/apps';
import { andThen, usageError } from '../../errors';
import { calibrate, calibrationTrial } from '../../measure/calibrate';
import { type RunContext, type RunKind, runExperiment } from '../../measure/conductor';
import { LiveSubject } from '../../measure/live-subject';
import {
  concurrencyPlan,
  type Pace,
  type PlanBasis,
  ratePlan,
  shopByUsersPlan,
  smokePlan,
} from '../../measure/plans';
import { isVoidWithoutOne } from '../../measure/void-run';
import { canServe, defaultWorkload } from '../../measure/workloads';
import type { RunFolder } from '../../results/run-folder';
import type { LoadPlan } from '../../results/schemas';
import { type AppName, type ProfileName, subjectOf, type Variation } from '../../runtime/subject';

type Sized = (basis: PlanBasis, pace: Pace, saturationRps: number) => LoadPlan;
type Unsized = (basis: PlanBasis, pace: Pace) => LoadPlan;

/** What each scenario does: plans sized by a calibration, and plans that need none, in this order. */
const scenarios = {
  smoke: { byRate: [], byUsers: [smokePlan], workload: 'micro' },
  scaling: { byRate: [ratePlan('scaling')], byUsers: [], workload: 'micro' },
  concurrency: { byRate: [], byUsers: [concurrencyPlan], workload: 'micro' },
  shop: {
    byRate: [ratePlan('shop')],
    byUsers: [shopByUsersPlan],
    workload: 'mixed',
  },
  spike: { byRate: [ratePlan('spike')], byUsers: [], workload: 'mixed' },
  soak: { byRate: [ratePlan('soak')], byUsers: [], workload: 'mixed' },
  breakpoint: { byRate: [ratePlan('breakpoint')], byUsers: [], workload: 'mixed' },
} satisfies Record<string, { byRate: Sized[]; byUsers: Unsized[]; workload: string }>;

export type ScenarioName = keyof typeof scenarios;
export const scenarioNames = Object.keys(scenarios) as ScenarioName[];

/** What a scenario is for, where the user names no workload; of an app that does not serve it, another. */
export function usualWorkload(scenario: ScenarioName, app: AppName): string {
  const { workload } = scenarios[scenario];
  return canServe(app, workload) || ownWorkloadNames.length === 0 ? workload : defaultWorkload;
}

const kind: RunKind = { kind: 'run', isVoid: isVoidWithoutOne };

export function runOne(
  options: RunContext &
    Variation & {
      scenario: ScenarioName;
      app: AppName;
      workload: string;
      profile: ProfileName;
      pace: Pace;
      seed: number;
    },
): Promise<RunFolder> {
  const { runtime, app, workload, pace, scenario } = options;
  const subject = subjectOf(app, options.profile, runtime.subjectCores, options);
  const about = { app, workload };
  const purpose = scenario === 'smoke' ? ('check' as const) : ('measure' as const);
  const byRate = scenarios[scenario].byRate.map((plan) => ({
    calibration: calibrationTrial(about, pace),
    sized: {
      ...about,
      scenario,
      purpose,
      load: (basis: PlanBasis, saturationRps: number) => plan(basis, pace, saturationRps),
    },
  }));
  const byUsers = scenarios[scenario].byUsers.map((plan) => ({
    ...about,
    scenario,
    purpose,
    load: (basis: PlanBasis) => plan(basis, pace),
  }));
  const trials = [...byRate.flatMap(({ calibration, sized }) => [calibration, sized]), ...byUsers];
  const run = { ...options, experiment: kind, subjects: [subject], trials };
  return runExperiment(run, async (conductor) => {
    const live = new LiveSubject(runtime, subject);
    await andThen(async () => {
      for (const { calibration, sized } of byRate) {
        const { achievedRps } = await calibrate(conductor, live, calibration);
        await conductor.trial(await live.up(), sized, achievedRps);
      }
      for (const trial of byUsers) await conductor.trial(await live.up(), trial);
    }, [live.release]);
  });
}

/** Checked before anything is started. */
export function knownScenario(name: string): ScenarioName {
  const known = scenarioNames.find((candidate) => candidate === name);
  if (known !== undefined) return known;
  throw usageError(`There is no scenario "${name}": choose ${scenarioNames.join(', ')}.`);
}
