// Wrong paths, methods and hosts: which error, in which form, with which headers.
import { Agent } from 'node:http';
import { expect } from 'vitest';
import type { Case } from '../case';
import { readPage } from '../html';
import { operations } from '../openapi';
import { ask } from '../orderly';

const unknownPaths: [path: string, trap: string][] = [
  ['/products/', 'a slash at the end, in the shop'],
  ['/nope', 'a plain one'],
  ['/plaintext/', 'a slash at the end'],
  ['/queries/?count=1', 'a slash at the end, with a query'],
  ['/Plaintext', 'another case'],
  ['/FORTUNES', 'another case'],
  ['//plaintext', 'two slashes: not a host'],
  ['//evil.example/..', 'two slashes: no redirect'],
  ['/products%2F1', 'an escaped slash'],
  ['/api%2fproducts', 'an escaped slash in small letters'],
  ['/static%2Fshop.css', 'an escaped slash, of a file'],
  ['/staff%2F', 'an escaped slash, to the staff’s pages'],
  ['/plaintext/../json', 'dots are not resolved'],
  ['/plaintext;x=1', 'a path parameter'],
  ['/plaintext.json', 'a suffix'],
  ['/db/1', 'a child'],
  ['/metrics', 'metrics have a port of their own'],
  ['/staff', 'no slash at the end'],
  ['/favicon.ico', 'no files'],
  ['/static/main.js', 'no files'],
  ['/..%2f..%2fetc/passwd', 'no files'],
  ['/<script>alert(1)</script>', 'a script, sent back in the page?'],
  ['/__proto__', 'a name that objects have'],
];

const acceptsHtml = [
  'text/html',
  'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'text/*',
  'text/html, application/problem+json',
  'application/problem+json;q=0.5, text/html',
];
const acceptsOther = [
  ...['application/json', 'application/problem+json', '*/*', 'image/png', ''],
  'application/problem+json, text/html',
  'text/html;q=0.5, */*',
  'text/html;q=0',
];

const notFound: Case[] = unknownPaths.map(([path, trap]) => ({
  name: `${path} is not found (${trap})`,
  run: async (subject) => {
    const reply = await ask(subject, path);
    expect(reply.status, `${reply.what}: status`).toBe(404);
    const page = await ask(subject, { path, headers: { Accept: acceptsHtml[1] } });
    expect(page.status, `${page.what}: status`).toBe(404);
  },
}));

const inWhichForm: Case = {
  name: 'an error is problem details, and a page for who accepts HTML, with the same words',
  run: async (subject) => {
    for (const path of ['/nope', '/wait?ms=x']) {
      const { detail, title } = JSON.parse((await ask(subject, path)).text);
      for (const Accept of acceptsHtml) {
        const reply = await ask(subject, { path, headers: { Accept } });
        const { text } = readPage(reply.text);
        expect(text, `${reply.what}: title on the page`).toContain(title);
        if (detail) expect(text, `${reply.what}: detail on the page`).toContain(detail);
      }
      for (const Accept of acceptsOther) {
        const reply = await ask(subject, { path, headers: { Accept } });
        expect(JSON.parse(reply.text).title, `${reply.what}: title`).toBe(title);
      }
    }
  },
};

const wrongMethods = ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'];

const wrongMethod: Case[] = operations.flatMap(({ path }) =>
  wrongMethods.map((method) => ({
    name: `${method} ${path} is not allowed, and told what is`,
    run: async (subject) => {
      for (const headers of [{}, { Accept: 'text/html' }]) {
        const reply = await ask(subject, { method, path, headers });
        expect(reply.status, `${reply.what}: status`).toBe(405);
        const allowed = (reply.headers.allow ?? '').split(/, ?/).sort();
        expect(allowed, `${reply.what}: header allow`).toEqual(['GET', 'HEAD']);
      }
    },
  })),
);

const unwantedBodies: Case[] = [
  { type: 'application/json', body: '{"count":' },
  { type: 'application/x-www-form-urlencoded', body: 'a=%' },
  { type: 'multipart/form-data', body: 'no boundary' },
  { type: 'application/json', body: Buffer.alloc(300_000, 'x') },
].map(({ type, body }) => ({
  name: `POST /json with ${body.length} bytes of ${type} is not allowed, whatever the body holds`,
  run: async (subject) => {
    const headers = { 'Content-Type': type, 'Content-Length': body.length };
    // A server that has not read the body may close the connection: no other request shares it.
    const agent = new Agent();
    const reply = await ask(subject, { method: 'POST', path: '/json', headers, body, agent });
    expect(reply.status, `${reply.what}: status`).toBe(405);
    const next = await ask(subject, '/json');
    expect(next.status, `${next.what} after it: status`).toBe(200);
  },
}));

