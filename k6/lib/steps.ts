// Which step a VU is in. k6 hands a VU from scenario to scenario, and a step is a scenario.
import exec from 'k6/execution';
import type { Plan, Step } from '../../contract/plan.ts';
import { stepStart } from './metrics.ts';

export type CurrentStep = {
  name: string;
  startedAtMs: number;
  endsAtMs: number;
  /** Time between two arrivals; null in the closed model, where nothing is due at a given time. */
  msPerArrival: number | null;
  /** k6's own account of the step; asked for its iterationInTest in every iteration. */
  scenario: typeof exec.scenario;
  /** Tags of all that the VU records; k6 takes a request's own three times as long to heed. */
  tags: typeof exec.vu.metrics.tags;
};

/** Before the first iteration of a VU: over, whatever the time. */
export const noStep = { endsAtMs: 0 } as CurrentStep;

/**
 * The step that the calling VU is in now.
 *
 * k6 2.2 makes the object `exec.scenario` anew each time it is asked for, at the price of a fifth
 * of a request. Its getters speak of the present, so one object serves a VU for a whole step.
 */
export function currentStep(plan: Plan): CurrentStep {
  const { scenario } = exec;
  const { name, startTime } = scenario;
  const { durationSeconds, load } = plan.steps.find((step) => step.name === name) as Step;
  return {
    name,
    startedAtMs: startTime,
    endsAtMs: startTime + durationSeconds * 1000,
    msPerArrival: load.model === 'open' ? 1000 / load.rateRps : null,
    scenario,
    tags: exec.vu.metrics.tags,
  };
}

/** Tells the summary, and the lab that follows k6's log, that the step has begun. */
export function announce({ name, startedAtMs }: CurrentStep): void {
  stepStart.add(startedAtMs / 1000);
  console.log(JSON.stringify({ event: 'step', name, startedAtMs }));
}
