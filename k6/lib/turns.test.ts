import { describe, expect, it } from 'vitest';
import { planOf, turnsOf } from '../plan.fixture.ts';
import { plansOfArms, turnAt } from './turns.ts';

const step = { startedAtMs: 10_000, endsAtMs: 13_100 };
const turns = turnsOf({ order: 'abba' });

describe('an iteration belongs to the turn in which it begins', () => {
  it.each([
    [10_000, 0, 0, 'the first begins with the step'],
    [10_499.9, 0, 0, 'until its end'],
    [10_500, 1, 1, 'and the next one then'],
    [11_200, 2, 1, 'in the mirrored order'],
    [12_000, 4, 0, 'the order begins again'],
    [9_990, 0, 0, 'what k6 lets in early is of the first'],
  ])('at %d ms: turn %d, arm %d: %s', (atMs, index, arm) => {
    expect(turnAt(turns, step, atMs)).toMatchObject({ index, arm });
  });

  it('is counted after the first part of the turn', () => {
    expect(turnAt(turns, step, 10_700)).toMatchObject({ countsFromMs: 10_600, endsAtMs: 11_000 });
  });

  it('ends with the step', () => {
    expect(turnAt(turns, step, 13_050)).toMatchObject({ index: 6, endsAtMs: 13_100 });
  });

  it('is a turn of so many users, where they come and go', () => {
    const byUsers = { seconds: 1, skipSeconds: 0.3, order: [64, 1, 8] };
    const users = [10_100, 11_100, 12_900, 13_050].map((atMs) => turnAt(byUsers, step, atMs).users);
    expect(users).toEqual([64, 1, 8, 64]);
    expect(turnAt(byUsers, step, 11_100)).toMatchObject({ arm: 0, countsFromMs: 11_300 });
    expect(turnAt(turns, step, 11_100).users).toBe(Number.POSITIVE_INFINITY);
  });

  it('is the whole step where nobody takes turns', () => {
    expect(turnAt(undefined, step, 12_345)).toMatchObject({ index: 0, arm: 0, endsAtMs: 13_100 });
  });
});

it('each arm has the plan as if it were alone', () => {
  const plan = planOf({ turns });
  expect(plansOfArms(plan).map(({ app, baseUrl }) => [app, baseUrl])).toEqual([
    ['express', 'http://127.0.0.1:8081'],
    ['django', 'http://127.0.0.1:8082'],
  ]);
  expect(plansOfArms(planOf())).toEqual([planOf()]);
});

it('each arm has a shop of its own size', () => {
  const [a, b] = turns.arms;
  const sized = {
    ...turns,
    arms: [
      { ...a, products: 1_000 },
      { ...b, products: 100_000 },
    ],
  };
  const plan = planOf({ turns: sized as typeof turns, products: 5 });
  expect(plansOfArms(plan).map(({ products }) => products)).toEqual([1_000, 100_000]);
});
