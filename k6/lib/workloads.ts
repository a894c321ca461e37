// The workloads: named, weighted mixes of requests with a fixed think time. Pure definitions.
// Each has its SLO under the same name in contract/slo.json.
import { areWorlds, exactly, isFortunesPage, isWorld } from './answers.ts';

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

export type Workload = { thinkTimeSeconds: number; requests: WorkloadRequest[] };

const plaintext = constant('/plaintext', exactly('Hello, World!'));
const json = constant('/json', exactly('{"message":"Hello, World!"}'));
const fortunes = constant('/fortunes', isFortunesPage);
const db = varying('/db', isWorld);
const queries = varying('/queries?count=5', areWorlds(5));
const updates = varying('/updates?count=5', areWorlds(5));
const wait = constant('/wait?ms=100', exactly('{"ms":100}'));
/** The digest is SHA-256, 5,000 times over; the unit test works it out anew. */
const WORK_DIGEST = 'd6ed2a206e8556e00135cff9eab76d963efa8f99859e2bdd5b7ea8687dbc2902';
const work = constant('/work?units=5', exactly(`{"units":5,"digest":"${WORK_DIGEST}"}`));

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
};

/** The workload of that name; an error that names the known ones if there is none. */
export function workloadNamed(name: string): Workload {
  const workload = Object.hasOwn(WORKLOADS, name) ? WORKLOADS[name] : undefined;
  if (workload !== undefined) return workload;
  const known = Object.keys(WORKLOADS).join(', ');
  throw new Error(
    `plan.workload is ${JSON.stringify(name)}: expected one of ${known}. ` +
      'Name one of them in the plan (by hand: WORKLOAD).',
  );
}

/**
 * Prime, so that looking at one request in twenty gets round to every place; short, because each
 * VU draws up its own before the test.
 */
const SEQUENCE_LENGTH = 211;

/**
 * The round of requests that every user makes, each starting at a place of its own: each request
 * in its share of the mix to within one place, shuffled by the seed. A user's n-th request is the
 * same for both apps.
 */
export function requestSequence(requests: WorkloadRequest[], seed: number): WorkloadRequest[] {
  const total = requests.reduce((sum, { weight }) => sum + weight, 0);
  const sequence: WorkloadRequest[] = [];
  let weightSoFar = 0;
  for (const request of requests) {
    weightSoFar += request.weight;
    const end = Math.round((weightSoFar / total) * SEQUENCE_LENGTH);
    while (sequence.length < end) sequence.push(request);
  }
  return shuffled(sequence, seed);
}

/**
 * Fisher and Yates's shuffle, drawing from the minimal standard generator (Park, Miller and
 * Stockmeyer, CACM 36(7), 1993): every product is exact in a double.
 */
function shuffled<Item>(items: Item[], seed: number): Item[] {
  const modulus = 2 ** 31 - 1;
  let state = 1 + (Math.abs(seed) % (modulus - 1));
  for (let last = items.length - 1; last > 0; last -= 1) {
    state = (state * 48_271) % modulus;
    const other = state % (last + 1);
    const item = items[last] as Item;
    items[last] = items[other] as Item;
    items[other] = item;
  }
  return items;
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
