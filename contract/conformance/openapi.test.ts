// The contract itself keeps its promises, before any app is held to them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { metricsOf } from './declared-metrics';
import { operations } from './openapi';

const { paths } = parse(readFileSync(join(__dirname, '../openapi.yaml'), 'utf8'));

type Statements = { reason?: string } & Record<string, number | Record<string, number>>;
const statementsOf = (path: string): Statements => paths[path].get['x-statements'];

test.each(operations)(
  '$path has a sample request with every parameter it requires',
  (operation) => {
    const parameters: { name?: string; required?: boolean }[] =
      paths[operation.path].get.parameters ?? [];
    for (const { name, required } of parameters) {
      if (required) expect(operation.sample).toContain(`${name}=`);
    }
  },
);

test.each(operations)('$path gives a reason where the apps differ in statements', ({ path }) => {
  const { reason, ...counts } = statementsOf(path);
  const differs = Object.values(counts).some((count) => typeof count !== 'number');
  expect(reason !== undefined, `x-statements of ${path} carries a reason`).toBe(differs);
});

test.each(operations)('$path is a route that the metrics may name', ({ path }) => {
  const duration = metricsOf({ app: 'express' }).find(
    ({ name }) => name === 'http_server_request_duration_seconds',
  );
  expect(path).toMatch(new RegExp(duration?.labels?.http_route?.pattern ?? 'absent'));
});
