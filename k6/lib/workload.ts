// What a workload is: a named, weighted mix of requests or visits with a fixed think time. Pure.
import type { RefinedResponse } from 'k6/http';
import type { Plan } from '../../contract/plan.ts';
import { shuffled } from './random.ts';
import type { LogIn, Visit, Visitor } from './shop/visit.ts';

export type WorkloadRequest = {
  /** Share of the mix, relative to the other weights. */
  weight: number;
  /** Default: GET. */
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query. */
  target: string;
  /** Route template, the `name` tag of the request's series. Default: the target without its query. */
  name?: string;
  body?: string;
  headers?: Record<string, string>;
  /** Default: 200. */
  status?: number;
  isRight: (body: string) => boolean;
  /** Makes the request itself, in place of all that is said of it here. */
  send?: (baseUrl: string) => RefinedResponse<'text'>;
  /** The right answer is the same text each time, so every one is compared; others are sampled. */
  constant?: boolean;
};

/** Requests that know nothing of each other. */
export type RequestWorkload = {
  thinkTimeSeconds: number;
  requests: WorkloadRequest[];
  /** Where k6 is not told otherwise with a request. Default: 200. */
  status?: number;
};

export type WeightedVisit = { weight: number; visit: (visitor: Visitor) => Visit };

/**
 * Visits of several requests, each made of the answers before it. One iteration is one request
 * all the same: a user does the next thing of its visit, so a rate is in requests per second.
 */
export type VisitWorkload = {
  /** After each request, in the closed model; at a rate, users wait for their turn instead. */
  thinkTimeSeconds: number;
  visits: WeightedVisit[];
  /** Route templates of all its requests. */
  routes: string[];
  /** Makes the sessions that customers have from the day before; undefined: none has one. */
  logIn?: LogIn;
};

export type Workload = RequestWorkload | VisitWorkload;

/** Seconds after each request: in the closed model alone; at a rate users wait for their turn anyway. */
export function thinkTimeOf(
  workload: Workload,
  { hurried, steps }: Pick<Plan, 'hurried' | 'steps'>,
): number {
  return hurried === true || steps[0]?.load.model === 'open' ? 0 : workload.thinkTimeSeconds;
}

export const routeOf = ({ name, target }: WorkloadRequest): string =>
  name ?? target.replace(/\?.*/, '');

/** Route templates, in the order of the workload. */
export const routesOf = (workload: Workload): string[] =>
  'visits' in workload ? workload.routes : workload.requests.map(routeOf);

/**
 * Prime, so that looking at one request in twenty gets round to every place; short, because each
 * VU draws up its own before the test.
 */
const SEQUENCE_LENGTH = 211;

/**
 * Each user walks through the sequence from a place of its own, and samples at places of its own: this
 * far from its neighbour's, which has no factor in common with either cycle.
 */
export const STRIDE = 83;

/**
 * The round of requests (or visits) that every user makes, each starting at a place of its own: each
 * in its share of the mix to within one place, shuffled by the seed. A user's n-th is the same for
 * both apps.
 */
export function requestSequence<Item extends { weight: number }>(
  items: Item[],
  seed: number,
): Item[] {
  const total = items.reduce((sum, { weight }) => sum + weight, 0);
  const sequence: Item[] = [];
  let weightSoFar = 0;
  for (const item of items) {
    weightSoFar += item.weight;
    const end = Math.round((weightSoFar / total) * SEQUENCE_LENGTH);
    while (sequence.length < end) sequence.push(item);
  }
  return shuffled(sequence, seed);
}
