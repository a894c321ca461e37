// What holds for every reply of an app, whatever was asked: headers, schema, and that nothing of
// the machine leaks. Cases ask through here, so that every reply of the suite is held to it.
import { STATUS_CODES } from 'node:http';
import { expect } from 'vitest';
import { type Reply, type Request, send } from './client';
import { readPage } from './html';
import { faultsOf, isShopPath, mediaTypeOf } from './openapi';
import { hasMiddleware, mayBeChunked, type Subject } from './subjects';

/** contract/README.md: on every answer, except of the bare profile, which has none of them. */
const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
};

/** Each would be work, or knowledge, that the other app does not give away. */
const forbiddenHeaders = ['x-powered-by', 'etag', 'last-modified', 'content-encoding'];

/** Whether an answer may send its reader on, or give a cookie: the shop's alone may. */
const mayMove = (reply: Reply) => isShopPath(reply.path);

/** Marks of a stack trace, a statement, a driver or a path of the machine. */
const leaks = [
  /Traceback/,
  /\bat .+:\d+:\d+/,
  /File "/,
  /\.(py|js|ts|mjs|cjs)\b/,
  /node_modules|site-packages/,
  /\b(SELECT|UPDATE|INSERT|DELETE)\b.*\b(FROM|SET|INTO)\b/,
  /relation "|SQLSTATE|psycopg|postgres/i,
  /\/(home|root|usr|opt|srv|tmp|var|app)\//,
  /<pre>/,
];

/** Sends a request and holds the reply to what every reply must meet. */
export async function ask(subject: Subject, request: Request | string): Promise<Reply> {
  const reply = await send(subject, typeof request === 'string' ? { path: request } : request);
  expectOrderly(reply);
  return reply;
}

export function expectOrderly(reply: Reply): void {
  const { what, headers } = reply;
  for (const [name, value] of Object.entries(securityHeaders)) {
    const expected = hasMiddleware(reply.subject) ? value : undefined;
    expect(headers[name], `${what}: header ${name}`).toBe(expected);
  }
  for (const name of forbiddenHeaders) {
    expect(headers[name], `${what}: header ${name}`).toBeUndefined();
  }
  if (!mayMove(reply)) {
    for (const name of ['set-cookie', 'location']) {
      expect(headers[name], `${what}: header ${name}`).toBeUndefined();
    }
  }
  expect(Date.parse(headers.date ?? ''), `${what}: header date`).toBeGreaterThan(0);
  if (reply.method === 'HEAD') {
    expect(reply.body.length, `${what}: bytes of body`).toBe(0);
    return;
  }
  expect(faultsOf(reply), `${what}: breaks of contract/openapi.yaml`).toEqual([]);
  if (headers['transfer-encoding'] !== 'chunked' || !mayBeChunked(reply.subject)) {
    const length = String(reply.body.length);
    expect(headers['content-length'], `${what}: header content-length`).toBe(length);
  }
  if (reply.status >= 400) expectOrderlyError(reply);
}

function expectOrderlyError(reply: Reply): void {
  const { what, status, text } = reply;
  const title = STATUS_CODES[status] ?? '';
  // A path that is said back to who sent it gives nothing away.
  const words = text.replaceAll(reply.path, '');
  for (const leak of leaks) expect(words, `${what}: body gives away the machine`).not.toMatch(leak);

  const accept = String(reply.requestHeaders.Accept ?? '');
  const expected = accept.includes('text/html') ? 'text/html' : 'application/problem+json';
  expect(mediaTypeOf(reply), `${what}: media type`).toBe(expected);
  if (expected === 'text/html') {
    const page = readPage(text);
    expect(reply.headers['content-type'], `${what}: charset`).toMatch(/charset=utf-8/i);
    expect(page.doctype, `${what}: doctype`).toBe('html');
    expect(page.text, `${what}: page`).toContain(title);
    expect(page.elements('script'), `${what}: script elements`).toEqual([]);
  } else {
    const problem = JSON.parse(text);
    expect(problem.status, `${what}: status in the body`).toBe(status);
    expect(problem.title, `${what}: title in the body`).toBe(title);
  }
}
