// One scenario against one subject, sized by a probe where it climbs by rate.
import { usageError } from '../errors';
import type { Runtime } from '../runtime/runtime';
import { type AppName, type ProfileName, subjectOf, type Variation } from '../runtime/subject';
import type { RunFolder } from '../store/run-folder';
import { conduct, type PlannedTrial, type RunEvents } from './conduct';
import { concurrencyPlan, type Pace, probePlan, scalingPlan, sloOf, smokePlan } from './plans';

export const scenarioNames = ['smoke', 'scaling', 'concurrency'] as const;
type ScenarioName = (typeof scenarioNames)[number];

export function runOne(
  options: Variation & {
    scenario: ScenarioName;
    app: AppName;
    workload: string;
    profile: ProfileName;
    runtime: Runtime;
    resultsDir: string;
    pace: Pace;
    seed: number;
    arguments: string[];
    signal: AbortSignal;
    events: RunEvents;
  },
): Promise<RunFolder> {
  const { runtime, app, workload, pace, seed } = options;
  const { scenario } = options;
  const subject = subjectOf(app, options.profile, runtime.subjectCores, options);
  const planned = { app, workload };
  const trials: PlannedTrial[] = [
    ...(scenario === 'scaling'
      ? [{ ...planned, scenario: 'concurrency', purpose: 'probe' as const }]
      : []),
    { ...planned, scenario, purpose: scenario === 'smoke' ? 'check' : 'measure' },
  ];
  return conduct({ ...options, kind: 'run', subjects: [subject], trials }, async (conductor) => {
    const endpoint = await runtime.start(subject);
    const basis = (trial: number) => ({
      run: conductor.runId,
      trial,
      ...planned,
      baseUrl: endpoint.baseUrl,
      seed,
    });
    if (scenario === 'smoke') {
      await conductor.trial(endpoint, (trial) => smokePlan(basis(trial), pace));
    } else if (scenario === 'concurrency') {
      await conductor.trial(endpoint, (trial) => concurrencyPlan(basis(trial), pace));
    } else {
      const probed = await conductor.trial(endpoint, (trial) => probePlan(basis(trial), pace));
      const saturationRps = probed.find(({ warmup }) => !warmup)?.achievedRps ?? 1;
      await conductor.trial(endpoint, (trial) => scalingPlan(basis(trial), pace, saturationRps));
    }
  });
}

/** Checked before anything is started. */
export function knownScenario(name: string, workload: string): ScenarioName {
  sloOf(workload);
  const known = scenarioNames.find((candidate) => candidate === name);
  if (known !== undefined) return known;
  throw usageError(`There is no scenario "${name}": choose ${scenarioNames.join(', ')}.`);
}
