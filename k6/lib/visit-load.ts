// One iteration of a load of visits: the next request of the visit that this user is on, its
// verification, and what is exceptional about it. load.ts does the same for lone requests, leaner.
import { sleep } from 'k6';
import type { Plan } from '../../contract/plan.ts';
import { checkoutBegins, checkoutEnded } from './checkouts.ts';
import { tellOnce } from './failure.ts';
import { countLate, met, missed, wrongBodies } from './metrics.ts';
import { sample } from './sampling.ts';
import type { SetupResult } from './sessions.ts';
import type { Ask, Session } from './shop/visit.ts';
import { visitorOf } from './shop/visitor.ts';
import { type Walk, walkOf } from './shop/walk.ts';
import { answerTo, type ShopAnswer } from './shop-request.ts';
import { enterStep, noStep, rest, waitFor } from './steps.ts';
import { noTurn, plansOfArms, turnAt, turnRecorderOf } from './turns.ts';
import {
  requestSequence,
  STRIDE,
  thinkTimeOf,
  type VisitWorkload,
  type WeightedVisit,
} from './workload.ts';

/** Multiples of the golden ratio's fraction lie evenly between 0 and 1, however many there are. */
const GOLDEN = 0.618_033_988_75;

type ArmUser = { session: Session; walk: Walk; baseUrl: string };

/** The function that k6 calls for each iteration, with the sessions that setup() made. */
export function visitLoadOf(
  workload: VisitWorkload,
  { plan, byHand }: { plan: Plan; byHand: boolean },
): (setupResult?: SetupResult) => void {
  const thinkTimeSeconds = thinkTimeOf(workload, plan);
  const { sampleEvery } = plan;
  const turns = plan.turns ?? plan.userTurns;
  const boundMs = plan.slo.thresholdSeconds * 1000;
  const recorder = turnRecorderOf(plan);
  let place = __VU * STRIDE;
  let step = noStep;
  let turn = noTurn;
  /** A session belongs to an arm: the user is a visitor of each. */
  let users: ArmUser[] | undefined;

  /** False when the SLO was missed, as far as was looked. */
  function request(visitors: ArmUser[], setupResult: SetupResult | undefined): boolean {
    if (Date.now() >= step.endsAtMs) {
      step = enterStep(plan, setupResult);
      turn = noTurn;
      // Users who all came at once would all ask at once, and once more than their times allow.
      if (thinkTimeSeconds > 0) sleep(thinkTimeSeconds * ((__VU * GOLDEN) % 1));
    }
    const begunMs = Date.now();
    if (begunMs >= turn.endsAtMs) {
      turn = turnAt(turns, step, begunMs);
      recorder?.enter(step, turn);
      if (__VU > turn.users) return waitFor(turn.endsAtMs);
    }
    const { walk: way, session, baseUrl } = visitors[turn.arm] as ArmUser;
    place += 1;
    const sampled = place % sampleEvery === 0;
    if (sampled) sample(step, begunMs);
    const ask = way.next();
    step.tags.name = ask.name;
    checkoutBegins(ask);

    let answer: ShopAnswer | undefined;
    try {
      answer = answerTo(ask, baseUrl, session);
    } catch (error) {
      tellOnce(error);
    }
    const endedMs = Date.now();
    const isExpected = answer?.status === ask.status;
    recorder?.ended(begunMs, isExpected ? (answer as ShopAnswer).timings.duration : null);
    const isWrong = isExpected && isFoundWrong(ask, answer as ShopAnswer, sampled);
    const isRight = isExpected && !isWrong;
    if (endedMs > step.endsAtMs) countLate({ failed: !isRight });
    checkoutEnded(ask, answer, isRight, turn.arm);
    way.answered(answer, isRight);
    if (!isExpected) return false;
    if (isWrong) wrongBodies.add(1);
    // The clock tells whole milliseconds; where they leave a doubt, k6's own figure decides.
    const isSlow =
      endedMs - begunMs >= boundMs - 1 && (answer as ShopAnswer).timings.duration > boundMs;
    if (isWrong || isSlow) missed.add(1);
    return isRight && !isSlow;
  }

  return (setupResult) => {
    // At the first iteration: before that k6 has no sessions for a user.
    users ??= plansOfArms(plan).map((own, arm) => {
      const session = { ...(setupResult?.sessions?.[arm]?.[__VU - 1] ?? { loggedIn: false }) };
      return { session, walk: walkOfUser(workload, own, session), baseUrl: own.baseUrl };
    });
    const held = request(users, setupResult);
    if (byHand) met.add(held);
    rest(step, thinkTimeSeconds, recorder);
  };
}

/** One visit after another, in the order of the sequence, from a place of the user's own. */
function walkOfUser({ visits }: VisitWorkload, plan: Plan, session: Session): Walk {
  const sequence = requestSequence(visits, plan.seed);
  const visitor = visitorOf(plan, __VU, session);
  let place = __VU * STRIDE;
  return walkOf(visitor, () => {
    place += 1;
    return (sequence[place % sequence.length] as WeightedVisit).visit(visitor);
  });
}

function isFoundWrong(ask: Ask, answer: ShopAnswer, sampled: boolean): boolean {
  return (ask.read || sampled) && !ask.isRight(answer);
}
