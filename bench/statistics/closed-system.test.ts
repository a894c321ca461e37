// Source: lab/statistics/fixtures/queueing.json; 1e-9 relative.
import { describe, expect, it } from 'vitest';
import acceptance from '../../lab/statistics/fixtures/queueing.json';
import { expectWithin, TEN_DIGITS } from '../../lab/statistics/fixtures/within';
import { closedSystem } from './closed-system';

const { expected, data } = acceptance;

describe('a closed system with think time', () => {
  const { service_time, think_time } = data.closed_parameters;

  it.each(expected.closed_system)('with $n users and $servers servers', (wanted) => {
    const ours = closedSystem(wanted.n, wanted.servers, service_time, think_time);
    expectWithin(ours.throughputRps, wanted.throughput, TEN_DIGITS);
    expectWithin(ours.responseSeconds, wanted.response, 1e-8);
    expectWithin(ours.throughputBoundRps, wanted.bound, TEN_DIGITS);
  });

  it('obeys Little and its bound, without overflow, up to thousands of users', () => {
    for (const users of [1, 7, 100, 5000]) {
      const ours = closedSystem(users, 8, 0.02, 3);
      expectWithin(ours.throughputRps * (ours.responseSeconds + 3), users, 1e-12);
      expect(ours.throughputRps).toBeLessThanOrEqual(ours.throughputBoundRps * (1 + 1e-12));
    }
    expect(closedSystem(3, 2, 0.5, 0)).toMatchObject({ throughputRps: 4, responseSeconds: 0.75 });
    expect(() => closedSystem(0, 1, 1, 1)).toThrow('users');
    expect(() => closedSystem(1, 1, 0, 1)).toThrow('service time');
  });
});
