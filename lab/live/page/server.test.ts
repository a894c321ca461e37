import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dashboards } from '../../../grafana/src/catalogue';
import { panelsOf, queriesOf } from '../../../grafana/src/model';
import { readRunbook } from '../../../grafana/src/runbook';
import { realTourFixture } from '../../experiments/real-tour.fixture';
import { RunFolder } from '../../results/run-folder';
import { expressionsOf } from './frames';
import { defaultWindow, type Frame, presence } from './messages';
import { type LivePage, serveLivePage } from './server';

const run = '20260101T000000Z-tour-aaaa';
let resultsDir: string;
let page: LivePage;

beforeAll(() => {
  resultsDir = mkdtempSync(join(tmpdir(), 'headroom-live-'));
  mkdirSync(join(resultsDir, run));
  writeFileSync(join(resultsDir, run, 'run.json'), '{}');
  writeFileSync(join(resultsDir, run, 'report.html'), 'the report');
});
afterAll(() => rmSync(resultsDir, { recursive: true }));

beforeEach(async () => {
  page = await serveLivePage({ host: '127.0.0.1', port: await freePort(), resultsDir });
});
afterEach(() => page[Symbol.asyncDispose]());

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Answers every query with one point at the end of its range. */
function fakePrometheus(asked: URLSearchParams[], port = 0): Promise<Server> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (data) => {
      body += data;
    });
    request.on('end', () => {
      const query = new URLSearchParams(body);
      asked.push(query);
      const values = [[Number(query.get('end')), '7']];
      response.end(JSON.stringify({ data: { result: [{ metric: { app: 'express' }, values }] } }));
    });
  });
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)));
}

/** Events of the stream until one of each name has come. */
async function listen(url: string, ...names: string[]): Promise<Map<string, unknown>> {
  const response = await fetch(url, { signal: AbortSignal.timeout(8000) });
  const seen = new Map<string, unknown>();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    for (const [, name = '', data = ''] of text.matchAll(/event: (\w+)\ndata: (.*)\n\n/g)) {
      if (!seen.has(name)) seen.set(name, JSON.parse(data));
    }
    if (names.every((name) => seen.has(name))) break;
  }
  return seen;
}

const [overview] = dashboards;
const stream = () => `${page.url}/stream?dashboard=${overview?.uid}&seconds=120`;

describe('the page', () => {
  it('comes whole from here: it may load nothing else', async () => {
    const response = await fetch(page.url);
    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'/,
    );
    const html = await response.text();
    const [, script] = /<script type="module" src="(.*?)">/.exec(html) ?? [];
    expect(html).not.toMatch(/https?:/);
    const body = await (await fetch(`${page.url}${script}`)).text();
    expect(body.length).toBeGreaterThan(100_000);
  });

  it('serves the report of a run, and no other file', async () => {
    expect(await (await fetch(`${page.url}/reports/${run}`)).text()).toBe('the report');
    for (const path of ['/reports/none', '/reports/..%2f..', `/reports/${run}/run.json`, '/etc']) {
      expect((await fetch(`${page.url}${path}`)).status, path).toBe(404);
    }
    expect((await fetch(page.url, { method: 'POST' })).status).toBe(405);
  });

  it('has a paragraph of the runbook for each alert', async () => {
    const text = await (await fetch(`${page.url}/runbook`)).text();
    for (const { alert } of readRunbook()) expect(text).toContain(`<h2 id="${alert}">`);
    expect(text).toContain('<strong>What to do.</strong>');
    expect(text).not.toMatch(/\*\*|`/);
  });

  it('is not read by a site that lets its own name stand for this address', async () => {
    const statusFor = (host: string) =>
      new Promise((resolve, reject) => {
        get(page.url, { headers: { host } }, ({ statusCode }) => resolve(statusCode)).on(
          'error',
          reject,
        );
      });
    for (const host of [
      ...['rebound.example:3100', '127.0.0.1.nip.example', 'localhost.example', 'localhost:x'],
      ...['evil@rebound.example', '127.0.0.1:3100@rebound.example', 'rebound.example#localhost'],
    ]) {
      expect(await statusFor(host), host).toBe(403);
    }
    for (const host of ['localhost:3100', '127.0.0.1:3100', '[::1]:3100', 'LOCALHOST']) {
      expect(await statusFor(host), host).toBe(200);
    }
  });

  it('answers 404 to a target that is no path', async () => {
    for (const target of ['//', '//[', 'http://[', '/\\[']) {
      const { hostname, port } = new URL(page.url);
      const status = await new Promise((resolve, reject) => {
        get({ hostname, port, path: target }, ({ statusCode }) => resolve(statusCode)).on(
          'error',
          reject,
        );
      });
      expect(status, target).toBe(404);
    }
  });

  it('names an address of IPv6 as a browser takes it', async () => {
    const port = await freePort();
    const other = await serveLivePage({ host: '::1', port, resultsDir });
    expect(other.url).toBe(`http://[::1]:${port}`);
    expect((await fetch(other.url)).status).toBe(200);
    await other[Symbol.asyncDispose]();
  });

  it('refuses a port that is taken, naming it and the way out', async () => {
    const port = Number(new URL(page.url).port);
    await expect(serveLivePage({ host: '127.0.0.1', port, resultsDir })).rejects.toMatchObject({
      exitCode: 5,
      message: expect.stringMatching(`Port ${port} \\(live\\) is taken.*HEADROOM_LIVE_PORT`),
    });
  });
});

