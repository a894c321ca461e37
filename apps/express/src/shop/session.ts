// Who is asking: sessions in the database, the CSRF token in them, and the customer they belong to.
import { promisify } from 'node:util';
import connectPgSimple from 'connect-pg-simple';
import { csrfSync } from 'csrf-sync';
import type { Request, RequestHandler, Response } from 'express';
import session from 'express-session';
import type { Pool } from 'pg';
import { Problem } from '../errors';
import type { Customer, Customers } from './customers';
import { originOf } from './links';

declare module 'express-session' {
  interface SessionData {
    customerId: number;
    passwordDigest: string;
  }
}

declare global {
  namespace Express {
    interface Locals {
      /** Absent where an anonymous visitor asks. */
      customer?: Customer | undefined;
      csrfToken?: () => string;
    }
  }
}

const COOKIE_NAME = 'sid';
const LIFETIME_MS = 24 * 60 * 60 * 1_000;

export function sessions(pool: Pool, secret: string): RequestHandler {
  const PgStore = connectPgSimple(session);
  return session({
    name: COOKIE_NAME,
    secret,
    // A session ends a day after it was last written: reading writes nothing.
    resave: false,
    rolling: false,
    // An anonymous visitor who only looks gets none.
    saveUninitialized: false,
    // Secure where the request came by https, as a trusted proxy says.
    cookie: { httpOnly: true, sameSite: 'lax', secure: 'auto', maxAge: LIFETIME_MS },
    store: new PgStore({
      pool,
      disableTouch: true,
      // That is what cleanup.ts does, once a day: here it would fall into a measurement.
      pruneSessionInterval: false,
      errorLog: () => {},
    }),
  });
}

const csrf = csrfSync({
  getTokenFromRequest: (req) => req.body?._csrf || req.get('X-CSRF-Token'),
});

/** Begins a session where there is none: it is what the token is kept in. */
export const csrfToken = (req: Request): string => csrf.generateToken(req);

/** In each unsafe route, behind what parses a form. */
export const requireToken: RequestHandler = (req, _res, next) => {
  if (comesFromHere(req) && csrf.isRequestValid(req)) return next();
  throw new Problem(
    403,
    'The CSRF token is missing or wrong, or another site sent the form: ask for the form again.',
  );
};

/**
 * The contract's rule: where a browser says which site a request comes from, it must be this one; by https,
 * where the connection has kept the header safe, it must say so.
 */
function comesFromHere(req: Request): boolean {
  const here = originOf(req);
  const { origin, referer } = req.headers;
  if (origin !== undefined) return origin === here;
  return !req.secure || /^https:\/\/[^/?#]+/.exec(referer ?? '')?.[0] === here;
}

/** White space around a cookie's name is dropped where cookies are read. */
const HAS_SESSION_COOKIE = new RegExp(`(^|;)\\s*${COOKIE_NAME}\\s*=`);

/** In front of what is not the same for everybody: no cache may give it to somebody else. */
export const dependsOnCookie: RequestHandler = (req, res, next) => {
  res.vary('Cookie');
  if (HAS_SESSION_COOKIE.test(req.get('Cookie') ?? '')) res.set('Cache-Control', 'no-store');
  next();
};

/** Finds the customer, once per request. A session that began with another password has ended. */
export function loadCustomer(customers: Customers): RequestHandler {
  return async (req, res, next) => {
    const { customerId, passwordDigest } = req.session;
    if (customerId !== undefined) {
      const customer = await customers.find(customerId);
      if (customer?.passwordDigest === passwordDigest) res.locals.customer = customer;
      else await promisify(req.session.regenerate).call(req.session);
    }
    res.locals.csrfToken = () => csrfToken(req);
    next();
  };
}

export const customerOf = (res: Response): Customer | undefined => res.locals.customer;

/** Whatever becomes of the request: in front of what is a customer's, and of the forms of an account. */
export const neverStored: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store');
  next();
};

/** The customer of a request that {@link requireCustomer} let through. */
export function buyerOf(res: Response): Customer {
  const customer = customerOf(res);
  if (!customer) throw new Error('a route of customers has no requireCustomer in front of it');
  return customer;
}

/** For pages: an anonymous visitor is sent to log in, and comes back. */
export const requireCustomer: RequestHandler = (req, res, next) => {
  res.set('Cache-Control', 'no-store');
  if (customerOf(res)) return next();
  // A request may name the whole URL (RFC 9112, absolute-form).
  const target = req.originalUrl.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '') || '/';
  res.redirect(303, `/login?next=${encodeURIComponent(target)}`);
};

/** For the API. */
export const requireApiCustomer: RequestHandler = (_req, res, next) => {
  if (customerOf(res)) return next();
  throw new Problem(401, 'Log in first: POST /api/session.', {
    headers: { 'WWW-Authenticate': 'Session' },
  });
};

/** A new id, so that one that somebody else knows is worth nothing; and the old session is gone. */
export async function beginSession(req: Request, customer: Customer): Promise<void> {
  await promisify(req.session.regenerate).call(req.session);
  req.session.customerId = customer.id;
  req.session.passwordDigest = customer.passwordDigest;
  // The next page has a form to log out: its token is written now, with the session, not then.
  csrfToken(req);
}

/**
 * In front of a redirect, as express-session advises: it holds back an answer's last byte until the
 * session is written, but a browser follows a Location as soon as it has read it.
 */
export async function saveSession(req: Request): Promise<void> {
  await promisify(req.session.save).call(req.session);
}

export async function endSession(req: Request, res: Response): Promise<void> {
  await promisify(req.session.destroy).call(req.session);
  res.clearCookie(COOKIE_NAME, { httpOnly: true, sameSite: 'lax' });
}
