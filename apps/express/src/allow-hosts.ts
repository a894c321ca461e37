// Refuses requests whose Host header names none of ours, so that no answer is built for a forged one.
import type { RequestHandler } from 'express';
import { Problem } from './errors';

/** A name or an IPv6 address in brackets, and perhaps a port: one of each, so not two headers' worth. */
const HOST = /^([\w.-]+|\[[\da-f:.]+\])(:\d+)?$/i;

/** Of a request target that names its host: `http://host/path`. */
const AUTHORITY = /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)/i;

export function allowHosts(names: string[]): RequestHandler {
  const allowed = new Set(names);
  return (req, _res, next) => {
    // RFC 9112, section 3.2.2: then the header does not count.
    if (!req.url.startsWith('/')) req.headers.host = AUTHORITY.exec(req.url)?.[1] ?? '';
    // A dot at its end makes a name absolute, and no other name.
    const name = HOST.exec(req.headers.host ?? '')?.[1]
      ?.toLowerCase()
      .replace(/\.$/, '');
    if (!name || !allowed.has(name)) {
      throw new Problem(400, 'The Host header names a host that is not served here.', {
        field: 'Host',
      });
    }
    next();
  };
}
