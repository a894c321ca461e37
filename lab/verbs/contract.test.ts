import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { httpTypesFile, renderHttpTypes } from './contract';

test('contract/generated is what the contract says today', async () => {
  expect(
    readFileSync(httpTypesFile, 'utf8') === (await renderHttpTypes()),
    `${httpTypesFile} is stale: run \`npm run lab -- contract\``,
  ).toBe(true);
});
