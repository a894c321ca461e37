import { expect, it } from 'vitest';
import { withoutSecrets } from './options';

it.each([
  [['nightly', '--webhook', 'https://hooks.example/T0/secret', '--quick']],
  [['nightly', '--webhook=https://hooks.example/T0/secret', '--quick']],
])('of a webhook a run keeps that there was one: %j', (args) => {
  const kept = withoutSecrets(args);
  expect(kept.join(' ')).toMatch(/^nightly --webhook[= ]\(left out\) --quick$/);
});

it('a run keeps all other arguments as they were', () => {
  const args = ['compare', 'express', 'django:workers=4', '--seed', '7'];
  expect(withoutSecrets(args)).toEqual(args);
});
