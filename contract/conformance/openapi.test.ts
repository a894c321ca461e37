// The contract itself keeps its promises, before any app is held to them.
import { expect, test } from 'vitest';
import { metricsOf } from './declared-metrics';
import { declared, operations } from './openapi';

const named = declared.map((one) => ({ ...one, id: one.operation.operationId }));

test.each(operations)(
  '$path has a sample request with every parameter it requires',
  ({ id, sample }) => {
    const { operation } = named.find((one) => one.id === id) ?? {};
    for (const parameter of operation?.parameters ?? []) {
      if ('name' in parameter && parameter.required) expect(sample).toContain(`${parameter.name}=`);
    }
  },
);

test('every operation has an id of its own', () => {
  expect(new Set(named.map(({ id }) => id)).size).toBe(named.length);
});

test.each(named)('$id gives a reason where the apps differ in statements', ({ id, operation }) => {
  for (const key of ['x-statements', 'x-statements-removing'] as const) {
    const { reason, ...counts } = operation[key] ?? {};
    const differs = Object.values(counts).some((count) => typeof count !== 'number');
    expect(reason !== undefined, `${key} of ${id} carries a reason`).toBe(differs);
  }
});

test.each(named)('$path is a route that the metrics may name', ({ path }) => {
  const duration = metricsOf({ app: 'express' }).find(
    ({ name }) => name === 'http_server_request_duration_seconds',
  );
  expect(path).toMatch(new RegExp(duration?.labels?.http_route?.pattern ?? 'absent'));
});
