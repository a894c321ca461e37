// How many replicas carry a rate, at what utilization, latency and cost, and what gives way at which
// rate. Everything is calculated from what one replica was measured to hold.

import { z } from 'zod';
import { HEADROOM_SHARE } from '../../measure/plans';
import { plural } from '../../render/format';
import { formatRps } from '../../results/findings-text';
import { latencyAt } from '../../statistics/queueing';
import { throughputAt } from '../../statistics/usl/fit';
import type { Evidence } from './evidence';

/**
 * Furthest that a plan goes beyond the number of replicas tested. Contention of 5 %, which few
 * levels can exclude, takes 13 % of what four replicas carry: the headroom has room for it. Of ten
 * it takes 31 %: all of it.
 */
export const FURTHEST_FACTOR = 4;
/** Superusers' own, of PostgreSQL's max_connections (superuser_reserved_connections), and the lab's. */
const RESERVED_CONNECTIONS = 5;
/** Above this many the search for a number stops: nothing tested reaches as far. */
const MOST_REPLICAS = 1000;

export const planQuestion = z.strictObject({
  /** Requests per second, growth included. */
  rateRps: z.number().positive(),
  /** Price of a replica for an hour, in whatever currency; null: no cost is calculated. */
  pricePerHour: z.number().nonnegative().nullable(),
  /** Replicas that may be lost without breaking the plan. */
  spare: z.int().nonnegative(),
  maxConnections: z.int().positive(),
  /** Cores of the database that all replicas share; 0 where there is none of the lab's. */
  databaseCores: z.number().nonnegative(),
});
export type PlanQuestion = z.infer<typeof planQuestion>;

/** Whether as many replicas were measured, the law was extended to them, or nothing is planned. */
const trustSchema = z.enum(['tested', 'extended', 'refused']);

export const planRowSchema = z.strictObject({
  rateRps: z.number(),
  /** Without the spare ones; null where the plan would go too far beyond what was tested. */
  replicas: z.number().nullable(),
  /** The reason, where there is none. */
  refusal: z.string().nullable(),
  trust: trustSchema,
  /** Of the app's cores (with the database's work, where they share), the spares lost. */
  utilization: z.number().nullable(),
  databaseUtilization: z.number().nullable(),
  meanSeconds: z.number().nullable(),
  p99Seconds: z.number().nullable(),
  costPerHour: z.number().nullable(),
  costPerMillion: z.number().nullable(),
});
export type PlanRow = z.infer<typeof planRowSchema>;

/** What gives way at which rate, with the replicas that are planned. */
export const limitSchema = z.strictObject({
  what: z.string(),
  rateRps: z.number(),
});
export type Limit = z.infer<typeof limitSchema>;

/** How many times what one carries, by the law where replicas were measured. */
const gainOf = ({ scaling }: Evidence, replicas: number): number =>
  scaling ? throughputAt(scaling.fit, replicas) / throughputAt(scaling.fit, 1) : replicas;

/** Rate that `replicas` carry with headroom. */
export const plannedRps = (evidence: Evidence, replicas: number): number =>
  HEADROOM_SHARE * evidence.capacity.rps * gainOf(evidence, replicas);

const testedReplicas = ({ scaling }: Evidence): number => scaling?.testedTo ?? 1;

/** The largest number of replicas that may be spoken of. */
const furthestReplicas = (evidence: Evidence): number => FURTHEST_FACTOR * testedReplicas(evidence);

/** All cores of the database full: a rate that no number of replicas passes. */
export const databaseCap = (
  { demand }: Evidence,
  { databaseCores }: PlanQuestion,
): number | null =>
  // None where its cores cannot be seen.
  demand && demand.databaseSeconds > 0 && databaseCores > 0
    ? databaseCores / demand.databaseSeconds
    : null;