describe('the stream', () => {
  it('says that Prometheus is starting, until it is known', async () => {
    const seen = await listen(stream(), 'hello', 'away');
    expect(seen.get('away')).toEqual({ why: 'starting' });
  });

  it('says that Prometheus is away, and sends the whole window when it is back', async () => {
    const port = await freePort();
    page.watch(`http://127.0.0.1:${port}`);
    const listening = listen(stream(), 'away', 'frame');
    await listen(stream(), 'away');
    const prometheus = await fakePrometheus([], port);
    const seen = await listening;
    prometheus.close();
    expect(seen.get('away')).toEqual({ why: 'silent' });
    const { fromS, toS } = seen.get('frame') as Frame;
    expect(toS - fromS).toBe(120);
  });

  it('sends an answer to every query of the dashboard, asked for once', async () => {
    const asked: URLSearchParams[] = [];
    const prometheus = await fakePrometheus(asked);
    page.watch(`http://127.0.0.1:${(prometheus.address() as AddressInfo).port}`);
    const frame = (await listen(stream(), 'frame')).get('frame') as Frame;
    prometheus.close();
    expect(frame.toS - frame.fromS).toBe(120);
    expect(frame.toS % 2).toBe(0);
    const names = overview ? panelsOf(overview).flatMap(queriesOf) : [];
    for (const { name } of names) expect(Object.keys(frame.answers)).toContain(name);
    expect(frame.answers[presence.name]).toEqual([
      { labels: { app: 'express' }, points: [[frame.toS, 7]] },
    ]);
    const wanted = overview ? [...expressionsOf(overview, 120).values()] : [];
    expect(wanted.length).toBe(Object.keys(frame.answers).length);
    // The next frame may have been begun.
    const first = asked.slice(0, wanted.length).map((query) => query.get('query'));
    expect(first.sort()).toEqual(wanted.sort());
  });

  it('has room for sixteen browsers, and again once one of them has gone', async () => {
    const browsers = Array.from({ length: 16 }, () => new AbortController());
    // Held, so that none is closed because nobody reads it.
    const held = await Promise.all(browsers.map(({ signal }) => fetch(stream(), { signal })));
    const statusOfAnother = async () => {
      const response = await fetch(stream());
      await response.body?.cancel();
      return response.status;
    };
    expect(await statusOfAnother()).toBe(503);
    browsers[0]?.abort();
    await expect.poll(statusOfAnother, { timeout: 20_000 }).toBe(200);
    expect(held).toHaveLength(browsers.length);
    for (const browser of browsers) browser.abort();
  });

  it('tells whoever comes later what the latest run found, until another begins', async () => {
    const measured = { ...realTourFixture().run, id: '20260102T000000Z-tour-bbbb' };
    const answer = { sentences: ['Express carries more.'], warnings: [] };
    RunFolder.create(resultsDir, measured).write('analysis.json', answer);
    page.tellEnded(measured.id);
    const seen = await listen(stream(), 'ended');
    expect(seen.get('ended')).toMatchObject({ run: measured.id, status: 'complete', ...answer });
    page.tellEnded(undefined);
    expect((await listen(stream(), 'ended')).get('ended')).toBeNull();
  });

  it('tells whoever looks at it of a run that another process has measured', async () => {
    const other = { ...realTourFixture().run, id: '20260103T000000Z-tour-cccc' };
    const response = await fetch(stream(), { signal: AbortSignal.timeout(20_000) });
    let text = '';
    for await (const chunk of response.body ?? []) {
      if (text === '') {
        const answer = { sentences: ['Django carries more.'], warnings: [] };
        RunFolder.create(resultsDir, other).write('analysis.json', answer);
      }
      text += Buffer.from(chunk).toString();
      if (text.includes('Django carries more.')) break;
    }
    expect(text).toContain(`event: ended\ndata: {"run":"${other.id}"`);
  });

  it('knows no other dashboard than the catalogue does', async () => {
    const response = await fetch(`${page.url}/stream?dashboard=none`);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('headroom-overview');
  });
});

it.each(dashboards.map((dashboard) => [dashboard.title, dashboard] as const))(
  'no two queries of %s share a name and differ',
  (_title, dashboard) => {
    const byName = expressionsOf(dashboard, defaultWindow);
    for (const { name, expr } of panelsOf(dashboard).flatMap(queriesOf)) {
      const other = panelsOf(dashboard)
        .flatMap(queriesOf)
        .find((query) => query.name === name && query.expr !== expr);
      expect(other, name).toBeUndefined();
      expect(byName.has(name)).toBe(true);
    }
  },
);
