// One request of a visit, made by k6.
import http, { type RefinedParams, type RefinedResponse } from 'k6/http';
import type { Answer, Ask, Session } from './shop/visit.ts';

export type ShopAnswer = RefinedResponse<'text'> & Answer;

/** Throws where no answer came. */
export function answerTo(ask: Ask, baseUrl: string, session: Session): ShopAnswer {
  const { method, target, body = null } = ask;
  return http.request(method, baseUrl + target, body, paramsOf(ask, session)) as ShopAnswer;
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
    headers: sent ? { ...headers, Cookie: `sessionid=${cookie}` } : headers,
  };
}
