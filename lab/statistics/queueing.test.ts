// Source: fixtures/queueing.json; 1e-9 relative for Erlang and means, 1e-6 for quantiles, 1e-5 near
// the singularity.
import { describe, expect, it } from 'vitest';
import acceptance from './fixtures/queueing.json';
import { expectInside, expectNear, expectWithin, TEN_DIGITS } from './fixtures/within';
import {
  erlangB,
  erlangC,
  fitLatency,
  type LatencyPoint,
  latencyAt,
  queueTimes,
  responseQuantile,
  responseTail,
  type Servers,
} from './queueing';
import { seededRandom } from './random';

const { expected } = acceptance;

/** In units of the service time, as the fixture has it. */
const inServiceTimes = (servers: number, offered: number) =>
  queueTimes({ arrivalRate: offered, serviceTimeSeconds: 1, servers });

describe('Erlang B', () => {
  it.each(expected.erlang_b)('blocks at $servers servers and $offered Erlang', (wanted) => {
    expectWithin(erlangB(wanted.servers, wanted.offered), wanted.blocking, TEN_DIGITS);
  });
});

describe('M/M/c', () => {
  it.each(expected.mmc)('at $servers servers and utilization $rho', (wanted) => {
    const ours = inServiceTimes(wanted.servers, wanted.offered);
    expectWithin(erlangB(wanted.servers, wanted.offered), wanted.erlang_b, TEN_DIGITS);
    expectWithin(erlangC(wanted.servers, wanted.offered), wanted.erlang_c, TEN_DIGITS);
    expectWithin(ours?.meanWaitSeconds, wanted.mean_wait_over_s, TEN_DIGITS);
    expectWithin(ours?.meanResponseSeconds, wanted.mean_response_over_s, TEN_DIGITS);
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
    expectWithin(ours?.p99Seconds, wanted.p99_response_over_s, 1e-6);
    expectWithin(ours?.p99WaitSeconds, wanted.p99_wait_over_s, 1e-6);
  });

  it('reproduces the published row at utilization 0.8 to its printed digits', () => {
    const row = expected.mmc_published_rho_0_8;
    for (const [i, servers] of row.servers.entries()) {
      const ours = inServiceTimes(servers, 0.8 * servers);
      expectNear(erlangC(servers, 0.8 * servers), row.erlang_c[i] as number, 0.5e-4);
      expectWithin(ours?.p99Seconds, row.p99_response_over_s[i] as number, 5e-4);
    }
  });

  it.each(expected.mmc_removable_singularity.rows)('survives a = c - 1 at $servers', (wanted) => {
    const ours = inServiceTimes(wanted.servers, wanted.offered);
    expectWithin(erlangC(wanted.servers, wanted.offered), wanted.erlang_c, TEN_DIGITS);
    expectWithin(ours?.p99Seconds, wanted.p99_response_over_s, 1e-6);
  });

  it.each(expected.mmc_near_singularity.rows)('does not cancel near it at $servers', (wanted) => {
    const ours = inServiceTimes(wanted.servers, wanted.offered);
    expectWithin(ours?.p99Seconds, wanted.p99_response_over_s, 1e-5);
  });

  it('gives no times to an unstable queue, in which everybody waits', () => {
    for (const [i, servers] of expected.unstable.servers.entries()) {
      const offered = expected.unstable.offered[i] as number;
      expect(inServiceTimes(servers, offered)).toBeNull();
      expect(erlangC(servers, offered)).toBe(1);
    }
    expect(inServiceTimes(4, 4)).toBeNull();
    expect(inServiceTimes(5, 4)).not.toBeNull();
  });

  it('scales with the service time', () => {
    const unit = inServiceTimes(4, 3.2);
    const real = queueTimes({ arrivalRate: 320, serviceTimeSeconds: 0.01, servers: 4 });
    expectWithin(real?.p99Seconds, (unit?.p99Seconds as number) / 100, 1e-12);
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
    expect(() => queueTimes({ arrivalRate: 0, serviceTimeSeconds: 1, servers: 1 })).toThrow(
      'must be positive',
    );
  });
});

const servers: Servers = { serviceTimeSeconds: 0.002, servers: 1 };

/** Exactly `base` and `factor` of the wait of M/M/c. */
const point = (rateRps: number, base: number, factor: number): LatencyPoint => {
  const queue = queueTimes({ arrivalRate: rateRps, ...servers });
  return {
    rateRps,
    meanSeconds: base + factor * (queue?.meanWaitSeconds ?? 0),
    p99Seconds: 2 * base + factor * (queue?.p99WaitSeconds ?? 0),
  };
};
const points = (rates: number[], base = 0.003, factor = 0.6) =>
  rates.map((rate) => point(rate, base, factor));

describe('latency fitted to the wait of M/M/c', () => {
  it('finds the base and the factor that made it, and predicts rates between', () => {
    const fit = fitLatency(points([200, 300, 400, 450]), servers);
    expect(fit?.mean.baseSeconds).toBeCloseTo(0.003, 9);
    expect(fit?.mean.factor).toBeCloseTo(0.6, 9);
    expect(fit?.p99.baseSeconds).toBeCloseTo(0.006, 9);
    expect(fit?.ratesRps).toEqual([200, 450]);
    const expected = latencyAt(350, servers, fit);
    expect(expected?.meanSeconds).toBeCloseTo(point(350, 0.003, 0.6).meanSeconds, 9);
  });

  it('leaves out rates at which a little utilization is a lot of wait', () => {
    const wild = { rateRps: 495, meanSeconds: 5, p99Seconds: 9 };
    const fit = fitLatency([...points([200, 300, 400]), wild], servers);
    expect(fit?.mean.factor).toBeCloseTo(0.6, 9);
    expect(fit?.points).toBe(3);
  });

  it('is of relative errors: what an hour near the knee was slower by hardly moves calm rates', () => {
    const slow = points([440, 450, 460, 470]).map(({ rateRps, meanSeconds, p99Seconds }) => ({
      ...{ rateRps, meanSeconds: 20 * meanSeconds, p99Seconds: 20 * p99Seconds },
    }));
    const fit = fitLatency([...points([100, 150, 200, 250]), ...slow], servers);
    const calm = point(150, 0.003, 0.6).meanSeconds;
    expect(latencyAt(150, servers, fit)?.meanSeconds).toBeGreaterThan(0.7 * calm);
    expect(latencyAt(150, servers, fit)?.meanSeconds).toBeLessThan(1.5 * calm);
  });

  it.each([
    ['two rates', [200, 400, 400]],
    ['rates too close to each other', [400, 410, 420]],
  ])('is refused for %s', (_why, rates) => {
    expect(fitLatency(points(rates), servers)).toBeNull();
  });

  it('has no negative parameter: latency that falls with the rate has no wait in it', () => {
    const falling = [200, 300, 400].map((rateRps) => ({
      rateRps,
      meanSeconds: 1 / rateRps,
      p99Seconds: 2 / rateRps,
    }));
    expect(fitLatency(falling, servers)?.mean.factor).toBe(0);
    const steep = points([200, 300, 400], -0.0005, 3);
    const fit = fitLatency(steep, servers);
    expect(fit?.mean.baseSeconds).toBe(0);
    expect(fit?.mean.factor).toBeGreaterThan(2);
  });

  it('is nothing where the queue would grow without bound', () => {
    expect(latencyAt(500, servers, null)).toBeNull();
  });
});
