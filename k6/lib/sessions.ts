// Customers who are logged in already when the load begins, as most of a shop's are.
//
// Without them every user's first visit to a cart would be a login, all of them in the first
// seconds, and a step would measure password hashes. They come in by the front door, in k6's
// setup(), which belongs to no step.
import { sleep } from 'k6';
import type { Plan } from '../../contract/plan.ts';
import { workloadNamed } from '../workloads/index.ts';
import { tellOnce } from './failure.ts';
import type { LogIn, Session } from './shop/visit.ts';
import { visitorOf } from './shop/visitor.ts';
import { walkOnce } from './shop-request.ts';
import { plansOfArms } from './turns.ts';

/** What setup() hands to each iteration: sessions by arm. Without it an iteration knows that setup() did not run. */
export type SetupResult = { sessions: Session[][] | null };

/** In which the lab reads the counters of a subject that is still idle. */
const PAUSE_SECONDS = 0.1;

/** At some 30 ms of a core each, this many take eight seconds; whoever comes after logs in itself. */
const MOST_SESSIONS = 256;

/**
 * For each arm of the plan, one for each user, as far as they go; null where the workload has no
 * customers.
 *
 * @param kept by arm, of customers who are logged in already
 */
export function sessionsBeforehand(plan: Plan, kept: readonly Session[][]): Session[][] | null {
  const workload = workloadNamed(plan.workload);
  if (!('visits' in workload) || workload.logIn === undefined) return null;
  const { logIn } = workload;
  const plans = plansOfArms(plan);
  if (plans.some((own, arm) => sessionsWanted(own) > (kept[arm]?.length ?? 0))) {
    console.log(JSON.stringify({ event: 'log-ins' }));
    sleep(PAUSE_SECONDS);
  }
  return plans.map((own, arm) => sessionsOfArm(own, logIn, kept[arm]));
}

/** Those that a file has; none where it is not there, or half of it. For init: k6 opens files there alone. */
export function keptSessions(path: string | undefined): Session[][] {
  // setup() is of user 0: the others get theirs from it.
  if (path === undefined || __VU > 0) return [];
  try {
    return JSON.parse(open(path));
  } catch {
    return [];
  }
}

function sessionsWanted({ steps }: Plan): number {
  const users = steps.map(({ load }) => (load.model === 'open' ? load.maxVUs : load.users));
  return Math.min(MOST_SESSIONS, Math.max(...users));
}

function sessionsOfArm(plan: Plan, logIn: LogIn, kept: readonly Session[] = []): Session[] {
  const wanted = sessionsWanted(plan);
  const sessions = [...kept];
  while (sessions.length < wanted) {
    const session = sessionOf(plan, logIn, sessions.length + 1);
    // A shop that lets nobody in shows it under load, where it counts.
    if (!session.loggedIn) break;
    sessions.push(session);
  }
  return sessions;
}

function sessionOf(plan: Plan, logIn: LogIn, user: number): Session {
  const session: Session = { loggedIn: false };
  try {
    walkOnce(plan.baseUrl, visitorOf(plan, user, session), logIn);
    return session;
  } catch (error) {
    tellOnce(error);
    return { loggedIn: false };
  }
}
