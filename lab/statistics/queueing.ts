// Queues in closed form: Erlang's B and C and M/M/c response times; and latency against rate: what a
// request takes without a queue, and how much of the wait that M/M/c predicts was really seen.

import { sum } from './descriptive';
import { bisect } from './distributions';

/** @throws RangeError unless there is a whole number of servers */
export function requireServers(servers: number): void {
  if (!Number.isInteger(servers) || servers < 1) {
    throw new RangeError(`servers must be a whole number of 1 or more, got ${servers}`);
  }
}

/**
 * Erlang B, the share of arrivals that find every server taken and leave (Erlang 1917), by the
 * recursion B(k) = a B(k-1) / (k + a B(k-1)): no factorial, so any number of servers.
 *
 * @param offered arrival rate times service time, in Erlang, 0 or more
 */
export function erlangB(servers: number, offered: number): number {
  requireServers(servers);
  if (!(offered >= 0)) throw new RangeError(`an offered load is 0 or more, got ${offered}`);
  let blocking = 1;
  for (let k = 1; k <= servers; k += 1) blocking = (offered * blocking) / (k + offered * blocking);
  return blocking;
}

/**
 * Erlang C, the share of arrivals that wait: B / (1 - rho (1 - B)) (Erlang 1917). 1 from rho = 1
 * on, where everybody waits.
 */
export function erlangC(servers: number, offered: number): number {
  const blocking = erlangB(servers, offered);
  const utilization = offered / servers;
  return utilization >= 1 ? 1 : blocking / (1 - utilization * (1 - blocking));
}

interface QueueTimes {
  /** Mean wait before service, without the service. */
  readonly meanWaitSeconds: number;
  /** Mean response: wait plus service. */
  readonly meanResponseSeconds: number;
  /** Quantile of the response time, wait plus service. */
  readonly p99Seconds: number;
  /** Quantile of the wait alone: 0 when fewer than 1 % wait. */
  readonly p99WaitSeconds: number;
}

interface Queue {
  /** Arrivals per second, Poisson; positive. */
  readonly arrivalRate: number;
  /** Mean service time in seconds, exponential; positive. */
  readonly serviceTimeSeconds: number;
  /** Servers in parallel behind one queue, first come first served. */
  readonly servers: number;
}

/**
 * M/M/c (Erlang 1917; Gross and Harris, Fundamentals of Queueing Theory, 2.3): mean response
 * S (1 + C / (c - a)), response tail as in {@link responseTail}. Poisson arrivals, exponential
 * service and one queue are assumed: real arrivals are often burstier, and then times are longer.
 *
 * @returns null at a utilization of 1 or more: the queue grows without bound
 */
export function queueTimes({ arrivalRate, serviceTimeSeconds, servers }: Queue): QueueTimes | null {
  requireServers(servers);
  if (!(arrivalRate > 0 && serviceTimeSeconds > 0)) {
    throw new RangeError(
      `arrival rate and service time must be positive, got ${arrivalRate} and ${serviceTimeSeconds}`,
    );
  }
  const offered = arrivalRate * serviceTimeSeconds;
  if (offered >= servers) return null;
  const meanWaitSeconds = (serviceTimeSeconds * erlangC(servers, offered)) / (servers - offered);
  return {
    meanWaitSeconds,
    meanResponseSeconds: serviceTimeSeconds + meanWaitSeconds,
    p99Seconds: serviceTimeSeconds * responseQuantile(0.99, servers, offered),
    p99WaitSeconds: serviceTimeSeconds * waitQuantile(0.99, servers, offered),
  };
}

/**
 * P(T > t) of the response time, t in units of the service time:
 * e^-t + C (e^-t - e^-(c-a)t) / (c - 1 - a), whose quotient tends to t e^-t as a tends to c - 1.
 * Written with expm1 so that it neither cancels near that point nor overflows for one server.
 */
export function responseTail(t: number, servers: number, offered: number): number {
  const excess = servers - 1 - offered;
  const quotient =
    excess === 0
      ? t * Math.exp(-t)
      : excess > 0
        ? (Math.exp(-t) * -Math.expm1(-excess * t)) / excess
        : (Math.exp(-(servers - offered) * t) * -Math.expm1(excess * t)) / -excess;
  return Math.exp(-t) + erlangC(servers, offered) * quotient;
}

/** The t with P(T <= t) = p, in units of the service time. */
export function responseQuantile(p: number, servers: number, offered: number): number {
  let high = 1;
  while (responseTail(high, servers, offered) > 1 - p) high *= 2;
  return bisect((t) => 1 - p - responseTail(t, servers, offered), 0, high);
}

/** P(Wq > t) = C e^-(c-a)t, inverted; 0 when fewer than 1 - p wait at all. */
function waitQuantile(p: number, servers: number, offered: number): number {
  return Math.max(0, Math.log(erlangC(servers, offered) / (1 - p)) / (servers - offered));
}

/** A queue's shape: everything of it but the arrivals. */
export type Servers = Pick<Queue, 'serviceTimeSeconds' | 'servers'>;

/** One measurement at a rate. */
export type LatencyPoint = { rateRps: number; meanSeconds: number; p99Seconds: number };

/** y = base + factor x wait, of the mean and of the 99th percentile. */
type WaitLine = { baseSeconds: number; factor: number };

type LatencyFit = {
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
  const waits = usable.map(({ rateRps }) => queueTimes({ arrivalRate: rateRps, ...servers }));
  return {
    mean: line(
      waits.map((times) => times?.meanWaitSeconds ?? 0),
      usable.map(({ meanSeconds }) => meanSeconds),
    ),
    p99: line(
      waits.map((times) => times?.p99WaitSeconds ?? 0),
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
  const times = queueTimes({ arrivalRate: rateRps, ...servers });
  if (times === null) return null;
  return fit
    ? {
        meanSeconds: fit.mean.baseSeconds + fit.mean.factor * times.meanWaitSeconds,
        p99Seconds: fit.p99.baseSeconds + fit.p99.factor * times.p99WaitSeconds,
      }
    : { meanSeconds: times.meanResponseSeconds, p99Seconds: times.p99Seconds };
}

/**
 * Through points of x >= 0, y > 0, by least squares of relative errors (weights 1 / y^2): a plan is wrong by a share
 * of a latency, and near the knee latencies are a hundred times those of a calm rate. A parameter that would be
 * negative is 0, the other refitted.
 */
function line(x: readonly number[], y: readonly number[]): WaitLine {
  const weights = y.map((value) => 1 / value ** 2);
  const total = sum(weights);
  const weighted = (values: readonly number[]): number =>
    sum(values.map((value, index) => value * (weights[index] ?? 0))) / total;
  const [meanX, meanY] = [weighted(x), weighted(y)];
  const spread = weighted(x.map((value) => (value - meanX) ** 2));
  const together = weighted(x.map((value, index) => (value - meanX) * ((y[index] ?? 0) - meanY)));
  const factor = spread > 0 ? together / spread : 0;
  if (factor <= 0) return { baseSeconds: meanY, factor: 0 };
  const baseSeconds = meanY - factor * meanX;
  if (baseSeconds >= 0) return { baseSeconds, factor };
  const through = weighted(x.map((value, index) => value * (y[index] ?? 0)));
  return { baseSeconds: 0, factor: through / weighted(x.map((value) => value ** 2)) };
}
