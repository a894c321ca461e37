// The tour: each app is checked, pushed by rate, pushed by users, and visited as a shop.

import { conduct, type PlannedTrial, type Setting } from '../../measure/conduct';
import {
  concurrencyPlan,
  type Pace,
  type PlanBasis,
  probePlan,
  scalingPlan,
  smokePlan,
  tourOfShopPlan,
} from '../../measure/plans';
import type { RunFolder } from '../../results/run-folder';
import type { Runtime } from '../../runtime/runtime';
import { appNames, type Subject, subjectOf } from '../../runtime/subject';

export const tourWorkload = 'micro';

const tourTrials: readonly Pick<PlannedTrial, 'scenario' | 'purpose' | 'workload'>[] = [
  { scenario: 'smoke', purpose: 'check', workload: tourWorkload },
  { scenario: 'concurrency', purpose: 'probe', workload: tourWorkload },
  { scenario: 'scaling', purpose: 'measure', workload: tourWorkload },
  { scenario: 'concurrency', purpose: 'measure', workload: tourWorkload },
  { scenario: 'shop', purpose: 'measure', workload: 'mixed' },
];

export function tour(
  options: Setting & {
    pace: Pace;
    seed: number;
  },
): Promise<RunFolder> {
  const { runtime, pace, seed } = options;
  const subjects = appNames.map((app) => subjectOf(app, 'default', runtime.subjectCores));
  return conduct(
    {
      ...options,
      kind: 'tour',
      subjects,
      trials: appNames.flatMap((app) => tourTrials.map((trial) => ({ ...trial, app }))),
    },
    async (conductor) => {
      const endpoints = await startAll(runtime, subjects);
      for (const { app } of subjects) {
        const endpoint = endpoints.get(app);
        if (endpoint === undefined) continue;
        const basis = (trial: number, workload = tourWorkload): PlanBasis => ({
          run: conductor.runId,
          trial,
          app,
          baseUrl: endpoint.baseUrl,
          workload,
          seed,
        });
        await conductor.trial(endpoint, (trial) => smokePlan(basis(trial), pace));
        const probed = await conductor.trial(endpoint, (trial) => probePlan(basis(trial), pace));
        const saturationRps = probed.find(({ warmup }) => !warmup)?.achievedRps ?? 1;
        await conductor.trial(endpoint, (trial) => scalingPlan(basis(trial), pace, saturationRps));
        await conductor.trial(endpoint, (trial) => concurrencyPlan(basis(trial), pace));
        await conductor.trial(endpoint, (trial) => tourOfShopPlan(basis(trial, 'mixed'), pace));
      }
    },
  );
}

/** Both are up before either is loaded: the dashboards show them side by side from the start. */
async function startAll(runtime: Runtime, subjects: Subject[]) {
  const started = await Promise.all(
    subjects.map(async (subject) => [subject.app, await runtime.start(subject)] as const),
  );
  return new Map(started);
}
