// Databases that an app was pointed at wrongly: it says so, to clients and in its log, and not the password.
import { readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandOf, environmentOf } from '../lab/runtime/apps';
import { Databases } from '../lab/runtime/databases';
import { startPostgres } from '../lab/runtime/native/postgres';
import { Processes } from '../lab/runtime/native/processes';
import { allowedCpus } from '../lab/runtime/native/topology';
import { untilReady, whyNotOk } from '../lab/runtime/readiness';
import { type AppName, appNames, subjectOf } from '../lab/runtime/subject';
import { freePorts, temporaryFolder } from './lab-process';

const cpus = allowedCpus();
const folder = temporaryFolder();
const password = 'not-the-right-one';

let processes: Processes;
let databases: Databases;

beforeAll(async () => {
  processes = await Processes.claim(folder);
  const [port = 0] = await freePorts(1);
  const { address } = await startPostgres({ processes, stateDir: folder, port, cpus });
  databases = await Databases.prepare(address, folder);
  for (const app of appNames) await databases.reset(app);
});

afterAll(async () => {
  await processes.stopAll();
  rmSync(folder, { recursive: true, force: true });
});

/** What is wrong with the URL, how it is made so, and what the log must say. */
const mistakes: [mistake: string, spoil: (url: URL) => void, words: RegExp][] = [
  ['password', (url) => Object.assign(url, { password }), /password authentication failed/],
  ['database', (url) => Object.assign(url, { pathname: '/nowhere' }), /nowhere\\?" does not exist/],
  ['host', (url) => Object.assign(url, { hostname: 'nowhere.invalid' }), /nowhere\.invalid/],
  ['port', (url) => Object.assign(url, { port: '1' }), /refused/i],
];

describe.each(appNames)('%s', (app) => {
  test.each(mistakes)(
    'is not ready where DATABASE_URL is wrong in %s, and logs why',
    async (...mistake) => {
      const [name, spoil, words] = mistake;
      const url = new URL(databases.appUrl(app));
      spoil(url);
      const { baseUrl, stop, logFile } = await start(app, name, url.href);
      const startedAt = performance.now();
      const answers = [];
      for (let n = 0; n < 4; n += 1) answers.push(await fetch(`${baseUrl}/readyz`));
      await stop();
      expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503]);
      expect(answers.map(({ headers }) => headers.get('retry-after'))).toEqual([
        '1',
        '1',
        '1',
        '1',
      ]);
      const seconds = (performance.now() - startedAt) / 1_000;
      const log = readFileSync(logFile, 'utf8');
      const lines = log.split('\n').filter((line) => words.test(line));
      expect(lines.length, log).toBeGreaterThan(0);
      expect(lines.length, log).toBeLessThanOrEqual(Math.floor(seconds) + 1);
      expect(lines.filter((line) => !/"level":50|\[ERROR\]/.test(line))).toEqual([]);
      expect(log).not.toContain(url.password);
    },
  );
});

async function start(app: AppName, name: string, databaseUrl: string) {
  const [port = 0, metricsPort = 0] = await freePorts(2);
  const child = await processes.start({
    name: `${app}-${name}`,
    ...commandOf({ app }),
    env: {
      ...environmentOf({ ...subjectOf(app, 'default', 1), workers: 1 }, databaseUrl),
      PORT: String(port),
      METRICS_PORT: String(metricsPort),
      POOL_TIMEOUT_SECONDS: '0.5',
    },
    cpus,
    stopSignal: 'SIGTERM',
    graceSeconds: 15,
  });
  const baseUrl = `http://127.0.0.1:${port}`;
  await untilReady(child, 60, () => whyNotOk(`${baseUrl}/healthz`));
  return { baseUrl, logFile: child.logFile, stop: () => child.stop() };
}
