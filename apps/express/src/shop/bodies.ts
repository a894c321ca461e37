// How much a client may send, and in which form.
import express, { type RequestHandler } from 'express';
import { Problem } from '../errors';
import { requireToken } from './session';

const LIMIT = '64kb';

/** `inflate: false`: 415 for a body with a Content-Encoding. */
const parseForm = express.urlencoded({ limit: LIMIT, extended: false, inflate: false });
const parseJson = express.json({ limit: LIMIT, inflate: false });

/** In front of each handler of a form: its fields, and the token among them. */
export const form: RequestHandler[] = [parseForm, requireToken];

/** In front of each handler of the API that reads a body. */
export const json: RequestHandler[] = [
  (req, _res, next) => {
    if (req.is('application/json')) return next();
    throw new Problem(415, 'The body must be application/json.');
  },
  parseJson,
];
