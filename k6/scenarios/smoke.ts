// Every request of the contract that the subject serves once, by one user, each answer verified; then the
// shop is visited. Of a workload that somebody brings, one request.
import { check } from 'k6';
import http, { type RefinedResponse } from 'k6/http';
import type { Plan } from '../../contract/plan.ts';
import type { ContractRequest } from '../lib/contract-request.ts';
import { requestsFor } from '../lib/contract-requests.ts';
import { tellOnce } from '../lib/failure.ts';
import { scenarioOf } from '../lib/scenario.ts';
import type { SetupResult } from '../lib/sessions.ts';
import * as api from '../lib/shop/api.ts';
import * as pages from '../lib/shop/pages.ts';
import { asNewcomer, type Visit, type Visitor } from '../lib/shop/visit.ts';
import { visitorOf } from '../lib/shop/visitor.ts';
import { walkOnce } from '../lib/shop-request.ts';
import { enterStep } from '../lib/steps.ts';
import { workloadNamed } from '../workloads/index.ts';

const scenario = scenarioOf({
  name: 'smoke',
  workload: 'micro',
  users: [1],
  // Far more than one round of the contract takes, unless something hangs.
  stepSeconds: 30,
  gapSeconds: 0,
});

export const { options, setup, handleSummary } = scenario;

export default function smoke(setupResult?: SetupResult): void {
  enterStep(scenario.plan, setupResult);
  for (const request of requestsFor(scenario.plan)) verify(request);
  verifyOwn(scenario.plan);
  if (scenario.plan.serves?.includes('shop') === false) return;
  for (const [what, visit] of Object.entries(VISITS)) verifyVisit(what, visit);
}

/** A request of a workload that somebody brings. */
function verifyOwn({ workload, baseUrl }: Plan): void {
  const declared = workloadNamed(workload);
  const [own] = 'requests' in declared ? declared.requests : [];
  if (own?.send === undefined) return;
  http.setResponseCallback(http.expectedStatuses(own.status ?? 200));
  try {
    const answer = own.send(baseUrl);
    check(answer, {
      [`${workload}: status ${own.status}`]: () => answer.status === own.status,
      [`${workload}: body`]: () => own.isRight(answer.body),
    });
  } catch (error) {
    tellOnce(error);
    check(undefined, { [`${workload}: an answer`]: () => false });
  }
}

/** Each logs in for itself. */
const VISITS = {
  'a cart filled by pages': asNewcomer(pages.logIn, pages.fillCart),
  'an order by pages': asNewcomer(pages.logIn, pages.checkOut),
  'a cart filled by the API': asNewcomer(api.logIn, api.fillCart),
  'an order by the API': asNewcomer(api.logIn, api.checkOut),
};

function verifyVisit(what: string, visit: (visitor: Visitor) => Visit): void {
  const { plan } = scenario;
  let isRight = true;
  try {
    walkOnce(plan.baseUrl, visitorOf(plan, __VU, { loggedIn: false }), visit);
  } catch (error) {
    tellOnce(error);
    isRight = false;
  }
  check(isRight, { [`${what}: every answer`]: () => isRight });
}

function verify(request: ContractRequest): void {
  const { method, target, status, contentType, isRight } = request;
  const what = `${method} ${target}`;
  const answer = answerTo(request);
  if (answer === undefined) {
    check(answer, { [`${what}: an answer`]: () => false });
    return;
  }
  check(answer, {
    [`${what}: status ${status}`]: () => answer.status === status,
    [`${what}: type ${contentType}`]: () =>
      (answer.headers['Content-Type'] ?? '').startsWith(contentType),
    [`${what}: body`]: () => isRight(answer.body),
  });
}

/** Undefined when there was none. */
function answerTo({ method, name, target, status }: ContractRequest) {
  const params = {
    tags: { name },
    responseCallback: http.expectedStatuses(status),
    // Shorter than the step, so that what hangs fails by name.
    timeout: '5s',
  };
  try {
    const url = scenario.plan.baseUrl + target;
    return http.request(method, url, null, params) as RefinedResponse<'text'>;
  } catch (error) {
    tellOnce(error);
    return undefined;
  }
}
