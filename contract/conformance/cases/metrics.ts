// The metrics page: what stands on it, and that it tells the truth.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { appNamed } from '../../apps';
import type { Case } from '../case';
import { type Request, sendMany } from '../client';
import { departures, metricsOf } from '../declared-metrics';
import { declared, operations } from '../openapi';
import { ask } from '../orderly';
import { activeRequests, movementBy, quietPage, requestCount, scrape, sumOf } from '../scrape';
import { hasMiddleware, type Subject, settingsOf } from '../subjects';
import { abort } from './connections';

const requestSum = 'http_server_request_duration_seconds_sum';
const requestBucket = 'http_server_request_duration_seconds_bucket';

/** Every operation, from all workers, so that each series there can be is there. */
async function causeTraffic(subject: Subject): Promise<void> {
  for (const { sample } of operations) await sendMany(8, 8, () => ask(subject, sample));
}

const asDeclared: Case = {
  name: 'the page holds what contract/metrics.yaml declares, and nothing else',
  run: async (subject) => {
    await causeTraffic(subject);
    const page = await quietPage(subject);
    expect(
      departures(page, metricsOf(subject)),
      `${subject.app} GET ${subject.metricsUrl}: departures from contract/metrics.yaml`,
    ).toEqual([]);
    const known = new Set(['', ...declared.map(({ path }) => path)]);
    const routes = page
      .get('http_server_request_duration_seconds')
      ?.samples.map(({ labels }) => labels.http_route);
    expect(
      [...new Set(routes)].filter((route) => !known.has(route ?? 'none')),
      `${subject.app} GET ${subject.metricsUrl}: routes that contract/openapi.yaml does not have`,
    ).toEqual([]);
  },
};

const byName: Case = {
  name: 'the page of one name has that metric',
  run: async (subject) => {
    const cpu = 'process_cpu_seconds_total';
    const before = sumOf(await scrape(subject), cpu);
    const asked = { ...subject, metricsUrl: `${subject.metricsUrl}?name[]=${cpu}` };
    const after = sumOf(await scrape(asked), cpu);
    expect(after, `${subject.app} GET ${asked.metricsUrl}: ${cpu}`).toBeGreaterThanOrEqual(before);
    expect(after).toBeGreaterThan(0);
  },
};

type Counted = { asked: Request; times: number; route: string; status: number; method?: string };

/** What is sent, and the one series that must move by it. */
const counted: Counted[] = [
  { asked: { path: '/plaintext' }, times: 5, route: '/plaintext', status: 200 },
  { asked: { path: '/queries?count=2' }, times: 4, route: '/queries', status: 200 },
  { asked: { path: '/cached-queries' }, times: 3, route: '/cached-queries', status: 200 },
  { asked: { path: '/fortunes' }, times: 2, route: '/fortunes', status: 200 },
  { asked: { path: '/readyz' }, times: 2, route: '/readyz', status: 200 },
  { asked: { path: '/json', method: 'HEAD' }, times: 3, route: '/json', status: 200 },
  { asked: { path: '/wait?ms=x' }, times: 2, route: '/wait', status: 400 },
  { asked: { path: '/db', method: 'POST' }, times: 3, route: '', status: 405, method: '_OTHER' },
  {
    asked: { path: '/json', method: 'OPTIONS' },
    times: 2,
    route: '',
    status: 405,
    method: '_OTHER',
  },
  {
    asked: { path: '/db', method: 'PROPFIND' },
    times: 4,
    route: '',
    status: 405,
    method: '_OTHER',
  },
  { asked: { path: '/nope' }, times: 3, route: '', status: 404 },
  {
    asked: { path: '/nope/2?x=1', method: 'PUT' },
    times: 2,
    route: '',
    status: 404,
    method: '_OTHER',
  },
  { asked: { path: '/plaintext/' }, times: 2, route: '', status: 404 },
  {
    asked: { path: '/nope', method: 'PROPFIND' },
    times: 2,
    route: '',
    status: 404,
    method: '_OTHER',
  },
];
const refusedByMiddleware: Counted = {
  ...{ asked: { path: '/nope', headers: { Host: 'evil.example' } }, times: 2 },
  ...{ route: '', status: 400 },
};

