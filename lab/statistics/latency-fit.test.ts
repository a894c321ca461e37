import { describe, expect, it } from 'vitest';
import { fitLatency, type LatencyPoint, latencyAt, type Servers } from './latency-fit';
import { analyseQueue } from './queueing';

const servers: Servers = { serviceTimeSeconds: 0.002, servers: 1 };

/** Exactly `base` and `factor` of the wait of M/M/c. */
const point = (rateRps: number, base: number, factor: number): LatencyPoint => {
  const queue = analyseQueue({ arrivalRate: rateRps, ...servers });
  return {
    rateRps,
    meanSeconds: base + factor * (queue.meanWaitSeconds ?? 0),
    p99Seconds: 2 * base + factor * (queue.p99WaitSeconds ?? 0),
  };
};
const points = (rates: number[], base = 0.003, factor = 0.6) =>
  rates.map((rate) => point(rate, base, factor));

describe('latency fitted to the wait of M/M/c', () => {
  it('finds the base and the factor that made it, and foretells rates between', () => {
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