/** What a rate takes, be it in the table or between its lines. */
export function planRow(evidence: Evidence, question: PlanQuestion, rateRps: number): PlanRow {
  const cap = databaseCap(evidence, question);
  const databaseUtilization = cap === null ? null : rateRps / cap;
  const replicas = replicasFor(evidence, rateRps);
  const refusal = refusalOf(evidence, question, rateRps, replicas);
  if (replicas === null || refusal !== null) {
    return {
      rateRps,
      replicas: null,
      refusal,
      trust: 'refused',
      utilization: null,
      databaseUtilization,
      meanSeconds: null,
      p99Seconds: null,
      costPerHour: null,
      costPerMillion: null,
    };
  }
  const { servers, latency } = evidence;
  // What contention takes fills a replica, too: it is as busy as one alone at its share of the gain.
  const each = rateRps / gainOf(evidence, replicas);
  const expected = servers && latencyAt(each, servers, latency);
  const { pricePerHour, spare } = question;
  const costPerHour = pricePerHour === null ? null : pricePerHour * (replicas + spare);
  return {
    rateRps,
    replicas,
    refusal: null,
    trust: replicas > testedReplicas(evidence) ? 'extended' : 'tested',
    utilization: servers && (each * servers.serviceTimeSeconds) / servers.servers,
    databaseUtilization,
    meanSeconds: expected?.meanSeconds ?? null,
    p99Seconds: expected?.p99Seconds ?? null,
    costPerHour,
    costPerMillion: costPerHour === null ? null : (costPerHour / (rateRps * 3600)) * 1e6,
  };
}

export function replicasFor(evidence: Evidence, rateRps: number): number | null {
  for (let replicas = 1; replicas <= MOST_REPLICAS; replicas += 1) {
    if (plannedRps(evidence, replicas) >= rateRps) return replicas;
    // Past the peak of the law more of them carry less.
    if (plannedRps(evidence, replicas + 1) <= plannedRps(evidence, replicas)) return null;
  }
  return null;
}

/** Why nothing is planned at this rate; null where it is. */
function refusalOf(
  evidence: Evidence,
  question: PlanQuestion,
  rateRps: number,
  replicas: number | null,
): string | null {
  const cap = databaseCap(evidence, question);
  if (cap !== null && rateRps > HEADROOM_SHARE * cap) {
    return `the shared database keeps its headroom up to ${formatRps(HEADROOM_SHARE * cap)} only: more replicas do not help`;
  }
  if (replicas === null) {
    return evidence.scaling
      ? 'the fitted law peaks below it'
      : `it would take more than ${MOST_REPLICAS} replicas`;
  }
  if (replicas > furthestReplicas(evidence)) {
    const tested = testedReplicas(evidence);
    const those = evidence.scaling ? `${tested} that were tested` : 'one that was tested';
    return `it would take ${replicas} replicas, over ${FURTHEST_FACTOR} times the ${those}`;
  }
  const { used, available } = connectionsOf(evidence, question, replicas);
  if (used <= available) return null;
  return `${replicas + question.spare} replicas would hold ${used} connections of ${available}`;
}

/** Of all replicas, spares included. Pools are filled under load, so that all of a pool counts. */
export const connectionsOf = (
  { unit: { workers, pool } }: Evidence,
  { spare, maxConnections }: PlanQuestion,
  replicas: number,
): { used: number; available: number } => ({
  used: (replicas + spare) * workers * pool,
  available: maxConnections - RESERVED_CONNECTIONS,
});

/** The lowest rate first. */
export function limitsOf(
  evidence: Evidence,
  question: PlanQuestion,
  replicas: number | null,
): Limit[] {
  const limits: Limit[] = [];
  const carried = (count: number): number => plannedRps(evidence, count) / HEADROOM_SHARE;
  if (replicas !== null) {
    const what = `the SLO, with ${plural(replicas, 'replica')} and none to spare`;
    limits.push({ what, rateRps: carried(replicas) });
  }
  const cap = databaseCap(evidence, question);
  if (cap !== null) {
    limits.push({ what: 'the CPU of the shared database, however many replicas', rateRps: cap });
  }
  const { workers, pool } = evidence.unit;
  const { available } = connectionsOf(evidence, question, 0);
  const last = Math.floor(available / (workers * pool) - question.spare);
  if (last >= 1 && last <= furthestReplicas(evidence)) {
    const what = `connections to the database, with more than ${plural(last, 'replica')}`;
    limits.push({ what, rateRps: carried(last) });
  }
  return limits.sort((a, b) => a.rateRps - b.rateRps);
}
