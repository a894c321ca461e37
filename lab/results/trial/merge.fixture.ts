// A generator's summary, made of the times of its requests.
import type { StepSummary, Summary } from '../../../contract/plan';
import { quantilesOf } from './merge';

export const trialPlan = {
  steps: [
    {
      name: 'step_01',
      durationSeconds: 5,
      warmup: false,
      load: { model: 'open' as const, rateRps: 2_000, maxVUs: 100 },
    },
  ],
};

export function summaryWith(ms: readonly number[], changes: Partial<StepSummary>): Summary {
  return {
    schemaVersion: 1,
    ...{ scenario: 'scaling', run: 'r1', trial: 1, app: 'express', workload: 'json' },
    thinkTimeSeconds: 0,
    failedChecks: {},
    steps: [
      {
        name: 'step_01',
        startedAtMs: 5_000,
        durationSeconds: 5,
        iterations: ms.length,
        requests: ms.length,
        ...{ lateRequests: 0, failed: 0, wrongBodies: 0, sloMisses: 0, droppedIterations: 3 },
        latencyMs: quantilesOf(ms),
        iterationMs: quantilesOf(ms),
        scheduleLagMs: { samples: 20, p99: 2, max: 60, over50: 1 },
        dataReceivedBytes: 0,
        ...changes,
      },
    ],
  };
}
