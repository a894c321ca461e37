import { expect, it } from 'vitest';
import type { Plan } from '../../../contract/plan';
import { visitorOf } from './visitor';

const emailIn = (run: string, user = 1): string =>
  visitorOf({ app: 'express', seed: 1, run } as Plan, user, { loggedIn: false }).email;

it('users are the customers of their numbers, in each run of the lab', () => {
  expect(emailIn('20260101T000000Z-tour-3f9a')).toBe('customer1@example.com');
  expect(emailIn('20260101T000000Z-tour-3f9a', 10_001)).toBe('customer1@example.com');
});

it('two runs by hand at once have customers of their own', () => {
  expect(emailIn('by-hand-20260101T000000Z-000a')).toBe('customer11@example.com');
  expect(emailIn('by-hand-20260101T000000Z-ffff', 2)).toBe('customer5537@example.com');
});