const unknownBeforeWrong: Case = {
  name: 'a wrong method on an unknown path is not found',
  run: async (subject) => {
    for (const method of wrongMethods) {
      const reply = await ask(subject, { method, path: '/nope' });
      expect(reply.status, `${reply.what}: status`).toBe(404);
    }
  },
};

const brokenPaths: Case[] = [
  '/%',
  '/%zz',
  '/products/%%331',
  '/%C3%28',
  '/%E0%A4%A',
  '/%00',
  '/plaintext%00',
  '/plaintext%0d%0aX-Injected:%201',
  '/%ff%fe',
  `/${'%41'.repeat(900)}`,
].map((path) => ({
  name: `${path.length > 60 ? `${path.slice(0, 12)}...` : path} is refused with 400 or 404`,
  ofMiddleware: path.startsWith('/products/'),
  run: async (subject) => {
    const reply = await ask(subject, path);
    expect([400, 404], `${reply.what}: status`).toContain(reply.status);
    expect(reply.headers['x-injected'], `${reply.what}: header x-injected`).toBeUndefined();
  },
}));

const brokenQueries: Case[] = [
  '?%',
  '?=',
  '?&&&',
  '?%00=%00',
  '?a[b][c][d]=1',
  '?a=1;b=2',
  '??',
].map((query) => ({
  name: `/json${query} is /json`,
  run: async (subject) => {
    const reply = await ask(subject, `/json${query}`);
    expect(reply.status, `${reply.what}: status`).toBe(200);
  },
}));

const port = (baseUrl: string): string => new URL(baseUrl).port;

const wrongHosts: Case[] = [
  'evil.example',
  'evil.example:80',
  '127.0.0.1.evil.example',
  'localhost.evil.example',
  'evil.example@localhost',
  'localhost@evil.example',
  'localhost evil.example',
  'localhost/..',
  'localhost..',
  '.',
  '<script>alert(1)</script>',
  '[::1]',
  '*',
].map((Host) => ({
  name: `Host: ${Host} is refused, on every path`,
  ofMiddleware: true,
  run: async (subject) => {
    for (const path of ['/plaintext', '/healthz', '/nope', '/db']) {
      for (const Accept of ['application/json', 'text/html']) {
        const reply = await ask(subject, { path, headers: { Host, Accept } });
        expect(reply.status, `${reply.what}: status`).toBe(400);
        const words = Accept === 'text/html' ? readPage(reply.text).text : reply.text;
        expect(words, `${reply.what}: body names the Host header`).toMatch(/host/i);
      }
    }
  },
}));

const rightHosts: Case = {
  name: 'a Host that is allowed is, with or without a port or a dot at its end, in any case',
  run: async (subject) => {
    const own = port(subject.baseUrl);
    const names = ['127.0.0.1', 'localhost', 'LOCALHOST', 'localhost.'];
    for (const Host of [...names, `127.0.0.1:${own}`, 'localhost:1', 'localhost.:1']) {
      const reply = await ask(subject, { path: '/plaintext', headers: { Host } });
      expect(reply.status, `${reply.what}: status`).toBe(200);
    }
  },
};

/** Reads no parameter, and so does not count them; the others do. */
const queries: [path: string, status: number, ofMiddleware?: boolean][] = [
  ['/plaintext', 200],
  ['/queries?count=2', 400],
  ['/work?units=1', 400],
  ['/search?q=a', 400, true],
  ['/products?page=1', 400, true],
  ['/api/products?page=1', 400, true],
  ['/login?next=/', 400, true],
  ['/sitemaps/products.xml?p=1', 400, true],
];

const longQueries = queries.map(
  ([path, status, ofMiddleware = false]): Case => ({
    name: `${path} with 1,000 parameters is read, and with one more is ${status}`,
    ofMiddleware,
    run: async (subject) => {
      for (const [count, expected] of [
        [1_000, 200],
        [1_001, status],
      ] as const) {
        const inPath = path.includes('?') ? 1 : 0;
        for (const parameter of ['a', '']) {
          const more = Array(count - inPath)
            .fill(parameter)
            .join('&');
          const reply = await ask(subject, `${path}${inPath ? '&' : '?'}${more}`);
          const what = `${subject.app} GET ${path} with ${count} parameters "${parameter}"`;
          expect(reply.status, `${what}: status`).toBe(expected);
        }
      }
    },
  }),
);

export const errors: Case[] = [
  ...longQueries,
  ...notFound,
  inWhichForm,
  ...wrongMethod,
  ...unwantedBodies,
  unknownBeforeWrong,
  ...brokenPaths,
  ...brokenQueries,
  ...wrongHosts,
  rightHosts,
];
