// How much a client may send, and in which form.
import express, { type RequestHandler } from 'express';
import { Problem } from '../errors';
import { requireToken } from './session';

const LIMIT_BYTES = 64 * 1024;

/** What announces too much is refused at once; the parsers would read it to its end first. */
const withinLimit: RequestHandler = (req, _res, next) => {
  if (Number(req.headers['content-length'] ?? 0) <= LIMIT_BYTES) return next();
  throw new Problem(413, `A body may have ${LIMIT_BYTES} bytes.`);
};

/** `inflate: false`: 415 for a body with a Content-Encoding. */
const parseForm = express.urlencoded({ limit: LIMIT_BYTES, extended: false, inflate: false });
const parseJson = express.json({ limit: LIMIT_BYTES, inflate: false });

/** In front of each handler of a form: its fields, and the token among them. */
export const form: RequestHandler[] = [withinLimit, parseForm, requireToken];

/** In front of each handler of the API that reads a body. */
export const json: RequestHandler[] = [
  (req, _res, next) => {
    if (req.is('application/json')) return next();
    throw new Problem(415, 'The body must be application/json.');
  },
  withinLimit,
  parseJson,
];
