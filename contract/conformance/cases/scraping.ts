// How the metrics page is served, whoever asks and however (contract/README.md, "Metrics pages").
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Case } from '../case';
import { type Reply, type Request, send } from '../client';
import { parseMetricsPage } from '../metrics-page';
import { talk } from '../raw-socket';
import { scrape, sumOf } from '../scrape';
import type { Subject } from '../subjects';

/** The same app, asked on its metrics port. */
function metricsPortOf(subject: Subject): Subject {
  return { ...subject, baseUrl: new URL(subject.metricsUrl).origin };
}

const scrapeAs = (subject: Subject, request: Partial<Request> = {}): Promise<Reply> =>
  send(metricsPortOf(subject), { path: '/metrics', ...request });

const contentType = 'text/plain; version=0.0.4; charset=utf-8';

/** What Prometheus 3 sends, and what a library that negotiates by the letter breaks at. */
const accepts = [
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1',
  'application/openmetrics-text; version="1.0.0"',
  'application/openmetrics-text; version=latest',
  'application/openmetrics-text; version=',
  'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited',
  'text/plain; version=1.0.0; escaping=none-such',
  'image/png',
  ';;;=,,"',
  '',
];

const sameForAll: Case = {
  name: 'the page is the same text whatever Accept, Accept-Encoding and Host say, and a query but for name[]',
  run: async (subject) => {
    const asked: Partial<Request>[] = [
      { path: '/metrics?' },
      { path: '/metrics?x=1&names=up' },
      { path: '/metrics?%zz' },
      ...accepts.map((Accept) => ({ headers: { Accept } })),
      { headers: { 'Accept-Encoding': 'gzip' } },
      { headers: { Host: 'replica-2.internal:9181' } },
      { headers: { Host: '[::1' } },
    ];
    for (const request of asked) {
      const reply = await scrapeAs(subject, request);
      expect(reply.status, `${reply.what}: status`).toBe(200);
      expect(reply.headers['content-type'], `${reply.what}: content-type`).toBe(contentType);
      expect(reply.headers['content-encoding'], `${reply.what}: encoding`).toBeUndefined();
      expect(reply.headers['content-length'], `${reply.what}: length`).toBe(
        String(reply.body.length),
      );
      const page = parseMetricsPage(reply.text);
      expect(sumOf(page, 'process_start_time_seconds'), `${reply.what}: page`).toBeGreaterThan(0);
    }
    const heard = await talk(metricsPortOf(subject), 'GET /metrics HTTP/1.1\r\n\r\n');
    expect(heard.statuses, `${subject.app} GET /metrics without Host: status`).toEqual([400]);
  },
};

const methods: Case = {
  name: 'GET and HEAD give the page, other methods 405 with Allow, other paths 404',
  run: async (subject) => {
    const head = await scrapeAs(subject, { method: 'HEAD' });
    expect(head.status, `${head.what}: status`).toBe(200);
    expect(head.headers['content-type'], `${head.what}: content-type`).toBe(contentType);
    expect(Number(head.headers['content-length']), `${head.what}: length`).toBeGreaterThan(1000);
    expect(head.text, `${head.what}: body`).toBe('');
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND']) {
      const reply = await scrapeAs(subject, {
        method,
        ...(method === 'POST' && { body: 'x'.repeat(10_000) }),
      });
      expect(reply.status, `${reply.what}: status`).toBe(405);
      expect(reply.headers.allow, `${reply.what}: header allow`).toBe('GET, HEAD');
      expect(parseMetricsPage.bind(null, reply.text), `${reply.what}: body`).toThrow();
    }
    for (const path of ['/', '/plaintext', '/metrics/', '//metrics', '/Metrics', '/%6detrics']) {
      for (const method of ['GET', 'POST']) {
        const reply = await scrapeAs(subject, { method, path });
        expect(reply.status, `${reply.what}: status`).toBe(404);
      }
    }
  },
};

const manyAtOnce: Case = {
  name: 'fifty scrapes at a time get fifty whole pages',
  run: async (subject) => {
    const replies = await Promise.all(Array.from({ length: 50 }, () => scrapeAs(subject)));
    for (const reply of replies) {
      expect(reply.status, `${reply.what}, fifty at a time: status`).toBe(200);
      const page = parseMetricsPage(reply.text);
      expect(sumOf(page, 'server_workers'), `${reply.what}, fifty at a time: workers`).toBe(
        sumOf(parseMetricsPage(replies[0]?.text ?? ''), 'server_workers'),
      );
    }
  },
};

const slowClients: Case = {
  name: 'clients that send half a request, or read nothing, keep nobody else from the page',
  run: async (subject) => {
    const { hostname, port } = new URL(subject.metricsUrl);
    const whole = 'GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n';
    const sockets = ['', 'GET /met', whole.slice(0, -2), whole].flatMap((bytes) =>
      Array.from({ length: 50 }, () => {
        const socket = connect({ host: hostname, port: Number(port) });
        socket.on('error', () => undefined);
        socket.pause().write(bytes);
        return socket;
      }),
    );
    await sleep(300);
    try {
      const page = await scrape(subject);
      expect(
        sumOf(page, 'process_open_fds'),
        `${subject.app} with 200 slow clients: process_open_fds`,
      ).toBeGreaterThan(0);
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  },
};

const dripMs = 500;

/** What a client sends, and what it then sends byte by byte without an end. */
const givenUp = [
  { name: 'half a request', begins: 'GET /met', drips: '' },
  { name: 'a request line that comes in drops', begins: 'GET /metrics?', drips: 'x' },
  { name: 'a header that comes in drops', begins: 'GET /metrics HTTP/1.1\r\nX: ', drips: 'x' },
].map(({ name, begins, drips }): Case => {
  /** When each subject's connection was closed. */
  const closings = new Map<Subject, Promise<void>>();
  return {
    name: `${name} is given up`,
    begin: async (subject) => {
      const { hostname, port } = new URL(subject.metricsUrl);
      const socket = connect({ host: hostname, port: Number(port) });
      socket
        .on('error', () => undefined)
        .resume()
        .write(begins);
      const dripping = setInterval(() => socket.writable && socket.write(drips), dripMs).unref();
      // Not once() of node:events: that rejects when the connection is reset, which closes it too.
      const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
      closings.set(
        subject,
        closed.then(() => clearInterval(dripping)),
      );
    },
    patienceMs: 40_000,
    run: async (subject) => {
      const outcome = await Promise.race([
        closings.get(subject)?.then(() => 'closed'),
        sleep(30_000, 'still open', { ref: false }),
      ]);
      expect(outcome, `${subject.app} metrics port, ${name}: connection`).toBe('closed');
    },
  };
});

export const scraping: Case[] = [sameForAll, methods, manyAtOnce, slowClients, ...givenUp];
