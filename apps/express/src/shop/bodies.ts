// How much a client may send, and in which form.
import { isUtf8 } from 'node:buffer';
import express, { type Request, type RequestHandler } from 'express';
import { Problem } from '../errors';
import { last } from './input';
import { requireToken } from './session';

const LIMIT_BYTES = 64 * 1024;
const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';
/** A charset is UTF-8, and nothing else may be given, so nothing is guessed. */
const PARAMETERS = /^([ \t]*;[ \t]*charset=("utf-8"|utf-8))?$/i;

/** What the type is was looked at beforehand, more closely than the parsers do. */
const whateverType = () => true;

/** What announces too much is refused at once; the parsers would read it to its end first. */
const withinLimit: RequestHandler = (req, _res, next) => {
  if (Number(req.get('Content-Length') ?? 0) <= LIMIT_BYTES) return next();
  throw new Problem(413, `A body may have ${LIMIT_BYTES} bytes.`);
};

/** `inflate: false`: 415 for a body with a Content-Encoding. */
const parseForm = express.urlencoded({
  limit: LIMIT_BYTES,
  extended: false,
  inflate: false,
  type: whateverType,
  verify: (_req, _res, body) => {
    if (!isUtf8(body) || !isProperlyEscaped(body.toString())) {
      throw new Problem(400, 'A form must be UTF-8, and each % in it begin an escape.');
    }
  },
});

/** The parser would take no bytes for {}, drop a BOM, and replace what is no UTF-8. */
const parseJson = express.json({
  limit: LIMIT_BYTES,
  inflate: false,
  type: whateverType,
  verify: (_req, _res, body) => {
    const beginsWithBom = body[0] === 0xef;
    if (body.length === 0 || beginsWithBom || !isUtf8(body)) {
      throw new Problem(400, 'The body is no JSON.');
    }
  },
});

function isProperlyEscaped(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function isOfType(req: Request, mediaType: string): boolean {
  if ((req.headersDistinct['content-type']?.length ?? 0) > 1) {
    throw new Problem(400, 'A request may have one Content-Type header.');
  }
  const given = req.get('Content-Type') ?? '';
  const isSame = given.slice(0, mediaType.length).toLowerCase() === mediaType;
  return isSame && PARAMETERS.test(given.slice(mediaType.length));
}

const hasBody = (req: Request): boolean =>
  req.get('Transfer-Encoding') !== undefined || Number(req.get('Content-Length') ?? 0) > 0;

const requireForm: RequestHandler = (req, _res, next) => {
  if (isOfType(req, FORM) || !(req.get('Content-Type') || hasBody(req))) return next();
  throw new Problem(415, `The body must be ${FORM}, in UTF-8.`);
};

const requireJson: RequestHandler = (req, _res, next) => {
  if (isOfType(req, JSON_TYPE)) return next();
  throw new Problem(415, `The body must be ${JSON_TYPE}, in UTF-8.`);
};

/** Where there was no body there are no fields. */
const lastValues: RequestHandler = (req, _res, next) => {
  const fields = Object.entries(req.body ?? {});
  req.body = Object.fromEntries(fields.map(([name, value]) => [name, last(value)]));
  next();
};

/** In front of each handler of a form: its fields, and the token among them. */
export const form: RequestHandler[] = [
  requireForm,
  withinLimit,
  parseForm,
  lastValues,
  requireToken,
];

/** In front of each unsafe handler of the API: the type before the token, as with a form. */
export const unsafeApi: RequestHandler[] = [
  (req, res, next) => (hasBody(req) ? requireJson(req, res, next) : next()),
  requireToken,
];

/** In front of each handler of the API that reads a body. */
export const json: RequestHandler[] = [requireJson, withinLimit, parseJson];
