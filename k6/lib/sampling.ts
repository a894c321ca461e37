// What is recorded of one iteration in many: reading its number from k6 costs as much as most of a request.
import { begun, lateStarts, scheduleLag } from './metrics.ts';
import { LATE_START_MS } from './series.ts';
import type { CurrentStep } from './steps.ts';

export function sample(step: CurrentStep, begunMs: number): void {
  const { scenario, startedAtMs, msPerArrival } = step;
  begun.add(scenario.iterationInInstance + 1);
  if (msPerArrival === null) return;
  // Of all generators together: the rate is theirs.
  const iteration = scenario.iterationInTest;
  // Not below zero: in whole milliseconds, one that is on time can seem early.
  const lagMs = Math.max(0, begunMs - (startedAtMs + iteration * msPerArrival));
  scheduleLag.add(lagMs);
  if (lagMs > LATE_START_MS) lateStarts.add(1);
}
