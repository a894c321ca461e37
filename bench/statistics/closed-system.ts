// A closed system in closed form: users who think between requests, in front of one queue. Its
// throughput stops growing and never falls, which is what the USL must not call a peak.

import { requireServers } from '../../lab/statistics/queueing';

interface ClosedSystem {
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
