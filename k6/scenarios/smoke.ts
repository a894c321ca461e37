// Every request of the contract once, by one user, each answer verified.
import { check } from 'k6';
import http, { type RefinedResponse } from 'k6/http';
import { CONTRACT_REQUESTS, type ContractRequest } from '../lib/contract-requests.ts';
import { tellOnce } from '../lib/failure.ts';
import { scenarioOf } from '../lib/scenario.ts';
import { enterStep } from '../lib/steps.ts';

const scenario = scenarioOf('smoke');

export const { options, setup, handleSummary } = scenario;

export default function smoke(): void {
  enterStep(scenario.plan);
  for (const request of CONTRACT_REQUESTS) verify(request);
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
      answer.headers['Content-Type']?.startsWith(contentType) ?? false,
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
