// One iteration of the load: a request, its verification, and what is exceptional about it.
//
// Every line of request() is paid for by each request, and on a small machine the generator's core
// is what limits the lab. So k6's own metrics count what is usual; a custom metric (a tenth of a
// request), a parsed body (as much) or a check() (a third) is for what is not, or for a sample.
import { sleep } from 'k6';
import http, { type RefinedResponse } from 'k6/http';
import type { Plan } from '../../contract/plan.ts';
import { tellOnce } from './failure.ts';
import { late, met, missed, wrongBodies } from './metrics.ts';
import { sample } from './sampling.ts';
import type { SetupResult } from './scenario.ts';
import { enterStep, noStep } from './steps.ts';
import { visitLoadOf } from './visit-load.ts';
import {
  type RequestWorkload,
  requestSequence,
  type WorkloadRequest,
  workloadNamed,
} from './workloads.ts';

type Answer = RefinedResponse<'text'>;

/** A request of the workload as one VU makes it. */
type Prepared = Pick<WorkloadRequest, 'name' | 'constant' | 'isRight'> & {
  url: string;
  /** The text last found right: the same text again is right again. */
  right?: string;
};

/**
 * Each VU walks through the sequence from a place of its own, and samples at turns of its own: this
 * far from its neighbour's, which has no factor in common with either cycle.
 */
const STRIDE = 83;

type Load = { plan: Plan; byHand: boolean };

/** The function that k6 calls for each iteration of each step of the plan, with what setup() made. */
export function loadOf(load: Load): (setupResult?: SetupResult) => void {
  const workload = workloadNamed(load.plan.workload);
  return 'visits' in workload ? visitLoadOf(workload, load) : requestLoadOf(workload, load);
}

function requestLoadOf(
  workload: RequestWorkload,
  { plan, byHand }: Load,
): (setupResult?: SetupResult) => void {
  const { requests, thinkTimeSeconds } = workload;
  const sequence = prepared(requestSequence(requests, plan.seed), plan.baseUrl);
  const { sampleEvery } = plan;
  const boundMs = plan.slo.thresholdSeconds * 1000;
  let turn = __VU * STRIDE;
  let step = noStep;
  let tagged: Prepared | undefined;
  const { get } = http;
  http.setResponseCallback(http.expectedStatuses(200));

  /** False when the SLO was missed, as far as was looked: by hand each status is, else k6 counts. */
  function request(setupResult?: SetupResult): boolean {
    const begunMs = Date.now();
    if (begunMs >= step.endsAtMs) {
      step = enterStep(plan, setupResult);
      tagged = undefined;
    }
    turn += 1;
    const asked = sequence[turn % sequence.length] as Prepared;
    const sampled = turn % sampleEvery === 0;
    if (asked !== tagged) {
      step.tags.name = asked.name;
      tagged = asked;
    }
    if (sampled) sample(step, begunMs);

    let answer: Answer;
    try {
      answer = get(asked.url);
    } catch (error) {
      tellOnce(error);
      if (Date.now() > step.endsAtMs) late.add(1);
      return false;
    }
    const endedMs = Date.now();
    if (endedMs > step.endsAtMs) late.add(1);
    const suspect =
      (asked.constant ? answer.body !== asked.right : sampled) || (byHand && answer.status !== 200);
    // The clock tells whole milliseconds; where they leave a doubt, k6's own figure decides.
    if (suspect || endedMs - begunMs >= boundMs - 1) return holds(asked, answer, suspect, boundMs);
    return true;
  }

  const iterate = byHand ? (setupResult?: SetupResult) => met.add(request(setupResult)) : request;
  if (thinkTimeSeconds === 0) return iterate;
  return (setupResult) => {
    iterate(setupResult);
    // After the end of the step there is nothing to come back for.
    if (Date.now() < step.endsAtMs) sleep(thinkTimeSeconds);
  };
}

/** Looks closer at an answer, and counts it if it is not what the SLO asks for. */
function holds(asked: Prepared, answer: Answer, suspect: boolean, boundMs: number): boolean {
  if (answer.status !== 200) return false;
  const wrong = suspect && !isRight(asked, answer.body);
  if (wrong) wrongBodies.add(1);
  const held = !wrong && answer.timings.duration <= boundMs;
  if (!held) missed.add(1);
  return held;
}

function isRight(asked: Prepared, body: string): boolean {
  if (!asked.isRight(body)) return false;
  asked.right = body;
  return true;
}

/** The sequence as k6 wants it, each request made once however often it stands there. */
function prepared(sequence: WorkloadRequest[], baseUrl: string): Prepared[] {
  const made = new Map<WorkloadRequest, Prepared>();
  for (const asked of new Set(sequence)) {
    const { name, target, constant, isRight } = asked;
    made.set(asked, { name, url: baseUrl + target, constant, isRight });
  }
  return sequence.map((asked) => made.get(asked) as Prepared);
}
