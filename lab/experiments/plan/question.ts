// What a plan is asked, a line of its answer, and how far it may go.

/**
 * Furthest that a plan goes beyond the number of replicas tested. Contention of 5 %, which few
 * levels can exclude, takes 13 % of what four replicas carry: the headroom has room for it. Of ten
 * it takes 31 %: all of it.
 */
export const FURTHEST_FACTOR = 4;

export type PlanQuestion = {
  /** Requests a second, growth included. */
  rateRps: number;
  /** Price of a replica for an hour, in whatever currency; null: no cost is calculated. */
  pricePerHour: number | null;
  /** Replicas that may be lost without breaking the plan. */
  spare: number;
  maxConnections: number;
  /** Cores of the database that all replicas share. */
  databaseCores: number;
};

/** Whether as many replicas were measured, the law was extended to them, or nothing is planned. */
export type Trust = 'tested' | 'extended' | 'refused';

export type PlanRow = {
  rateRps: number;
  /** Without the spare ones; null where the plan would go too far beyond what was tested. */
  replicas: number | null;
  /** The reason, where there is none. */
  refusal: string | null;
  trust: Trust;
  /** Of the app's cores (with the database's work, where they share), the spares lost. */
  utilization: number | null;
  databaseUtilization: number | null;
  meanSeconds: number | null;
  p99Seconds: number | null;
  costPerHour: number | null;
  costPerMillion: number | null;
};

export const formatRps = (rate: number): string =>
  `${Math.round(rate).toLocaleString('en')} requests a second`;
export const formatReplicas = (count: number): string =>
  `${count} ${count === 1 ? 'replica' : 'replicas'}`;
/** Three digits, however small: a million requests cost cents. */
export const money = (amount: number): string => String(Number(amount.toPrecision(3)));
