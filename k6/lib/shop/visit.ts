// A visit to the shop: requests one after another, each made of what the answers before it said.
//
// A visit is a generator: it yields what it asks for and is handed the answer. So it reads as what
// a person does, and whoever carries it out (walk.ts, k6) makes one request in one iteration. Pure.
import type { Names } from '../../../contract/names.ts';
import type { Choice } from './catalogue.ts';

/** An answer of k6's, as far as visits read it. */
export type Answer = {
  status: number;
  body: string;
  headers: Record<string, string>;
  cookies: Record<string, { value: string }[]>;
};

export type Ask = {
  method: 'GET' | 'POST' | 'DELETE';
  /** Route template: the `name` tag of the request's series. */
  name: string;
  /** Path and query. */
  target: string;
  body?: string;
  headers: Record<string, string>;
  /** An anonymous visitor sends no cookie and keeps none; a customer does. */
  as: 'nobody' | 'customer';
  status: number;
  isRight: (answer: Answer) => boolean;
  /** The visit goes on with what the body says, so it is looked at each time; others are sampled. */
  read: boolean;
  /** Of a checkout: what the customer was told that it costs. */
  totalCents?: number;
};

export type Visit = Generator<Ask, void, Answer>;

/** Who makes the visits of one k6 user. */
export type Visitor = {
  choice: Choice;
  email: string;
  password: string;
  session: Session;
  /** What the app calls cookie and token. */
  names: Pick<Names, 'sessionCookie' | 'csrfField'>;
  /** A key that no other checkout has. */
  newKey: () => string;
};

/** What a browser keeps of a session. */
export type Session = {
  loggedIn: boolean;
  /** Of the session, as `name=value`; undefined before the shop gave one. */
  cookie?: string | undefined;
  /** Of the API, which gives it at login; pages carry theirs in each form. */
  csrfToken?: string | undefined;
};

/**
 * A person looks at a page for some seven seconds (TPC-W's mean think time). At that pace it takes
 * thousands of users to keep one core busy, and each is a JavaScript runtime in the generator. So
 * one user here stands for some thirty-five: still idle most of the time, as people are.
 */
export const PEOPLE_THINK_SECONDS = 0.2;

/** Logs in again, in a session that forgets the one before. */
export type LogIn = (visitor: Visitor) => Visit;

/**
 * People stay logged in for a day, so of ten visits of a customer one begins with a login; it costs
 * tens of milliseconds of CPU (argon2id) where a page costs one or two.
 */
const LOGIN_SHARE = 0.1;

/** A visit of a customer, who logs in first where that is due. */
export const asCustomer = (logIn: LogIn, visit: (visitor: Visitor) => Visit) =>
  function* (visitor: Visitor): Visit {
    const { session, choice } = visitor;
    if (!session.loggedIn || choice.happens(LOGIN_SHARE)) yield* logIn(visitor);
    yield* visit(visitor);
  };

/** A visit that begins with a login, whatever was before. */
export const asNewcomer = (logIn: LogIn, visit: (visitor: Visitor) => Visit) =>
  function* (visitor: Visitor): Visit {
    yield* logIn(visitor);
    yield* visit(visitor);
  };

export function forget(session: Session): void {
  session.loggedIn = false;
  session.cookie = undefined;
  session.csrfToken = undefined;
}
