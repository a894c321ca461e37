import { expect, test } from 'vitest';
import { suite } from '../suite';
import { probeKindOf, probeKinds } from './kinds';

const countByKind = (title: (title: string) => boolean) =>
  Object.fromEntries(
    Object.entries(
      Object.groupBy(
        suite.filter((group) => title(group.title)).flatMap(({ cases }) => cases),
        ({ name }) => probeKindOf(name) ?? 'none',
      ),
    ).map(([kind, cases]) => [kind, cases.length]),
  );

test('each probe is told from its name by kind, and each kind has one', () => {
  expect(Object.keys(countByKind((title) => title === 'shop: probes')).sort()).toEqual(
    [...probeKinds].sort(),
  );
});

test('no other case passes for a probe', () => {
  expect(Object.keys(countByKind((title) => title !== 'shop: probes'))).toEqual(['none']);
});
