// How many replicas carry a rate, at what latency and cost, and what gives way first. Everything is
// calculated from what one replica was measured to hold; what was not measured is named as assumed.

import { HEADROOM_SHARE } from '../../measure/plans';
import { appTitle } from '../../results/findings';
import type { Answer } from '../../results/reported-run';
import { latencyAt } from '../../statistics/queueing';
import { throughputAt } from '../../statistics/usl/fit';
import type { Evidence, PlanDesign, Validated } from './design';
import {
  FURTHEST_FACTOR,
  formatReplicas,
  formatRps,
  money,
  type PlanQuestion,
  type PlanRow,
} from './question';
import { describeTrust } from './trust';

export type PlanResult = Answer & {
  kind: 'plan';
  /** Growth included. */
  rateRps: number;
  plans: AppPlan[];
  missing: string[];
  validations: Validated[];
};

export function analysePlan({ question, evidence, missing, validations }: PlanDesign): PlanResult {
  const plans = evidence.map((one) =>
    planApp(one, {
      ...question,
      databaseCores: question.databaseCores ?? one.unit.cores.database,
    }),
  );
  return {
    kind: 'plan',
    rateRps: question.rateRps,
    plans,
    missing,
    validations,
    sentences: plans.flatMap(({ sentences }) => sentences),
    warnings: [...new Set([...plans.flatMap(({ warnings }) => warnings), ...missing])],
  };
}

/** Superusers' own, of PostgreSQL's max_connections (superuser_reserved_connections), and the lab's. */
const RESERVED_CONNECTIONS = 5;
/** Rates of the table, as shares of the one asked for. */
const TABLE_SHARES = [0.25, 0.5, 0.75, 1, 1.5, 2, 4] as const;
/** Above this many the search for a number stops: nothing tested reaches as far. */
const MOST_REPLICAS = 1000;

/** What gives way at which rate, with the replicas that are planned. */
export type Limit = { what: string; rateRps: number };

export type AppPlan = {
  app: string;
  evidence: Evidence;
  question: PlanQuestion;
  /** At the rate asked for. */
  row: PlanRow;
  /** What one replica is planned to carry, headroom kept. */
  plannedRpsAReplica: number;
  /** Of all replicas, spares included. */
  connections: { used: number; available: number } | null;
  databaseCapRps: number | null;
  /** The lowest rate first. */
  limits: Limit[];
  table: PlanRow[];
  sentences: string[];
  assumptions: string[];
  warnings: string[];
};

export function planApp(evidence: Evidence, question: PlanQuestion): AppPlan {
  const at = (rateRps: number): PlanRow => planRow({ evidence, question }, rateRps);
  const row = at(question.rateRps);
  const connections = connectionsOf(evidence, question, row.replicas);
  const databaseCapRps = databaseCap(evidence, question);
  const limits = limitsOf(evidence, question, row.replicas);
  return {
    app: evidence.app,
    evidence,
    question,
    row,
    plannedRpsAReplica: HEADROOM_SHARE * evidence.capacity.rps,
    connections,
    databaseCapRps,
    limits,
    table: TABLE_SHARES.map((share) => at(share * question.rateRps)),
    sentences: describePlan(evidence, question, row, limits),
    ...describeTrust(evidence, row, question),
  };
}

/** Rate that `replicas` carry with headroom, by the law where replicas were measured. */
export function plannedRps({ capacity, scaling }: Evidence, replicas: number): number {
  const gain = scaling
    ? throughputAt(scaling.fit, replicas) / throughputAt(scaling.fit, 1)
    : replicas;
  return HEADROOM_SHARE * capacity.rps * gain;
}

const testedReplicas = ({ scaling }: Pick<Evidence, 'scaling'>): number => scaling?.testedTo ?? 1;

/** The largest number of replicas that may be spoken of. */
const furthestReplicas = (evidence: Pick<Evidence, 'scaling'>): number =>
  FURTHEST_FACTOR * testedReplicas(evidence);

/** All cores of the database full: a rate that no number of replicas passes. */
function databaseCap({ demand }: Evidence, { databaseCores }: PlanQuestion): number | null {
  return demand && demand.databaseSeconds > 0 ? databaseCores / demand.databaseSeconds : null;
}

function replicasFor(evidence: Evidence, rateRps: number): number | null {
  for (let replicas = 1; replicas <= MOST_REPLICAS; replicas += 1) {
    if (plannedRps(evidence, replicas) >= rateRps) return replicas;
    // Past the peak of the law more of them carry less.
    if (plannedRps(evidence, replicas + 1) <= plannedRps(evidence, replicas)) return null;
  }
  return null;
}

