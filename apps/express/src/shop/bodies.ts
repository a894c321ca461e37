// How much a client may send, and in which form.
import express, { type Request, type RequestHandler } from 'express';
import { Problem } from '../errors';
import { requireToken } from './session';

const LIMIT = '64kb';

const parseForm = express.urlencoded({ limit: LIMIT, extended: false });
const parseJson = express.json({ limit: LIMIT });

const hasBody = (req: Request): boolean =>
  req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;

/** Before the token is looked for: a form's field must not count at the API. */
const takeOnly =
  (type: string): RequestHandler =>
  (req, _res, next) => {
    if (!hasBody(req) || req.is(type)) return next();
    throw new Problem(415, `The body must be ${type}.`);
  };

/** In front of each handler of a form: its fields, and the token among them. */
export const form: RequestHandler[] = [
  takeOnly('application/x-www-form-urlencoded'),
  parseForm,
  requireToken,
];

/** In front of each unsafe handler of the API. */
export const unsafeApi: RequestHandler[] = [takeOnly('application/json'), requireToken];

/** In front of each handler of the API that reads a body. */
export const json: RequestHandler[] = [
  (req, _res, next) => {
    if (req.is('application/json')) return next();
    throw new Problem(415, 'The body must be application/json.');
  },
  parseJson,
];
