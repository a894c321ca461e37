// Source: fixtures/queueing.json; 1e-9 relative for Erlang and means, 1e-6 for quantiles, 1e-5 near
// the singularity.
import { describe, expect, it } from 'vitest';
import acceptance from './fixtures/queueing.json';
import { expectInside, expectNear, expectWithin, TEN_DIGITS } from './fixtures/within';
import {
  analyseQueue,
  closedSystem,
  erlangB,
  erlangC,
  responseQuantile,
  responseTail,
} from './queueing';
import { seededRandom } from './random';

const { expected, data } = acceptance;

/** In units of the service time, as the fixture has it. */
const inServiceTimes = (servers: number, offered: number) =>
  analyseQueue({ arrivalRate: offered, serviceTimeSeconds: 1, servers });

describe('Erlang B', () => {
  it.each(expected.erlang_b)('blocks at $servers servers and $offered Erlang', (wanted) => {
    expectWithin(erlangB(wanted.servers, wanted.offered), wanted.blocking, TEN_DIGITS);
  });
});

describe('M/M/c', () => {
  it.each(expected.mmc)('at $servers servers and utilization $rho', (wanted) => {
    const ours = inServiceTimes(wanted.servers, wanted.offered);
    expectWithin(ours.utilization, wanted.rho, TEN_DIGITS);
    expectWithin(erlangB(wanted.servers, wanted.offered), wanted.erlang_b, TEN_DIGITS);
    expectWithin(ours.waitProbability, wanted.erlang_c, TEN_DIGITS);
    expectWithin(ours.meanWaitSeconds, wanted.mean_wait_over_s, TEN_DIGITS);
    expectWithin(ours.meanResponseSeconds, wanted.mean_response_over_s, TEN_DIGITS);
    expectWithin(
      responseQuantile(0.5, wanted.servers, wanted.offered),
      wanted.p50_response_over_s,
      1e-6,
    );
    expectWithin(
      responseQuantile(0.95, wanted.servers, wanted.offered),
      wanted.p95_response_over_s,
      1e-6,
    );
    expectWithin(ours.p99Seconds, wanted.p99_response_over_s, 1e-6);
    expectWithin(ours.p99WaitSeconds, wanted.p99_wait_over_s, 1e-6);
  });

  it('reproduces the published row at utilization 0.8 to its printed digits', () => {
    const row = expected.mmc_published_rho_0_8;
    for (const [i, servers] of row.servers.entries()) {
      const ours = inServiceTimes(servers, 0.8 * servers);
      expectNear(ours.waitProbability, row.erlang_c[i] as number, 0.5e-4);
      expectWithin(ours.p99Seconds, row.p99_response_over_s[i] as number, 5e-4);
    }
  });

  it.each(expected.mmc_removable_singularity.rows)('survives a = c - 1 at $servers', (wanted) => {
    const ours = inServiceTimes(wanted.servers, wanted.offered);
    expectWithin(ours.waitProbability, wanted.erlang_c, TEN_DIGITS);
    expectWithin(ours.p99Seconds, wanted.p99_response_over_s, 1e-6);
  });

  it.each(expected.mmc_near_singularity.rows)('does not cancel near it at $servers', (wanted) => {
    const ours = inServiceTimes(wanted.servers, wanted.offered);
    expectWithin(ours.p99Seconds, wanted.p99_response_over_s, 1e-5);
  });

  it('gives no times to an unstable queue, and says what would make it stable', () => {
    for (const [i, servers] of expected.unstable.servers.entries()) {
      const ours = inServiceTimes(servers, expected.unstable.offered[i] as number);
      expect(ours).toMatchObject({ waitProbability: 1, meanWaitSeconds: null, p99Seconds: null });
      expect(ours.warnings[0]).toContain('grows without bound');
    }
    expect(inServiceTimes(4, 4).warnings[0]).toContain('Stable from 5 servers');
  });

  it('scales with the service time', () => {
    const unit = inServiceTimes(4, 3.2);
    const real = analyseQueue({ arrivalRate: 320, serviceTimeSeconds: 0.01, servers: 4 });
    expectWithin(real.p99Seconds, (unit.p99Seconds as number) / 100, 1e-12);
    expectWithin(real.waitProbability, unit.waitProbability, 1e-12);
  });

  it('has a tail that starts at 1, only falls, and does not overflow for one server', () => {
    const random = seededRandom(4);
    for (let i = 0; i < 50; i += 1) {
      const servers = 1 + random.int(40);
      const offered = servers * random.uniform() * 0.999;
      let before = 1;
      expectNear(responseTail(0, servers, offered), 1, 1e-12);
      for (const t of [0.1, 1, 10, 100, 2000]) {
        const tail = responseTail(t, servers, offered);
        expectInside(tail, [0, before]);
        before = tail;
      }
    }
  });

  it('refuses half a server and a rate that is none', () => {
    expect(() => erlangC(1.5, 1)).toThrow('whole number');
    expect(() => erlangB(2, -1)).toThrow('0 or more');
    expect(() => analyseQueue({ arrivalRate: 0, serviceTimeSeconds: 1, servers: 1 })).toThrow(
      'must be positive',
    );
  });
});

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