/** What a rate takes, be it in the table or between its lines. */
export function planRow(
  { evidence, question }: Pick<AppPlan, 'evidence' | 'question'>,
  rateRps: number,
): PlanRow {
  const cap = databaseCap(evidence, question);
  const databaseUtilization = cap === null ? null : rateRps / cap;
  const nothing = {
    rateRps,
    replicas: null,
    trust: 'refused' as const,
    utilization: null,
    databaseUtilization,
    meanSeconds: null,
    p99Seconds: null,
    costPerHour: null,
    costPerMillion: null,
  };
  if (cap !== null && rateRps > HEADROOM_SHARE * cap) {
    const refusal = `the shared database keeps its headroom up to ${formatRps(HEADROOM_SHARE * cap)} only: more replicas do not help`;
    return { ...nothing, refusal };
  }
  const replicas = replicasFor(evidence, rateRps);
  const furthest = furthestReplicas(evidence);
  if (replicas === null || replicas > furthest) {
    const needed =
      replicas === null
        ? 'the fitted law peaks below it'
        : `it would take ${replicas} replicas, over ${FURTHEST_FACTOR} times the ${describeTested(evidence)}`;
    return { ...nothing, refusal: needed };
  }
  const connections = connectionsOf(evidence, question, replicas);
  if (connections && connections.used > connections.available) {
    const refusal = `${replicas + question.spare} replicas would hold ${connections.used} connections of ${connections.available}`;
    return { ...nothing, refusal };
  }
  const { servers, latency } = evidence;
  const each = rateRps / replicas;
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

/** Pools are filled under load, so that every connection of a pool counts. */
function connectionsOf(
  { unit }: Evidence,
  { spare, maxConnections }: PlanQuestion,
  replicas: number | null,
): AppPlan['connections'] {
  if (replicas === null) return null;
  const used = (replicas + spare) * unit.workers * unit.pool;
  return { used, available: maxConnections - RESERVED_CONNECTIONS };
}

function limitsOf(evidence: Evidence, question: PlanQuestion, replicas: number | null): Limit[] {
  const cap = databaseCap(evidence, question);
  const { workers, pool } = evidence.unit;
  const byConnections = Math.floor(
    (question.maxConnections - RESERVED_CONNECTIONS) / (workers * pool) - question.spare,
  );
  return [
    ...(replicas === null
      ? []
      : [
          {
            what: `the SLO, with ${formatReplicas(replicas)} and none to spare`,
            rateRps: plannedRps(evidence, replicas) / HEADROOM_SHARE,
          },
        ]),
    ...(cap === null
      ? []
      : [{ what: 'the CPU of the shared database, however many replicas', rateRps: cap }]),
    ...(byConnections < 1 || byConnections > furthestReplicas(evidence)
      ? []
      : [
          {
            what: `connections to the database, from the replica after the ${ordinal(byConnections)} on`,
            rateRps: plannedRps(evidence, byConnections) / HEADROOM_SHARE,
          },
        ]),
  ].sort((a, b) => a.rateRps - b.rateRps);
}

function describePlan(
  evidence: Evidence,
  { rateRps, spare, pricePerHour }: PlanQuestion,
  row: PlanRow,
  limits: readonly Limit[],
): string[] {
  const name = appTitle(evidence.app);
  if (row.replicas === null) {
    return [`${name}: no plan for ${formatRps(rateRps)}: ${row.refusal}.`];
  }
  const { workers, pool, threads } = evidence.unit;
  const spares = spare > 0 ? ` and ${spare} to spare` : '';
  const each = `${workers} ${workers === 1 ? 'worker' : 'workers'}${threads > 1 ? ` of ${threads} threads` : ''}, ${workers * pool} connections each`;
  const [first] = limits;
  return [
    `${name} needs ${formatReplicas(row.replicas)}${spares} for ${formatRps(rateRps)} (${each}).`,
    ...(row.meanSeconds === null || row.p99Seconds === null
      ? []
      : [
          `${name} with the spares lost: mean ${sayMs(row.meanSeconds)}, p99 ${sayMs(row.p99Seconds)}, utilization ${Math.round(100 * (row.utilization ?? 0))} % are expected.`,
        ]),
    ...(pricePerHour === null || row.costPerHour === null || row.costPerMillion === null
      ? []
      : [
          `${name} costs ${money(row.costPerHour)} an hour, ${money(row.costPerMillion)} a million requests at this rate, without the database.`,
        ]),
    ...(first
      ? [`First to give way with ${name}: ${first.what}, at ${formatRps(first.rateRps)}.`]
      : []),
  ];
}

const describeTested = ({ scaling }: Evidence): string =>
  scaling ? `${scaling.testedTo} that were tested` : 'one that was tested';
const sayMs = (seconds: number): string => `${(1000 * seconds).toFixed(1)} ms`;
const ordinal = (count: number): string => {
  const ending = ['th', 'st', 'nd', 'rd'][count % 100 > 10 && count % 100 < 14 ? 0 : count % 10];
  return `${count}${ending ?? 'th'}`;
};
