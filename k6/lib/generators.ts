// One k6 of several that share a plan's load: its part of it, the moment at which all begin, and the time of
// each of its requests. Quantiles of several generators cannot be made from quantiles of each, so the lab is
// told every value, many in a line of the log, and merges those.
import exec from 'k6/execution';
import http from 'k6/http';
import type { Plan } from '../../contract/plan.ts';
import { COLLECT, MOST_IN_LINE } from './segment.ts';

/** From 1; undefined where one k6 makes the whole load. */
export function generatorIn(plan: Plan, variables: Record<string, string>): number | undefined {
  if (plan.generators === undefined) return undefined;
  const text = variables.HEADROOM_GENERATOR ?? '';
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= plan.generators) return number;
  throw new Error(
    `HEADROOM_GENERATOR is ${JSON.stringify(text)}: the plan's load is shared by ${plan.generators} generators, so give the number of this one, from 1 to ${plan.generators}.`,
  );
}

/** Waits until every generator has come this far. Belongs to setup(): no request is made before its end. */
export function awaitOthers(variables: Record<string, string>, number: number): void {
  const { HEADROOM_BARRIER: barrier } = variables;
  if (!barrier) {
    throw new Error('HEADROOM_BARRIER is not set: the lab says there when all generators begin.');
  }
  const answer = http.get(`${barrier}?generator=${number}`, { timeout: '5m' });
  const nowMs = Date.now();
  if (answer.status !== 200) {
    throw new Error(`The generators did not begin together: ${answer.error || answer.body}`);
  }
  const clockOffsetMs = nowMs - Number(answer.body);
  console.log(JSON.stringify({ event: 'released', clockOffsetMs }));
}

let step = '';
let durations: number[] = [];

/** Of the calling VU, in the step that it is in. */
export function recordLatency(stepName: string, durationMs: number): void {
  if (stepName !== step || durations.length >= MOST_IN_LINE) tell();
  step = stepName;
  durations.push(Math.round(durationMs * 1e6) / 1e6);
}

function tell(): void {
  if (durations.length > 0)
    console.log(JSON.stringify({ event: 'latencies', step, ms: durations }));
  durations = [];
}

/** k6 calls this once for each VU after the last step, when no further request can come. */
export function collect(): void {
  if (exec.scenario.name === COLLECT) tell();
}
