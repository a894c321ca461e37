// One scenario against one subject, sized by a probe where it climbs by rate.
import { usageError } from '../../errors';
import { type Conductor, conduct, type PlannedTrial, type Setting } from '../../measure/conduct';
import {
  breakpointPlan,
  concurrencyPlan,
  type Pace,
  type PlanBasis,
  probePlan,
  scalingPlan,
  shopByRatePlan,
  shopByUsersPlan,
  smokePlan,
  soakPlan,
  spikePlan,
} from '../../measure/plans';
import type { RunFolder } from '../../results/run-folder';
import type { LoadPlan } from '../../results/schemas';
import type { Endpoint } from '../../runtime/runtime';
import { type AppName, type ProfileName, subjectOf, type Variation } from '../../runtime/subject';

type Sized = (basis: PlanBasis, pace: Pace, saturationRps: number) => LoadPlan;
type Unsized = (basis: PlanBasis, pace: Pace) => LoadPlan;

/** What each scenario does: plans sized by a probe, and plans that need none, in this order. */
const scenarios = {
  smoke: { byRate: [], byUsers: [smokePlan], workload: 'micro' },
  scaling: { byRate: [scalingPlan], byUsers: [], workload: 'micro' },
  concurrency: { byRate: [], byUsers: [concurrencyPlan], workload: 'micro' },
  shop: {
    byRate: [shopByRatePlan],
    byUsers: [shopByUsersPlan],
    workload: 'mixed',
  },
  spike: { byRate: [spikePlan], byUsers: [], workload: 'mixed' },
  soak: { byRate: [soakPlan], byUsers: [], workload: 'mixed' },
  breakpoint: { byRate: [breakpointPlan], byUsers: [], workload: 'mixed' },
} satisfies Record<string, { byRate: Sized[]; byUsers: Unsized[]; workload: string }>;

export type ScenarioName = keyof typeof scenarios;
export const scenarioNames = Object.keys(scenarios) as ScenarioName[];

/** What a scenario is for, where the user names no workload. */
export const usualWorkload = (scenario: ScenarioName): string => scenarios[scenario].workload;

export function runOne(
  options: Setting &
    Variation & {
      scenario: ScenarioName;
      app: AppName;
      workload: string;
      profile: ProfileName;
      pace: Pace;
      seed: number;
    },
): Promise<RunFolder> {
  const { runtime, app, workload, pace, seed, scenario } = options;
  const { byRate, byUsers } = scenarios[scenario];
  const subject = subjectOf(app, options.profile, runtime.subjectCores, options);
  const planned = { app, workload };
  const purpose = scenario === 'smoke' ? 'check' : 'measure';
  const trials: PlannedTrial[] = [
    ...byRate.map(() => ({ ...planned, scenario: 'concurrency', purpose: 'probe' as const })),
    ...[...byRate, ...byUsers].map(() => ({ ...planned, scenario, purpose }) as PlannedTrial),
  ];
  return conduct({ ...options, kind: 'run', subjects: [subject], trials }, async (conductor) => {
    const endpoint = await runtime.start(subject);
    const basis = (trial: number): PlanBasis => ({
      run: conductor.runId,
      trial,
      ...planned,
      baseUrl: endpoint.baseUrl,
      seed,
    });
    for (const planOf of byRate) {
      const saturationRps = await probe(conductor, endpoint, (trial) =>
        probePlan(basis(trial), pace),
      );
      await conductor.trial(endpoint, (trial) => planOf(basis(trial), pace, saturationRps));
    }
    for (const planOf of byUsers) {
      await conductor.trial(endpoint, (trial) => planOf(basis(trial), pace));
    }
  });
}

/** Requests a second that the subject reached. */
async function probe(
  conductor: Conductor,
  endpoint: Endpoint,
  planOf: (trial: number) => LoadPlan,
): Promise<number> {
  const probed = await conductor.trial(endpoint, planOf);
  return probed.find(({ warmup }) => !warmup)?.achievedRps ?? 1;
}

/** Checked before anything is started. */
export function knownScenario(name: string): ScenarioName {
  const known = scenarioNames.find((candidate) => candidate === name);
  if (known !== undefined) return known;
  throw usageError(`There is no scenario "${name}": choose ${scenarioNames.join(', ')}.`);
}
