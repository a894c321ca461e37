// What holds for every reply of an app, whatever was asked: headers, schema, and that nothing of
// the machine leaks. Cases ask through here, so that every reply of the suite is held to it.
import { STATUS_CODES } from 'node:http';
import { expect } from 'vitest';
import { appNamed, namesOf, serves } from '../apps';
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

/** contract/README.md, "The shop". */
const policies = {
  shop: "base-uri 'none'; default-src 'none'; form-action 'self'; frame-ancestors 'none'; img-src 'self'; style-src 'self'",
  staff:
    "base-uri 'none'; default-src 'self'; form-action 'self'; frame-ancestors 'none'; img-src 'self' data:",
};

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

function expectOrderly(reply: Reply): void {
  const { what, headers } = reply;
  for (const [name, value] of Object.entries(securityHeaders)) {
    const expected = hasMiddleware(reply.subject) ? value : undefined;
    expect(headers[name], `${what}: header ${name}`).toBe(expected);
  }
  for (const name of forbiddenHeaders) {
    expect(headers[name], `${what}: header ${name}`).toBeUndefined();
  }
  if (serves(reply.subject.app, 'shop') && isShopPath(reply.path)) {
    expectOrderlyInShop(reply);
  } else {
    for (const name of ['set-cookie', 'location']) {
      expect(headers[name], `${what}: header ${name}`).toBeUndefined();
    }
  }
  expect(Date.parse(headers.date ?? ''), `${what}: header date`).toBeGreaterThan(0);
  const { serverHeader } = appNamed(reply.subject.app).behaviour;
  expect(headers.server ?? null, `${what}: header server`).toBe(serverHeader);
  if (reply.method === 'HEAD') {
    expect(reply.body.length, `${what}: bytes of body`).toBe(0);
    return;
  }
  if (!reply.path.startsWith('/staff/'))
    expect(faultsOf(reply), `${what}: breaks of contract/openapi.yaml`).toEqual([]);
  if (headers['transfer-encoding'] !== 'chunked' || !mayBeChunked(reply.subject)) {
    // RFC 9110: an answer without content has no length either.
    const length = reply.status === 204 ? undefined : String(reply.body.length);
    expect(headers['content-length'], `${what}: header content-length`).toBe(length);
  }
  const isPage = mediaTypeOf(reply) === 'text/html' && reply.text !== '';
  if (isPage && headers.location === undefined) {
    const [html] = readPage(reply.text).elements('html');
    const language = html?.attrs.find(({ name }) => name === 'lang')?.value;
    expect(language, `${what}: language of the page`).toMatch(/^en/);
  }
  if (reply.status >= 400 && !isRefusedForm(reply)) expectOrderlyError(reply);
}

/** A form that was refused comes again, as the page it is. */
const isRefusedForm = (reply: Reply) =>
  reply.status === 400 &&
  reply.method === 'POST' &&
  (reply.path === '/login' || reply.path === '/register') &&
  mediaTypeOf(reply) === 'text/html';

function expectOrderlyInShop({ subject, what, path, status, headers }: Reply): void {
  const policy = String(headers['content-security-policy'] ?? 'none')
    .split(';')
    .map((directive) => directive.trim())
    .filter((directive) => directive !== '')
    .sort()
    .join('; ');
  const expected = path.startsWith('/staff/') ? policies.staff : policies.shop;
  // A Host that is refused is refused before anybody knows what was asked for.
  if (status !== 400 || policy !== 'none') {
    expect(policy, `${what}: header content-security-policy`).toBe(expected);
  }
  for (const cookie of headers['set-cookie'] ?? []) {
    const [name, value] = (cookie.split(';')[0] ?? '').split('=');
    expect(name, `${what}: name of the cookie`).toBe(namesOf(subject.app).sessionCookie);
    // What takes a cookie away keeps nothing that a flag could guard.
    if (value === '' || value === '""') continue;
    expect(cookie, `${what}: flags of the cookie`).toMatch(/; ?HttpOnly/i);
    expect(cookie, `${what}: flags of the cookie`).toMatch(/; ?SameSite=Lax/i);
    expect(cookie, `${what}: flags of the cookie`).toMatch(/; ?Path=\/(;|$)/i);
    expect(headers['cache-control'], `${what}: header cache-control`).toContain('no-store');
  }
  if (headers.location !== undefined) {
    expect(headers.location, `${what}: header location`).toMatch(/^\/(?![/\\])/);
  }
}

/** Whether a client likes pages better than problem details (RFC 9110, section 12.5.1). */
export function prefersHtml(accept: string): boolean {
  const ranges = accept.split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim());
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    return { type, quality: q === undefined ? 1 : Number(q.slice(2)) };
  });
  /** Of the range that says most about the type. */
  const rankOf = (type: string) => {
    const [main] = type.split('/');
    const fits = [type, `${main}/*`, '*/*'].flatMap((one) => {
      const index = ranges.findIndex((range) => range.type === one);
      return index < 0 ? [] : [{ quality: ranges[index]?.quality ?? 0, index }];
    });
    return fits[0] ?? { quality: 0, index: 0 };
  };
  const [html, json] = [rankOf('text/html'), rankOf('application/problem+json')];
  if (html.quality !== json.quality) return html.quality > json.quality;
  return html.quality > 0 && html.index < json.index;
}

function expectOrderlyError(reply: Reply): void {
  const { what, status, text } = reply;
  const title = STATUS_CODES[status] ?? '';
  // A path that is said back to who sent it gives nothing away.
  const words = text.replaceAll(reply.path, '');
  for (const leak of leaks) expect(words, `${what}: body gives away the machine`).not.toMatch(leak);

  const accept = String(reply.requestHeaders.Accept ?? '');
  const expected = prefersHtml(accept) ? 'text/html' : 'application/problem+json';
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
