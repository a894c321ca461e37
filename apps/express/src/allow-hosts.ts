// Refuses requests whose Host header names none of ours, so that no answer is built for a forged one.
import type { RequestHandler } from 'express';
import { Problem } from './errors';

/** A name or an IPv6 address in brackets, and perhaps a port: one of each, so not two headers' worth. */
const HOST = /^([\w.-]+|\[[\da-f:.]+\])(:\d+)?$/i;

export function allowHosts(names: string[]): RequestHandler {
  const allowed = new Set(names);
  return (req, _res, next) => {
    const name = HOST.exec(req.headers.host ?? '')?.[1]?.toLowerCase();
    if (!name || !allowed.has(name)) {
      throw new Problem(400, 'The Host header names a host that is not served here.', {
        field: 'Host',
      });
    }
    next();
  };
}
