// The style sheet and its icon, at their exact paths, and nothing beside them.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import { Problem } from '../errors';

/** Beside src and dist alike. */
const PUBLIC_FOLDER = join(__dirname, '..', '..', 'public');

/** What `send` has set of a file before it refuses a condition or a range is not the refusal's. */
const withoutTheFiles: ErrorRequestHandler = (error, _req, res, next) => {
  for (const name of ['Cache-Control', 'ETag', 'Last-Modified']) res.removeHeader(name);
  next(error);
};

export function staticFiles(): (RequestHandler | ErrorRequestHandler)[] {
  const paths = new Set(readdirSync(PUBLIC_FOLDER).map((name) => `/${name}`));
  const onlyFiles: RequestHandler = (req, _res, next) => {
    if (!paths.has(req.path)) return next('router');
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      throw new Problem(405, 'A file takes GET, HEAD.', { headers: { Allow: 'GET, HEAD' } });
    }
    next();
  };
  return [onlyFiles, express.static(PUBLIC_FOLDER, { maxAge: '1h' }), withoutTheFiles];
}
