import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { CONTRACT_REQUESTS } from './contract-requests.ts';

type Operation = { operationId: string };
type Contract = { paths: Record<string, Record<string, Operation>> };

const contract: Contract = parse(
  readFileSync(new URL('../../contract/openapi.yaml', import.meta.url), 'utf8'),
);
const declared = Object.entries(contract.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(
    ([method, { operationId }]) => `${operationId}: ${method.toUpperCase()} ${path}`,
  ),
);

it('every operation of the contract is asked for, and answers well at least once', () => {
  const asked = CONTRACT_REQUESTS.filter(({ status }) => status === 200).map(
    ({ operationId, method, name }) => `${operationId}: ${method} ${name}`,
  );
  expect([...new Set(asked)].sort()).toEqual(declared.sort());
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
