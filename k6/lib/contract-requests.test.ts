import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { bundle } from '../../contract/conformance/bundle';
import { CONTRACT_REQUESTS } from './contract-requests.ts';
import { API_ROUTES } from './shop/api.ts';
import { PAGE_ROUTES } from './shop/pages.ts';

type Operation = { operationId: string };
type Contract = { paths: Record<string, Record<string, Operation>> };

const contract = bundle(
  fileURLToPath(new URL('../../contract/openapi.yaml', import.meta.url)),
) as Contract;
const declared = Object.entries(contract.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(
    ([method, { operationId }]) => `${operationId}: ${method.toUpperCase()} ${path}`,
  ),
);
/** Each app's own pages behind its own redirect: the conformance suite asks. */
const STAFF = ['staff: GET /staff/'];

it('every operation of the contract is asked for', () => {
  const asked = CONTRACT_REQUESTS.filter(({ operationId }) => operationId !== undefined).map(
    ({ operationId, method, name }) => `${operationId}: ${method} ${name}`,
  );
  expect([...new Set([...asked, ...STAFF])].sort()).toEqual(declared.sort());
});

it('every operation answers well at least once, alone or in the visits that smoke makes', () => {
  const alone = CONTRACT_REQUESTS.filter(({ status }) => status === 200).map(
    ({ method, name }) => `${method} ${name}`,
  );
  const needsCustomer = CONTRACT_REQUESTS.filter(
    ({ operationId, method, name }) =>
      operationId !== undefined && !alone.includes(`${method} ${name}`),
  ).map(({ name }) => name);
  const visited = [...PAGE_ROUTES, ...API_ROUTES];
  // What only a person does, and no load: the conformance suite does it.
  const others = ['/register', '/logout', '/orders'];
  expect([...visited, ...others]).toEqual(expect.arrayContaining(needsCustomer));
});

it('no request is for an operation that the contract does not know', () => {
  const known = CONTRACT_REQUESTS.filter(({ operationId }) => operationId !== undefined).map(
    ({ operationId, method, name }) => `${operationId}: ${method} ${name}`,
  );
  expect(declared).toEqual(expect.arrayContaining(known));
});

it('a unit of work is 1,000 rounds', () => {
  let digest = Buffer.alloc(32);
  for (let round = 0; round < 1_000; round += 1) {
    digest = createHash('sha256').update(digest).digest();
  }
  const work = CONTRACT_REQUESTS.find(({ target }) => target === '/work?units=1');
  expect(work?.isRight(`{"units":1,"digest":"${digest.toString('hex')}"}`)).toBe(true);
});
