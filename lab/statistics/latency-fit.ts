// Latency against rate: what a request takes without a queue, and how much of the wait that M/M/c
// predicts was really seen.
import { analyseQueue, type Queue } from './queueing';

/** A queue's shape: everything of it but the arrivals. */
export type Servers = Pick<Queue, 'serviceTimeSeconds' | 'servers'>;

/** One measurement at a rate. */
export type LatencyPoint = { rateRps: number; meanSeconds: number; p99Seconds: number };

/** y = base + factor x wait, of the mean and of the 99th percentile. */
export type WaitLine = { baseSeconds: number; factor: number };

export type LatencyFit = {
  mean: WaitLine;
  p99: WaitLine;
  /** Lowest and highest rate that the fit has seen. */
  ratesRps: readonly [low: number, high: number];
  points: number;
};

/**
 * At this utilization M/M/c waits 20 service times: one per cent more is a fifth more wait, so
 * that a point beyond tells of the error in utilization and of nothing else.
 */
const HIGHEST_UTILIZATION = 0.95;
/** Two rates make a line through anything; the third is the first that could contradict. */
const FEWEST_RATES = 3;
/** Of the lowest rate: closer together, rates say nothing of a slope. */
const LEAST_SPAN = 1.2;

/**
 * Least squares of measured latency on the wait of M/M/c at the same rates. The factor is what
 * Allen and Cunneen's approximation calls (Ca2 + Cs2) / 2 (Allen, Probability, Statistics and
 * Queueing Theory, 1990, 5.4): 1 for Poisson arrivals and exponential service, less for arrivals
 * that are more even. Neither parameter may be negative.
 *
 * @returns null where the rates are too few or too close for a line
 */
export function fitLatency(points: readonly LatencyPoint[], servers: Servers): LatencyFit | null {
  const usable = points.filter(
    ({ rateRps }) =>
      (rateRps * servers.serviceTimeSeconds) / servers.servers <= HIGHEST_UTILIZATION,
  );
  const rates = [...new Set(usable.map(({ rateRps }) => rateRps))].sort((a, b) => a - b);
  const [low, high] = [rates[0] ?? 0, rates.at(-1) ?? 0];
  if (rates.length < FEWEST_RATES || high < LEAST_SPAN * low) return null;
  const waits = usable.map(({ rateRps }) => waitsAt(rateRps, servers));
  return {
    mean: line(
      waits.map(({ mean }) => mean),
      usable.map(({ meanSeconds }) => meanSeconds),
    ),
    p99: line(
      waits.map(({ p99 }) => p99),
      usable.map(({ p99Seconds }) => p99Seconds),
    ),
    ratesRps: [low, high],
    points: usable.length,
  };
}

/** Expected latency; null where the queue would grow without bound. Without a fit, M/M/c as it stands. */
export function latencyAt(
  rateRps: number,
  servers: Servers,
  fit: LatencyFit | null,
): { meanSeconds: number; p99Seconds: number } | null {
  const queue = analyseQueue({ arrivalRate: rateRps, ...servers });
  const { meanWaitSeconds, meanResponseSeconds, p99Seconds, p99WaitSeconds } = queue;
  if (meanWaitSeconds === null || meanResponseSeconds === null) return null;
  if (p99Seconds === null || p99WaitSeconds === null) return null;
  return fit
    ? {
        meanSeconds: fit.mean.baseSeconds + fit.mean.factor * meanWaitSeconds,
        p99Seconds: fit.p99.baseSeconds + fit.p99.factor * p99WaitSeconds,
      }
    : { meanSeconds: meanResponseSeconds, p99Seconds };
}

function waitsAt(rateRps: number, servers: Servers): { mean: number; p99: number } {
  const queue = analyseQueue({ arrivalRate: rateRps, ...servers });
  return { mean: queue.meanWaitSeconds ?? 0, p99: queue.p99WaitSeconds ?? 0 };
}

/** Through points of x >= 0, y > 0; a parameter that would be negative is 0, the other refitted. */
function line(x: readonly number[], y: readonly number[]): WaitLine {
  const average = (values: readonly number[]): number =>
    values.reduce((total, value) => total + value, 0) / values.length;
  const [meanX, meanY] = [average(x), average(y)];
  const spread = average(x.map((value) => (value - meanX) ** 2));
  const together = average(x.map((value, index) => (value - meanX) * ((y[index] ?? 0) - meanY)));
  const factor = spread > 0 ? together / spread : 0;
  if (factor <= 0) return { baseSeconds: meanY, factor: 0 };
  const baseSeconds = meanY - factor * meanX;
  if (baseSeconds >= 0) return { baseSeconds, factor };
  const through = average(x.map((value, index) => value * (y[index] ?? 0)));
  return { baseSeconds: 0, factor: through / average(x.map((value) => value ** 2)) };
}
