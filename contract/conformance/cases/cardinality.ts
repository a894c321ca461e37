// However a client varies its requests, it adds no more series than the contract allows.
import { expect } from 'vitest';
import { appNames, namesOf } from '../../apps';
import type { Case } from '../case';
import { type Request, send, sendMany } from '../client';
import { metricsOf } from '../declared-metrics';
import { declared, operations } from '../openapi';
import { ask } from '../orderly';
import { possibleSeries } from '../request-series';
import { movementBy, quietPage, requestCount } from '../scrape';
import { hasShop, type Subject } from '../subjects';

const duration = 'http_server_request_duration_seconds';

const methods = [
  ...['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'],
  ...['PROPFIND', 'PURGE', 'MKCOL', 'REPORT'],
];

const paths = [
  ...declared.map(({ path }) => path.replace('{slug}', 'lamps').replaceAll(/\{\w+\}/g, '1')),
  ...declared.map(({ path }) => path.replaceAll(/\{\w+\}/g, 'none')),
  ...[
    '/nope',
    '/nope/2',
    '/plaintext/',
    '/PLAINTEXT',
    '/staff/none',
    ...appNames.map((app) => namesOf(app).staff.change(1)),
  ],
  ...['/static/shop.css', '/static/none', '/metrics', '/%zz', '/%2e%2e/', '//', '/wait?ms=x'],
];

const headers: Request['headers'][] = [
  {},
  { Host: 'evil.example' },
  { Accept: 'text/html', Cookie: 'sid=none; sessionid=none', 'X-CSRF-Token': 'none' },
  { 'Content-Type': 'application/json', 'X-HTTP-Method-Override': 'BREW', Origin: 'null' },
];

/** As `METHOD route`. */
function operationsOf(subject: Subject): string[] {
  const served = hasShop(subject)
    ? declared
    : declared.filter(({ path }) => operations.some((one) => one.path === path));
  return served.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
}

const withId = declared
  .filter(({ path }) => path.includes('{id}'))
  .map(({ method, path }) => ({ method: method.toUpperCase(), path }));

const noIds: Case = {
  name: 'a path with no number for an id is an unknown path, and counted as one',
  ofMiddleware: true,
  run: async (subject) => {
    const sent = withId.flatMap(({ method, path }) =>
      ['none', '1x', '-1'].map((id): Request => ({ method, path: path.replace('{id}', id) })),
    );
    const moved = await movementBy(subject, async () => {
      for (const request of sent) {
        const reply = await ask(subject, {
          ...request,
          headers: { Cookie: `${namesOf(subject.app).sessionCookie}=none` },
        });
        expect(reply.status, `${reply.what}: status`).toBe(404);
        expect(reply.headers.vary, `${reply.what}: header vary`).toMatch(/cookie/i);
        const caching = reply.headers['cache-control'];
        expect(caching, `${reply.what}: header cache-control`).toContain('no-store');
      }
    });
    const labels = { http_route: '', http_response_status_code: '404' };
    const what = `${subject.app}, ${sent.length} paths with no number for an id: ${requestCount}`;
    expect(moved(requestCount, labels), `${what} without a route moved by`).toBe(sent.length);
    expect(moved(requestCount), `${what} over all series moved by`).toBe(sent.length);
  },
};

export const cardinality: Case[] = [
  noIds,
  {
    name: 'whatever methods, paths and headers are sent: each operation is counted, and no other series',
    patienceMs: 120_000,
    run: async (subject) => {
      const asked = [...new Set(paths)].flatMap((path) =>
        methods.flatMap((method) =>
          headers.map(
            (one): Request => ({
              method,
              path,
              headers: { ...one, 'Content-Length': method === 'POST' ? 2 : 0 },
              ...(method === 'POST' && { body: '{}' }),
            }),
          ),
        ),
      );
      // Whether each is answered well is for other cases to say.
      await sendMany(asked.length, 8, (index) => send(subject, asked[index] as Request));

      const samples = (await quietPage(subject)).get(duration)?.samples ?? [];
      const counted = samples
        .filter(({ name }) => name.endsWith('_count'))
        .map(({ labels }) =>
          [labels.http_request_method, labels.http_route, labels.http_response_status_code].join(
            ' ',
          ),
        );
      const allowed = possibleSeries();
      const what = `${subject.app}, after ${asked.length} requests of all kinds`;
      expect(
        counted.filter((series) => !allowed.has(series)),
        `${what}: series beyond those of conformance/request-series.ts`,
      ).toEqual([]);
      const isCounted = (operation: string) =>
        counted.some((series) => series.startsWith(`${operation} `));
      expect(
        operationsOf(subject).filter((operation) => !isCounted(operation)),
        `${what}: operations that were asked for, and are not counted as such`,
      ).toEqual([]);
      const { mostSeries = 0, buckets = [] } =
        metricsOf(subject).find(({ name }) => name === duration) ?? {};
      expect(samples.length, `${what}: samples`).toBeLessThanOrEqual(
        mostSeries * (buckets.length + 3),
      );
    },
  },
];
