import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { notificationsLog, notify, webhookOf } from './notifications';

let results: string;
let server: Server;
let received: { text: string }[];
/** What it answers, one for each request; 200 once they are used up. */
let answers: number[];

beforeEach(async () => {
  results = mkdtempSync(join(tmpdir(), 'headroom-notify-'));
  received = [];
  answers = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (data) => {
      body += data;
    });
    request.on('end', () => {
      const status = answers.shift() ?? 200;
      if (status === 200) received.push(JSON.parse(body));
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
  rmSync(results, { recursive: true });
});

const tell = (text: string, options: { day?: number; days?: number; url?: string | null } = {}) => {
  const {
    day = 1,
    days = 7,
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`,
  } = options;
  return notify({
    resultsDir: results,
    text,
    heartbeat: { text: 'still here', days },
    webhook: url === null ? undefined : { url, backoffSeconds: 0.01 },
    now: new Date(Date.UTC(2026, 0, day)),
  });
};
const texts = () => received.map(({ text }) => text);

describe('a notification', () => {
  it('goes to the webhook in the form that Slack takes, and into a file', async () => {
    expect(await tell('a regression')).toEqual([]);
    expect(received).toEqual([{ text: 'a regression' }]);
    expect(readFileSync(notificationsLog(results), 'utf8')).toMatch(
      /^2026-01-01T00:00:00\.000Z\na regression\n/,
    );
  });

  it('is not sent when there is nothing to tell, until the heartbeat is due', async () => {
    await tell('a regression', { day: 1 });
    for (const day of [2, 3, 7]) await tell('', { day });
    expect(texts()).toEqual(['a regression']);
    await tell('', { day: 8 });
    expect(texts()).toEqual(['a regression', 'still here']);
    await tell('', { day: 9 });
    expect(texts()).toHaveLength(2);
  });

  it('is tried again when the webhook fails for a moment', async () => {
    answers = [500, 429];
    expect(await tell('a regression')).toEqual([]);
    expect(texts()).toEqual(['a regression']);
  });

  it('that nobody takes fails nothing, and is sent with the next', async () => {
    answers = [500, 500, 500, 500];
    expect(await tell('a regression', { day: 1 })).toEqual([
      expect.stringMatching(/webhook 127\.0\.0\.1:\d+ answered 500.*sent again/),
    ]);
    expect(await tell('', { day: 2 })).toEqual([]);
    expect(texts()).toEqual(['a regression']);
    await tell('', { day: 3 });
    expect(texts()).toHaveLength(1);
  });

  it('that nobody took waits through a night without a webhook', async () => {
    answers = [404];
    await tell('a regression', { day: 1 });
    await tell('fixed', { day: 2, url: null });
    await tell('', { day: 3 });
    expect(texts()).toEqual(['a regression']);
  });

  it('does not repeat the secret path of a webhook that is down', async () => {
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const [warning] = await tell('a regression', { url: `http://127.0.0.1:${port}/secret` });
    expect(warning).toMatch(/127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\)/);
    expect(warning).not.toMatch(/secret/);
  });

  it('is sent though its file cannot be written, which is said', async () => {
    mkdirSync(notificationsLog(results));
    expect(await tell('a regression')).toEqual([
      expect.stringMatching(/^The message is not in .*EISDIR/),
    ]);
    expect(texts()).toEqual(['a regression']);
  });

  it('is not tried again where the request itself is refused', async () => {
    answers = [404];
    expect(await tell('a regression')).toEqual([expect.stringMatching(/answered 404/)]);
    expect(texts()).toEqual([]);
  });

  it('needs no webhook', async () => {
    expect(await tell('a regression', { url: null })).toEqual([]);
    expect(existsSync(notificationsLog(results))).toBe(true);
    expect(received).toEqual([]);
  });

  it.each(['hooks.example.org/x', 'file:///etc/passwd', 'ftp://example.org'])(
    'goes to no such address: %s',
    (url) => expect(() => webhookOf(url)).toThrow(/is not an http or https URL/),
  );
});
