// One iteration of the load: a request, its verification, and what is exceptional about it.
//
// Every line of request() is paid for by each request, and on a small machine the generator's core
// is what limits the lab. So k6's own metrics count what is usual; a custom metric (a tenth of a
// request), a parsed body (as much) or a check() (a third) is for what is not, or for a sample.
import http, { type RefinedResponse } from 'k6/http';
import type { Plan } from '../../contract/plan.ts';
import { workloadNamed } from '../workloads/index.ts';
import { tellOnce } from './failure.ts';
import { recordLatency } from './generators.ts';
import { countLate, met, missed, wrongBodies } from './metrics.ts';
import { sample } from './sampling.ts';
import type { SetupResult } from './sessions.ts';
import { enterStep, noStep, rest, waitFor } from './steps.ts';
import { noTurn, plansOfArms, turnAt, turnRecorderOf } from './turns.ts';
import { visitLoadOf } from './visit-load.ts';
import {
  type RequestWorkload,
  requestSequence,
  routeOf,
  STRIDE,
  thinkTimeOf,
  type WorkloadRequest,
} from './workload.ts';

type Answer = RefinedResponse<'text'>;

const OK = 200;

/** A request of the workload as one VU makes it. */
type Prepared = Pick<WorkloadRequest, 'constant' | 'isRight'> & {
  name: string;
  status: number;
  send: () => Answer;
  /** The text last found right: the same text again is right again. */
  right?: string;
};

type Arm = { sequence: Prepared[]; place: number };

type Load = { plan: Plan; byHand: boolean };
/** Whether the SLO was met; `failed`: another status than expected, or a wrong body. */
type Judgement = { held: boolean; failed: boolean };

/** The function that k6 calls for each iteration of each step of the plan, with what setup() made. */
export function loadOf(load: Load): (setupResult?: SetupResult) => void {
  const workload = workloadNamed(load.plan.workload);
  return 'visits' in workload ? visitLoadOf(workload, load) : requestLoadOf(workload, load);
}

/** Of a workload that stands in no plan, too. */
export function requestLoadOf(
  workload: RequestWorkload,
  { plan, byHand }: Load,
): (setupResult?: SetupResult) => void {
  const thinkTimeSeconds = thinkTimeOf(workload, plan);
  const order = requestSequence(workload.requests, plan.seed);
  const { sampleEvery } = plan;
  const turns = plan.turns ?? plan.userTurns;
  const isShared = plan.generators !== undefined;
  const boundMs = plan.slo.thresholdSeconds * 1000;
  const recorder = turnRecorderOf(plan);
  /** Where the user is in the sequence of each arm. */
  const arms = plansOfArms(plan).map(({ baseUrl }) => ({
    sequence: prepared(order, baseUrl),
    place: __VU * STRIDE,
  }));
  let [arm] = arms as [Arm];
  let step = noStep;
  let turn = noTurn;
  let tagged: Prepared | undefined;
  http.setResponseCallback(http.expectedStatuses(workload.status ?? OK));

  /** False when the SLO was missed, as far as was looked: by hand each status is, else k6 counts. */
  function request(setupResult?: SetupResult): boolean {
    const begunMs = Date.now();
    if (begunMs >= turn.endsAtMs) {
      if (begunMs >= step.endsAtMs) {
        step = enterStep(plan, setupResult);
        tagged = undefined;
      }
      turn = turnAt(turns, step, begunMs);
      arm = arms[turn.arm] as Arm;
      recorder?.enter(step, turn);
      if (__VU > turn.users) return waitFor(turn.endsAtMs);
    }
    arm.place += 1;
    const { sequence, place } = arm;
    const asked = sequence[place % sequence.length] as Prepared;
    const sampled = place % sampleEvery === 0;
    if (asked !== tagged) {
      step.tags.name = asked.name;
      tagged = asked;
    }
    if (sampled) sample(step, begunMs);

    let answer: Answer;
    try {
      answer = asked.send();
    } catch (error) {
      tellOnce(error);
      recorder?.ended(begunMs, null);
      // Nothing but the clock tells how long it was waited for.
      if (isShared) recordLatency(step.name, Date.now() - begunMs);
      if (Date.now() > step.endsAtMs) countLate({ failed: true });
      return false;
    }
    recorder?.ended(begunMs, answer.status === asked.status ? answer.timings.duration : null);
    if (isShared) recordLatency(step.name, answer.timings.duration);
    const endedMs = Date.now();
    const suspect =
      (asked.constant ? answer.body !== asked.right : sampled) ||
      (byHand && answer.status !== asked.status);
    const isLate = endedMs > step.endsAtMs;
    // The clock tells whole milliseconds; where they leave a doubt, k6's own figure decides.
    if (!suspect && !isLate && endedMs - begunMs < boundMs - 1) return true;
    const judged = judge(asked, answer, suspect, boundMs);
    if (isLate) countLate(judged);
    return judged.held;
  }

  const iterate = byHand ? (setupResult?: SetupResult) => met.add(request(setupResult)) : request;
  if (thinkTimeSeconds === 0 && recorder === undefined) return iterate;
  return (setupResult) => {
    iterate(setupResult);
    rest(step, thinkTimeSeconds, recorder);
  };
}

/** Looks closer at an answer, and counts it if it is not what the SLO asks for. */
function judge(asked: Prepared, answer: Answer, suspect: boolean, boundMs: number): Judgement {
  if (answer.status !== asked.status) return { held: false, failed: true };
  const wrong = suspect && !isRight(asked, answer.body);
  if (wrong) wrongBodies.add(1);
  const held = !wrong && answer.timings.duration <= boundMs;
  if (!held) missed.add(1);
  return { held, failed: wrong };
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
    const { constant = false, isRight, status = OK } = asked;
    const send = senderOf(asked, baseUrl);
    made.set(asked, { name: routeOf(asked), status, constant, isRight, send });
  }
  return sequence.map((asked) => made.get(asked) as Prepared);
}

/** A plain GET has no parameters: k6 reads them at each request. */
function senderOf(asked: WorkloadRequest, baseUrl: string): () => Answer {
  const { send } = asked;
  if (send !== undefined) return () => send(baseUrl);
  const { method = 'GET', target, body = null, headers, status = OK } = asked;
  const url = baseUrl + target;
  const { get, request } = http;
  if (method === 'GET' && headers === undefined && status === OK) return () => get(url);
  const params = { ...(headers && { headers }), responseCallback: http.expectedStatuses(status) };
  return () => request(method, url, body, params) as Answer;
}