const exactly: Case = {
  name: 'each request is counted once, under its method, route and status, in whichever worker',
  run: async (subject) => {
    const sent = hasMiddleware(subject) ? [...counted, refusedByMiddleware] : counted;
    const moved = await movementBy(subject, async () => {
      for (const { asked, times } of sent) await sendMany(times, times, () => ask(subject, asked));
    });
    for (const { asked, times, route, status, method } of sent) {
      const labels = {
        http_request_method: method ?? asked.method ?? 'GET',
        http_route: route,
        http_response_status_code: String(status),
      };
      // What is no operation falls into one series, whatever its path or method.
      const inSeries = sent
        .filter((other) => other.route === route && other.status === status)
        .filter((other) => (other.method ?? other.asked.method) === (method ?? asked.method))
        .reduce((sum, other) => sum + other.times, 0);
      expect(
        moved(requestCount, labels),
        `${subject.app} ${asked.method ?? 'GET'} ${asked.path} sent ${times} times: ${requestCount}${JSON.stringify(labels)} moved by`,
      ).toBe(inSeries);
    }
    expect(moved(requestCount), `${subject.app}: ${requestCount} over all series moved by`).toBe(
      sent.reduce((sum, { times }) => sum + times, 0),
    );
  },
};

const inSeconds: Case = {
  name: 'durations are in seconds, from taking the request to the end of its answer',
  run: async (subject) => {
    const moved = await movementBy(subject, () =>
      sendMany(3, 3, () => ask(subject, '/wait?ms=300')),
    );
    const what = `${subject.app} GET /wait?ms=300 three times`;
    const route = { http_route: '/wait' };
    expect(moved(requestSum, route), `${what}: ${requestSum} moved by`).toBeGreaterThanOrEqual(
      0.89,
    );
    expect(moved(requestSum, route), `${what}: ${requestSum} moved by`).toBeLessThan(3);
    for (const [le, count] of [
      ['0.25', 0],
      ['2.5', 3],
      ['+Inf', 3],
    ] as const) {
      const got = moved(requestBucket, { ...route, le });
      expect(got, `${what}: ${requestBucket}{le="${le}"} moved by`).toBe(count);
    }
  },
};

const active: Case = {
  name: 'active requests rise while requests wait, and fall to nothing after',
  run: async (subject) => {
    await quietPage(subject);
    const waiting = sendMany(3, 3, () => ask(subject, '/wait?ms=500'));
    await sleep(250);
    const during = await scrape(subject);
    const what = `${subject.app}, three GET /wait?ms=500 under way`;
    expect(sumOf(during, activeRequests), `${what}: ${activeRequests}`).toBe(3);
    if (metricsOf(subject).some(({ name }) => name === 'python_threads')) {
      const { workers, threads } = settingsOf(subject);
      expect(
        [{ state: 'busy' }, { state: 'idle' }].map((state) =>
          sumOf(during, 'python_threads', state),
        ),
        `${what}: python_threads busy and idle`,
      ).toEqual([3, workers * threads - 3]);
    }
    await waiting;
    const after = await quietPage(subject);
    expect(sumOf(after, activeRequests), `${what}, then answered: ${activeRequests}`).toBe(0);
  },
};

const cut: Case = {
  name: 'a cut request is counted once: as 499, where the app can see that it was cut',
  run: async (subject) => {
    const moved = await movementBy(subject, async () => {
      await abort(subject, '/wait?ms=400', 3, 100);
      await sleep(400);
    });
    const status = appNamed(subject.app).behaviour.seesCutRequests ? '499' : '200';
    const labels = { http_route: '/wait', http_response_status_code: status };
    const what = `${subject.app} GET /wait?ms=400, three cut after 100 ms`;
    expect(moved(requestCount, labels), `${what}: ${requestCount} of ${status} moved by`).toBe(3);
    expect(moved(requestCount), `${what}: ${requestCount} over all series moved by`).toBe(3);
  },
};

const ownPort: Case = {
  name: 'asking for the metrics is not counted',
  run: async (subject) => {
    const moved = await movementBy(subject, () => scrape(subject));
    expect(moved(requestCount), `${subject.app}: requests counted by scrapes alone`).toBe(0);
  },
};

export const metrics: Case[] = [asDeclared, byName, exactly, inSeconds, active, cut, ownPort];
