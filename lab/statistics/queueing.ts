// Queues in closed form: Erlang's B and C, M/M/c response times, and a closed system of users who
// think between requests.

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

export interface QueueAnalysis {
  /** Arrival rate times service time over servers; 1 or more is unstable. */
  readonly utilization: number;
  readonly waitProbability: number;
  /** Mean wait before service, without the service; null when unstable. */
  readonly meanWaitSeconds: number | null;
  /** Mean response: wait plus service. */
  readonly meanResponseSeconds: number | null;
  /** Quantile of the response time, wait plus service. */
  readonly p99Seconds: number | null;
  /** Quantile of the wait alone: 0 when fewer than 1 % wait. */
  readonly p99WaitSeconds: number | null;
  readonly warnings: readonly string[];
}

export interface Queue {
  /** Arrivals per second, Poisson; positive. */
  readonly arrivalRate: number;
  /** Mean service time in seconds, exponential; positive. */
  readonly serviceTimeSeconds: number;
  /** Servers in parallel behind one queue, first come first served. */
  readonly servers: number;
}

/**
 * M/M/c (Erlang 1917; Gross and Harris, Fundamentals of Queueing Theory, 2.3): mean response
 * S (1 + C / (c - a)), response tail as in {@link responseTail}. Times are null and a warning says
 * why when utilization is 1 or more: there is no stationary response time then.
 */
export function analyseQueue({ arrivalRate, serviceTimeSeconds, servers }: Queue): QueueAnalysis {
  requireServers(servers);
  if (!(arrivalRate > 0 && serviceTimeSeconds > 0)) {
    throw new RangeError(
      `arrival rate and service time must be positive, got ${arrivalRate} and ${serviceTimeSeconds}`,
    );
  }
  const offered = arrivalRate * serviceTimeSeconds;
  const utilization = offered / servers;
  const waitProbability = erlangC(servers, offered);
  if (utilization >= 1) {
    return {
      utilization,
      waitProbability,
      meanWaitSeconds: null,
      meanResponseSeconds: null,
      p99Seconds: null,
      p99WaitSeconds: null,
      warnings: [
        `Times are null: at utilization ${utilization} (1 or more) the queue grows without bound. ` +
          `Stable from ${Math.floor(offered) + 1} servers, or below ` +
          `${servers / serviceTimeSeconds} arrivals per second.`,
      ],
    };
  }
  const meanWaitSeconds = (serviceTimeSeconds * waitProbability) / (servers - offered);
  return {
    utilization,
    waitProbability,
    meanWaitSeconds,
    meanResponseSeconds: serviceTimeSeconds + meanWaitSeconds,
    p99Seconds: serviceTimeSeconds * responseQuantile(0.99, servers, offered),
    p99WaitSeconds: serviceTimeSeconds * waitQuantile(0.99, servers, offered),
    warnings: [
      'Poisson arrivals, exponential service and one queue are assumed: real arrivals are often ' +
        'burstier, and then these times are too short.',
    ],
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

export interface ClosedSystem {
  readonly throughputRps: number;
  readonly responseSeconds: number;
  /** min(c / S, N / (S + Z)): no closed system goes faster (Denning and Buzen 1978). */
  readonly throughputBoundRps: number;
}

/**
 * N users who think for Z seconds between requests, c servers: the finite-population birth-death
 * chain, p(k+1) = p(k) (N - k) S / (Z min(k+1, c)); X = sum p(k) min(k, c) / S; R = N / X - Z.
 * Terms are kept relative to the largest, so that thousands of users do not overflow.
 *
 * @param thinkTimeSeconds 0 or more; at 0 every user is always in the system
 */
export function closedSystem(
  users: number,
  servers: number,
  serviceTimeSeconds: number,
  thinkTimeSeconds: number,
): ClosedSystem {
  requireServers(servers);
  if (!Number.isInteger(users) || users < 1) {
    throw new RangeError(`users must be a whole number of 1 or more, got ${users}`);
  }
  if (!(serviceTimeSeconds > 0 && thinkTimeSeconds >= 0)) {
    throw new RangeError(
      `service time must be positive and think time 0 or more, got ${serviceTimeSeconds} and ` +
        `${thinkTimeSeconds}`,
    );
  }
  const throughputBoundRps = Math.min(
    servers / serviceTimeSeconds,
    users / (serviceTimeSeconds + thinkTimeSeconds),
  );
  let weight = 1;
  let total = 1;
  let busy = 0;
  for (let k = 0; k < users; k += 1) {
    weight *= ((users - k) * serviceTimeSeconds) / (thinkTimeSeconds * Math.min(k + 1, servers));
    if (weight > 1) {
      total /= weight;
      busy /= weight;
      weight = 1;
    }
    total += weight;
    busy += weight * Math.min(k + 1, servers);
  }
  const throughputRps =
    thinkTimeSeconds === 0
      ? Math.min(users, servers) / serviceTimeSeconds
      : busy / total / serviceTimeSeconds;
  return {
    throughputRps,
    responseSeconds: users / throughputRps - thinkTimeSeconds,
    throughputBoundRps,
  };
}
