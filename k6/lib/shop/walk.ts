// One k6 user's way through visit after visit, a request at a time. Pure.
import type { Answer, Ask, Visit, Visitor } from './visit.ts';
import { forget } from './visit.ts';

export type Walk = {
  /** What is to be asked now. */
  next: () => Ask;
  /** What came of it; an answer that is not right, or none at all, ends the visit. */
  answered: (answer: Answer | undefined, isRight: boolean) => void;
};

/** @param nextVisit begins the visit that is due */
export function walkOf(visitor: Visitor, nextVisit: () => Visit): Walk {
  const { session, names } = visitor;
  const { sessionCookie } = names;
  let visit: Visit | undefined;
  let ask: Ask | undefined;
  /** An iteration that k6 cut off never told what came of its request. */
  let isUnderWay = false;

  function begin(): Ask {
    visit = nextVisit();
    const first = visit.next();
    if (first.done) throw new Error('a visit asked for nothing');
    return first.value;
  }

  return {
    next() {
      if (ask === undefined || isUnderWay) ask = begin();
      isUnderWay = true;
      return ask;
    },
    answered(answer, isRight) {
      isUnderWay = false;
      const asked = ask as Ask;
      ask = undefined;
      if (answer !== undefined && asked.as === 'customer') keepCookie(answer);
      if (answer === undefined || !isRight) {
        // Whoever was logged out meanwhile logs in again at the next visit.
        if (answer !== undefined && LOGGED_OUT.includes(answer.status)) forget(session);
        return;
      }
      const step = (visit as Visit).next(answer);
      if (!step.done) ask = step.value;
    },
  };

  function keepCookie({ cookies }: Answer): void {
    const [cookie] = cookies[sessionCookie] ?? [];
    if (cookie !== undefined) session.cookie = `${sessionCookie}=${cookie.value}`;
  }
}

/** The API's 401, a CSRF token that died with its session, a page's way to the login. */
const LOGGED_OUT = [401, 403, 303];
