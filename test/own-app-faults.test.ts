// What can be wrong with an app of one's own: one clear sentence each, and nothing is measured.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { freePorts, Lab } from './lab-process';

let lab: Lab;
let server: Server;
let url: string;
let onIPv6: Server;
let nobodys: number | undefined;
beforeAll(async () => {
  lab = await Lab.create();
  server = await serving('127.0.0.1');
  onIPv6 = await serving('::1');
  [nobodys] = await freePorts(1);
  url = `http://127.0.0.1:${portOf(server)}`;
});
afterAll(() => {
  for (const one of [server, onIPv6]) one.close();
  lab.remove();
});

const answers: Record<string, (response: ServerResponse) => unknown> = {
  '/': (response) => response.end('hello'),
  '/page': (response) => response.end('<!doctype html><title>Metrics</title>'),
  '/away': (response) => response.writeHead(302, { Location: 'http://192.0.2.1/login' }).end(),
  '/next': (response) => response.writeHead(302, { Location: '/' }).end(),
  '/down': (response) => response.writeHead(503).end(),
  '/stream': (response) => {
    const more = setInterval(() => response.write('data: x\n\n'), 50);
    response.on('close', () => clearInterval(more));
  },
};

async function serving(host: string): Promise<Server> {
  const made = createServer((request, response) => {
    const answer = answers[request.url ?? ''];
    if (answer) answer(response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => made.listen(0, host, resolve));
  return made;
}
const portOf = (one: Server): number => (one.address() as AddressInfo).port;

let folders = 0;
const get =
  "import http from 'k6/http';\nexport default ({ baseUrl }) => http.get(baseUrl + '/');\n";

/** A headroom.yaml in a folder of its own. */
function fileWith(app: Record<string, unknown>, script = get): string {
  folders += 1;
  const folder = join(lab.folder, `app-${folders}`);
  mkdirSync(folder);
  writeFileSync(join(folder, 'item.ts'), script);
  const workload = { name: 'item', k6: 'item.ts', slo: { share: 0.99, thresholdSeconds: 0.1 } };
  const file = join(folder, 'headroom.yaml');
  writeFileSync(file, stringify({ apps: [{ name: 'mine', ...app }], workloads: [workload] }));
  return file;
}

const command = (...words: string[]) => ({
  native: { command: words },
  ports: { public: nobodys },
});
const node = (script: string) => command(process.execPath, '-e', script);

async function said(file: string) {
  const { code, stderr } = await lab.run('run', 'smoke', '--app', file);
  expect(stderr).not.toMatch(/bug in the lab|\n\s+at /);
  return { code, sentence: stderr.trim().split('\n').at(-1) ?? '' };
}

describe('an app', () => {
  it.each<[string, () => Record<string, unknown>, RegExp, number]>([
    [
      'whose URL answers 404',
      () => ({ url, ready: { path: '/none' } }),
      /mine was not ready within 3 s: http:\/\/127\.0\.0\.1:\d+\/none answers 404$/,
      5,
    ],
    [
      'that answers on IPv6 alone',
      () => ({ url: `http://localhost:${portOf(onIPv6)}` }),
      /answers on IPv6 alone: let the app listen on 127\.0\.0\.1, or give http:\/\/\[::1\]:\d+ as its url$/,
      5,
    ],
    [
      'that is not there',
      () => ({ url: `http://127.0.0.1:${nobodys}` }),
      /nothing listens on 127\.0\.0\.1:\d+$/,
      5,
    ],
    [
      'that redirects to another host',
      () => ({ url, ready: { path: '/away' } }),
      /answers 302, a redirect to another host, http:\/\/192\.0\.2\.1, and the lab follows none$/,
      5,
    ],
    [
      'that redirects',
      () => ({ url, ready: { path: '/next' } }),
      /answers 302, a redirect to \/, and the lab follows none$/,
      5,
    ],
    [
      'whose metrics page is HTML',
      () => ({ url, metricsPath: '/page' }),
      /\/page is HTML, which is not Prometheus's text format: correct metricsPath, or leave it out$/,
      5,
    ],
    [
      'whose metrics page has no end',
      () => ({ url, metricsPath: '/stream' }),
      /\/stream does not give its whole page: correct metricsPath$/,
      5,
    ],
    [
      'on another host',
      () => ({ url: 'http://192.0.2.1:8000' }),
      /url in \S+headroom\.yaml is "http:\/\/192\.0\.2\.1:8000": 192\.0\.2\.1 may not be loaded.*HEADROOM_ALLOW_FILE/,
      2,
    ],
    [
      'under a name that may stand for another host',
      () => ({ url: 'http://localhost.localdomain:8000' }),
      /localhost\.localdomain may not be loaded/,
      2,
    ],
    [
      'whose command ends at once',
      () => node('console.error("no such module"); process.exit(3)'),
      /mine ended with code 3 while starting: "no such module"; its log: \S+mine\.log$/,
      5,
    ],
    [
      'that goes to the background',
      () => command('sh', '-c', 'setsid sleep 60 & exit 0'),
      /mine ended with code 0 while starting; it must stay in the foreground; its log/,
      5,
    ],
    [
      'that logs a hundred megabytes and ends',
      () => command('sh', '-c', 'yes | head -c 100000000; echo full >&2; exit 1'),
      /mine ended with code 1 while starting: "full"; its log/,
      5,
    ],
    [
      'whose command is not there',
      () => command('./no-such-program'),
      /mine ended with code 127 while starting: ".*no-such-program.*"; its log/,
      5,
    ],
    [
      'that never gets ready',
      () => ({ ...node('setInterval(() => 0, 1e6)'), ready: { seconds: 1 } }),
      /mine was not ready within 1 s: nothing listens on 127\.0\.0\.1:\d+; its log/,
      5,
    ],
    [
      'whose port is taken',
      () => ({ ...node('0'), ports: { public: portOf(server) } }),
      /Port \d+ \(mine\) is taken by another program\. Stop that program, or choose another port: HEADROOM_MINE_PORT=PORT\.$/,
      5,
    ],
    [
      'whose reset fails',
      () => ({ url, reset: ['sh', '-c', 'echo no database >&2; exit 1'] }),
      /The reset of mine ended with code 1: "no database"; its log/,
      5,
    ],
    [
      'with a typing error',
      () => ({ url, usege: 'none' }),
      /has no key "usege": did you mean "usage"\?/,
      2,
    ],
  ])('%s is refused', async (_what, app, sentence, code) => {
    expect(await said(fileWith(app()))).toEqual({
      code,
      sentence: expect.stringMatching(sentence),
    });
  });
});

it.each<[string, () => Record<string, unknown>, string]>([
  [
    'an app that does not get ready',
    () => ({ ...node('setInterval(() => 0, 1e6)'), ready: { seconds: 600 } }),
    'mine',
  ],
  ['a reset that does not end', () => ({ url, reset: ['sleep', '600'] }), 'mine-reset'],
])('Ctrl-C does not wait for %s', async (_what, app, child) => {
  const running = lab.start('run', 'smoke', '--app', fileWith(app()));
  await vi.waitFor(() => expect(lab.child(child)).toBeDefined(), 60_000);
  running.signal('SIGINT');
  expect((await running.ended).code).toBe(130);
});

describe('an app that is unusual, and right', () => {
  it.each<[string, () => Record<string, unknown>]>([
    ['that is ready where it streams', () => ({ url, ready: { path: '/stream' } })],
    ['that is on IPv6, and says so', () => ({ url: `http://[::1]:${portOf(onIPv6)}` })],
    [
      'that ignores SIGTERM and leaves a process in a session of its own',
      () =>
        node(
          `process.on('SIGTERM', () => 0);
           require('child_process').spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
           require('http').createServer((_, r) => r.end('x')).listen(${nobodys}, '127.0.0.1');`,
        ),
    ],
  ])('%s is measured', async (_what, app) => {
    const { code, stdout, stderr } = await lab.run('run', 'smoke', '--app', fileWith(app()));
    expect([0, 4], stderr).toContain(code);
    expect(stdout).toContain('1 request, every answer as expected');
  });
});

describe('a k6 file', () => {
  it('that makes several requests in an iteration is refused once it has been seen to', async () => {
    const twice = get.replace('=>', '=> http.get(baseUrl) &&');
    const load = ['concurrency', '--app', fileWith({ url }, twice), '--quick'];
    const { code, stderr } = await lab.run('run', ...load);
    expect(stderr).toMatch(
      /item\.ts: its default function makes [12]\.\d requests in an iteration/,
    );
    expect(code).toBe(2);
  });

  it.each<[string, string, RegExp]>([
    [
      'that throws',
      'throw new Error("not today");\nexport default () => 1;',
      /item\.ts.*not today/,
    ],
    ['that is no TypeScript', 'export default (: =>', /item\.ts/],
    ['without a default function', 'export const x = 1;', /item\.ts has no default function/],
    [
      'with options of its own',
      `${get}export const options = { vus: 10 };`,
      /item\.ts exports options: the lab takes default, isRight, status, thinkTimeSeconds alone/,
    ],
    [
      'whose function throws',
      'export default () => { throw new TypeError("x is undefined"); };',
      /item\.ts: its default function throws TypeError: x is undefined/,
    ],
    ['whose function returns nothing', 'export default () => undefined;', /returns no answer/],
    [
      'that asks what redirects to another host',
      get.replace("'/'", "'/away'"),
      /answers 302, a redirect to another host, http:\/\/192\.0\.2\.1\/login: the lab loads http:\/\/127/,
    ],
    [
      'that asks another host',
      "import http from 'k6/http';\nexport default () => http.get('http://192.0.2.1/');",
      /192\.0\.2\.1/,
    ],
  ])('%s is refused', async (_what, script, sentence) => {
    const found = await said(fileWith({ url }, script));
    expect(found.sentence).toMatch(sentence);
    expect(found.code).toBe(2);
  });
});
