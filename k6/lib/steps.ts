// Which step a VU is in. k6 hands a VU from scenario to scenario, and a step is a scenario.
import { sleep } from 'k6';
import exec from 'k6/execution';
import type { Plan, Step } from '../../contract/plan.ts';
import { stepStart } from './metrics.ts';
import type { SetupResult } from './sessions.ts';
import type { TurnRecorder } from './turns.ts';

export type CurrentStep = {
  name: string;
  startedAtMs: number;
  endsAtMs: number;
  /** Time between two arrivals; null in the closed model, where nothing is due at a given time. */
  msPerArrival: number | null;
  scenario: typeof exec.scenario;
  /** Tags of all that the VU records; k6 takes five times as long to apply a request's own. */
  tags: typeof exec.vu.metrics.tags;
  /** As tags, for raw results alone: k6 makes no series of them. */
  metadata: typeof exec.vu.metrics.metadata;
};

/** Before the first iteration of a VU: over, whatever the time. */
export const noStep = { endsAtMs: 0 } as CurrentStep;

/** setup() holds the guard against flags: without it no request goes out. */
function assertSetUp(setupResult: SetupResult | undefined): void {
  if (setupResult) return;
  exec.test.abort(
    'setup() did not run, and with it the check of what k6 would do (--no-setup). Let it run.',
  );
}

/**
 * The step that the calling VU is in now. Its first iteration tells the summary, and the lab that
 * follows k6's log, that the step has begun.
 *
 * k6 2.2 makes `exec.scenario` and `exec.vu` again each time they are read, at the price of a
 * fifth of a request. Their getters speak of the present, so one object serves a whole step.
 */
export function enterStep(plan: Plan, setupResult: SetupResult | undefined): CurrentStep {
  assertSetUp(setupResult);
  const { scenario, vu } = exec;
  const { name, startTime: startedAtMs } = scenario;
  const { durationSeconds, load } = plan.steps.find((step) => step.name === name) as Step;
  // Of this k6: where several share the load, each says when its own part began.
  if (scenario.iterationInInstance === 0) {
    stepStart.add(startedAtMs / 1000);
    console.log(JSON.stringify({ event: 'step', name, startedAtMs }));
  }
  return {
    name,
    startedAtMs,
    endsAtMs: startedAtMs + durationSeconds * 1000,
    msPerArrival: load.model === 'open' ? 1000 / load.rateRps : null,
    scenario,
    tags: vu.metrics.tags,
    metadata: vu.metrics.metadata,
  };
}

/** A user who makes no request meanwhile; the answer, true, is that nothing missed the SLO. */
export function waitFor(atMs: number): true {
  const leftMs = atMs - Date.now();
  if (leftMs > 0) sleep(leftMs / 1000);
  return true;
}

/** Between two iterations of a user; after the end of the step there is nothing to come back for. */
export function rest(
  step: CurrentStep,
  thinkTimeSeconds: number,
  recorder: TurnRecorder | undefined,
): void {
  const leftMs = step.endsAtMs - Date.now();
  if (leftMs <= thinkTimeSeconds * 1000) recorder?.flush();
  if (thinkTimeSeconds > 0 && leftMs > 0) sleep(thinkTimeSeconds);
}
