// The workloads: named, weighted mixes of requests with a fixed think time. Pure definitions.
// Each has its SLO under the same name in contract/slo.json.
import type { Plan } from '../../contract/plan.ts';
import { areWorlds, exactly, exactlyJson, isFortunesPage, isWorld } from './answers.ts';
import { shuffled } from './random.ts';
import * as api from './shop/api.ts';
import * as pages from './shop/pages.ts';
import { asCustomer, asNewcomer, type LogIn, type Visit, type Visitor } from './shop/visit.ts';

export type WorkloadRequest = {
  /** Route template: the `name` tag of the request's series. */
  name: string;
  /** Path and query. Every request is a GET and expects 200. */
  target: string;
  /** Share of the mix, relative to the other weights. */
  weight: number;
  /** The right answer is the same text each time, so every one is compared; others are sampled. */
  constant: boolean;
  isRight: (body: string) => boolean;
};

/** Requests that know nothing of each other. */
export type RequestWorkload = { thinkTimeSeconds: number; requests: WorkloadRequest[] };

export type WeightedVisit = { weight: number; visit: (visitor: Visitor) => Visit };

/**
 * Visits of several requests, each made of the answers before it. One iteration is one request
 * all the same: a user does the next thing of its visit, so a rate is in requests a second.
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

const plaintext = constant('/plaintext', exactly('Hello, World!'));
const json = constant('/json', exactlyJson({ message: 'Hello, World!' }));
const fortunes = constant('/fortunes', isFortunesPage);
const db = varying('/db', isWorld);
const queries = varying('/queries?count=5', areWorlds(5));
const updates = varying('/updates?count=5', areWorlds(5));
const wait = constant('/wait?ms=100', exactlyJson({ ms: 100 }));
/** The digest is SHA-256, 5,000 times over; the unit test works it out anew. */
const WORK_DIGEST = 'd6ed2a206e8556e00135cff9eab76d963efa8f99859e2bdd5b7ea8687dbc2902';
const work = constant('/work?units=5', exactlyJson({ units: 5, digest: WORK_DIGEST }));

/**
 * A person looks at a page for some seven seconds (TPC-W's mean think time). At that pace it takes
 * thousands of users to keep one core busy, and each is a JavaScript runtime in the generator. So
 * one user here stands for some thirty-five: still idle most of the time, as people are.
 */
const PEOPLE_THINK_SECONDS = 0.2;

export const WORKLOADS: Record<string, Workload> = {
  /**
   * 85 of 100 requests ask the database, for 2.15 statements a request on average: a subject's
   * knee then lies at hundreds to a few thousand requests a second, below the 5,000 and more that
   * one core of generator makes. Reading one row is what an application does most; the loop of
   * five rows shows the cost of a round trip in either runtime; updates are few because each
   * commit waits for the disk, which belongs to neither app; /fortunes exercises the data layer,
   * the template engine and a body of a kilobyte; /json is what is left when the database is not.
   */
  micro: {
    thinkTimeSeconds: 0,
    requests: [
      { ...db, weight: 40 },
      { ...queries, weight: 20 },
      { ...updates, weight: 10 },
      { ...fortunes, weight: 15 },
      { ...json, weight: 15 },
    ],
  },
  plaintext: alone(plaintext),
  json: alone(json),
  db: alone(db),
  fortunes: alone(fortunes),
  wait: alone(wait),
  work: alone(work),

  /** The shop for people who only look: nobody has a session, and nothing is written. */
  browse: {
    thinkTimeSeconds: PEOPLE_THINK_SECONDS,
    visits: [{ weight: 1, visit: pages.browse }],
    routes: pages.PAGE_ROUTES,
  },
  /** Each visit logs in and buys: what a checkout costs, and the password's hash before it. */
  buy: {
    thinkTimeSeconds: PEOPLE_THINK_SECONDS,
    visits: [{ weight: 1, visit: asNewcomer(pages.logIn, pages.checkOut) }],
    routes: pages.PAGE_ROUTES,
  },
  /**
   * Of a hundred visits ninety look, nine fill a cart and leave it, one buys: shops report that
   * one to three visits in a hundred end with an order and that seven carts in ten or more are left.
   */
  mixed: {
    thinkTimeSeconds: PEOPLE_THINK_SECONDS,
    visits: lookedFilledBought(pages),
    routes: pages.PAGE_ROUTES,
    logIn: pages.logIn,
  },
  /** The same by the JSON API, for programs, which do not think. */
  api: {
    thinkTimeSeconds: 0,
    visits: lookedFilledBought(api),
    routes: api.API_ROUTES,
    logIn: api.logIn,
  },
};

/** Seconds of think time after each request: in the closed model alone, at a rate users wait anyway. */
export function thinkTimeOf({ workload, steps }: Plan): number {
  const named = workloadNamed(workload);
  if ('visits' in named && steps[0]?.load.model === 'open') return 0;
  return named.thinkTimeSeconds;
}

/** Route templates, in the order of the workload. */
export function routesOf(workload: Workload): string[] {
  return 'visits' in workload ? workload.routes : workload.requests.map(({ name }) => name);
}

/** The workload of that name; an error that names the known ones if there is none. */
export function workloadNamed(name: string): Workload {
  const workload = Object.hasOwn(WORKLOADS, name) ? WORKLOADS[name] : undefined;
  if (workload !== undefined) return workload;
  const known = Object.keys(WORKLOADS).join(', ');
  throw new Error(
    `plan.workload is ${JSON.stringify(name)}: expected one of ${known}. ` +
      'Name one of them in the plan (by hand: HEADROOM_WORKLOAD).',
  );
}

/**
 * Prime, so that looking at one request in twenty gets round to every place; short, because each
 * VU draws up its own before the test.
 */
const SEQUENCE_LENGTH = 211;

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

type Kind = Omit<WorkloadRequest, 'weight'>;

function constant(target: string, isRight: WorkloadRequest['isRight']): Kind {
  return { name: routeOf(target), target, constant: true, isRight };
}

function varying(target: string, isRight: WorkloadRequest['isRight']): Kind {
  return { name: routeOf(target), target, constant: false, isRight };
}

function routeOf(target: string): string {
  return target.replace(/\?.*/, '');
}

function alone(request: Kind): Workload {
  return { thinkTimeSeconds: 0, requests: [{ ...request, weight: 1 }] };
}

/** Who only looks is nobody; who fills a cart or buys is a customer. */
function lookedFilledBought(shop: typeof pages | typeof api): WeightedVisit[] {
  return [
    { weight: 90, visit: shop.browse },
    { weight: 9, visit: asCustomer(shop.logIn, shop.fillCart) },
    { weight: 1, visit: asCustomer(shop.logIn, shop.checkOut) },
  ];
}
