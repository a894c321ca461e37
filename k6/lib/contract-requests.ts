// Requests of contract/openapi.yaml that need no session, with what the answer must be. Pure.
import type { Plan } from '../../contract/plan.ts';
import { areWorlds, exactly, exactlyJson, isFortunesPage, isProblem, isWorld } from './answers.ts';
import type { ContractRequest } from './contract-request.ts';
import { SHOP_REQUESTS } from './shop/lone-requests.ts';

const JSON_TYPE = 'application/json';
const HELLO = 'Hello, World!';
const isHello = exactlyJson({ message: HELLO });
const isOk = exactlyJson({ status: 'ok' });
/** SHA-256, 1,000 times over; the unit test calculates it again. */
const ONE_UNIT = '36c1cb4f826ae42ceba848227e0c5f786178ca9dceca6772e5d728d09c30a2f6';

const EXHIBITS: ContractRequest[] = [
  get('wait', '/wait?ms=10', JSON_TYPE, exactlyJson({ ms: 10 })),
  refused('wait', 'GET', '/wait', 400, 'ms'),
  get('work', '/work?units=1', JSON_TYPE, exactlyJson({ units: 1, digest: ONE_UNIT })),
  refused('work', 'GET', '/work?units=1001', 400, 'units'),
];

export const CONTRACT_REQUESTS: ContractRequest[] = [
  get('plaintext', '/plaintext', 'text/plain', exactly(HELLO)),
  get('json', '/json', JSON_TYPE, isHello),
  get('db', '/db', JSON_TYPE, isWorld),
  ...counted('queries', '/queries'),
  ...counted('updates', '/updates'),
  ...counted('cachedQueries', '/cached-queries'),
  get('fortunes', '/fortunes', 'text/html', isFortunesPage),
  ...EXHIBITS,
  get('healthz', '/healthz', JSON_TYPE, isOk),
  get('readyz', '/readyz', JSON_TYPE, isOk),
  ...SHOP_REQUESTS,
  refused(undefined, 'GET', '/no-such-path', 404),
  refused(undefined, 'POST', '/json', 405),
];

/** Those of the parts that the plan's subject serves. */
export function requestsFor({ serves = ['micro', 'exhibits', 'shop'] }: Pick<Plan, 'serves'>) {
  if (!serves.includes('micro')) return [];
  const left = [
    ...(serves.includes('exhibits') ? [] : EXHIBITS),
    ...(serves.includes('shop') ? [] : SHOP_REQUESTS),
  ];
  return CONTRACT_REQUESTS.filter((request) => !left.includes(request));
}

/** Clamping of `count`: none, too few, as asked, too many, not a number. */
function counted(operationId: string, path: string): ContractRequest[] {
  const cases = { '': 1, '?count=0': 1, '?count=20': 20, '?count=501': 500, '?count=text': 1 };
  return Object.entries(cases).map(([query, rows]) =>
    get(operationId, path + query, JSON_TYPE, areWorlds(rows)),
  );
}

function get(
  operationId: string,
  target: string,
  contentType: string,
  isRight: ContractRequest['isRight'],
): ContractRequest {
  const name = routeOf(target);
  return { operationId, method: 'GET', name, target, status: 200, contentType, isRight };
}

function refused(
  operationId: string | undefined,
  method: ContractRequest['method'],
  target: string,
  status: number,
  field?: string,
): ContractRequest {
  const name = routeOf(target);
  const contentType = 'application/problem+json';
  const isRight = isProblem(status, field);
  return { operationId, method, name, target, status, contentType, isRight };
}

function routeOf(target: string): string {
  return target.replace(/\?.*/, '');
}
