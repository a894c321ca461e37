// Requests of a visit, made by k6.
import http, { type RefinedParams, type RefinedResponse } from 'k6/http';
import type { Answer, Ask, Session, Visit, Visitor } from './shop/visit.ts';
import { walkOf } from './shop/walk.ts';

export type ShopAnswer = RefinedResponse<'text'> & Answer;

/** Throws where no answer came. */
export function answerTo(ask: Ask, baseUrl: string, session: Session): ShopAnswer {
  const { method, target, body = null } = ask;
  return http.request(method, baseUrl + target, body, paramsOf(ask, session)) as ShopAnswer;
}

/** Makes all requests of one visit in a row; throws at the first answer that is not right. */
export function walkOnce(
  baseUrl: string,
  visitor: Visitor,
  visit: (visitor: Visitor) => Visit,
): void {
  let isOver = false;
  const walk = walkOf(visitor, function* () {
    yield* visit(visitor);
    isOver = true;
  });
  while (!isOver) {
    const ask = walk.next();
    // k6 empties its jar after an iteration, and this is all in one: cookies go by hand.
    http.cookieJar().clear(baseUrl);
    const answer = answerTo(ask, baseUrl, visitor.session);
    const isRight = answer.status === ask.status && ask.isRight(answer);
    walk.answered(answer, isRight);
    if (!isRight) {
      const { method, target } = ask;
      throw new Error(
        `${method} ${target} answered ${answer.status}: ${answer.body.slice(0, 200)}`,
      );
    }
  }
}

const callbacks = new Map<number, ReturnType<typeof http.expectedStatuses>>();

/**
 * Cookies go by hand: k6 empties its own jar after each iteration, and who only looks around sends
 * none while the same user's session lives on.
 */
function paramsOf({ status, headers, as }: Ask, { cookie }: Session): RefinedParams<'text'> {
  let responseCallback = callbacks.get(status);
  if (responseCallback === undefined) {
    responseCallback = http.expectedStatuses(status);
    callbacks.set(status, responseCallback);
  }
  const sent = as === 'customer' && cookie !== undefined;
  return {
    responseCallback,
    headers: sent ? { ...headers, Cookie: cookie } : headers,
  };
}
