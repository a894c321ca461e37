// Customers who are logged in already when the load begins, as most of a shop's are.
//
// Without them every user's first visit to a cart would be a login, all of them in the first
// seconds, and a step would measure password hashes. They come in by the front door, in k6's
// setup(), which belongs to no step.
import http from 'k6/http';
import type { Plan } from '../../contract/plan.ts';
import { tellOnce } from './failure.ts';
import type { LogIn, Session } from './shop/visit.ts';
import { visitorOf } from './shop/visitor.ts';
import { walkOf } from './shop/walk.ts';
import { answerTo } from './shop-request.ts';
import { workloadNamed } from './workloads.ts';

/** At some 30 ms of a core each, this many take eight seconds; whoever comes after logs in itself. */
const MOST_SESSIONS = 256;

/** One for each user of the plan, as far as they go; null where the workload has no customers. */
export function sessionsBeforehand(plan: Plan): Session[] | null {
  const workload = workloadNamed(plan.workload);
  if (!('visits' in workload) || workload.logIn === undefined) return null;
  const users = plan.steps.map(({ load }) => (load.model === 'open' ? load.maxVUs : load.users));
  const wanted = Math.min(MOST_SESSIONS, Math.max(...users));
  const sessions: Session[] = [];
  while (sessions.length < wanted) {
    const session = sessionOf(plan, workload.logIn, sessions.length + 1);
    // A shop that lets nobody in shows it under load, where it counts.
    if (!session.loggedIn) break;
    sessions.push(session);
  }
  return sessions;
}

function sessionOf(plan: Plan, logIn: LogIn, user: number): Session {
  const session: Session = { loggedIn: false };
  const visitor = visitorOf(plan, user, session);
  let isOver = false;
  const walk = walkOf(visitor, function* () {
    yield* logIn(visitor);
    isOver = true;
  });
  while (!isOver) {
    const ask = walk.next();
    // setup() is no iteration: nobody empties the jar that k6 adds to what goes by hand.
    http.cookieJar().clear(plan.baseUrl);
    try {
      const answer = answerTo(ask, plan.baseUrl, session);
      const isRight = answer.status === ask.status && ask.isRight(answer);
      walk.answered(answer, isRight);
      if (!isRight) throw new Error(`${ask.method} ${ask.target} answered ${answer.status}`);
    } catch (error) {
      tellOnce(error);
      return { loggedIn: false };
    }
  }
  return session;
}
