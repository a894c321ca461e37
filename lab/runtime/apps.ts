// How each app is started on this machine: its command and the contract's environment; and what the
// lab's environment asks of the apps besides their profiles.
import { randomBytes } from 'node:crypto';
import { delimiter, dirname, join } from 'node:path';
import type { Placeholder } from '../../contract/app';
import { appNamed } from '../../contract/apps';
import { usageError } from '../errors';
import { toolsDir } from '../paths';
import { portsOf } from './ports';
import type { Endpoint } from './runtime';
import type { AppName, Subject } from './subject';

export const shutdownSeconds = 10;

/** Signs what the apps give out while this lab runs: a restarted subject knows its sessions again. */
const sessionSecret = randomBytes(48).toString('base64url');

/** Where an app listens; the second of two of one app listens elsewhere. */
export const portNumbersOf = (app: AppName) => {
  const { public: own, metrics } = portsOf(app);
  return { port: own.port, metricsPort: metrics.port };
};

export const endpointOf = (app: AppName, { port, metricsPort } = portNumbersOf(app)): Endpoint => ({
  baseUrl: `http://127.0.0.1:${port}`,
  metricsUrls: [`http://127.0.0.1:${metricsPort}${appNamed(app).metricsPath}`],
});

export function commandOf(app: AppName): { command: string; args: string[]; cwd: string } {
  const { folder, native } = appNamed(app);
  const [command = '', ...args] = native.command;
  return { command, args, cwd: folder };
}

/** Where `node` is the lab's own, and what pip installed is found. */
const searchPath = (path = ''): string =>
  [dirname(process.execPath), join(toolsDir, 'venv/bin'), path].join(delimiter);

/** What the app's app.json names, filled in for this subject; of the lab's own environment little else. */
export function environmentOf(
  subject: Subject,
  databaseUrl: string,
  at = portNumbersOf(subject.app),
): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, LANG } = process.env;
  const { environment } = appNamed(subject.app);
  const values: Record<Placeholder, string | number> = {
    databaseUrl,
    ...at,
    workers: subject.workers,
    threads: subject.threads,
    pool: subject.pool,
    keepAliveSeconds: subject.keepAliveSeconds,
    shutdownSeconds,
    sessionSecret,
    logLevel: logLevel(),
    plantedWorkMs: plantedWorkMs(),
  };
  const filledIn = (text: string) =>
    text.replaceAll(/\{(\w+)\}/g, (_, name: Placeholder) => String(values[name]));
  return {
    ...Object.fromEntries(
      Object.entries({ HOME, TMPDIR, LANG }).filter(([, value]) => value !== undefined),
    ),
    PATH: searchPath(PATH),
    ...Object.fromEntries(
      Object.entries(environment).map(([name, text]) => [name, filledIn(text)]),
    ),
    ...subject.settings,
  };
}

const levelVariable = 'HEADROOM_LOG_LEVEL';
const usualLevel = 'info';
const levels = ['debug', usualLevel, 'warn', 'error'];

/**
 * How much the apps log (LOG_LEVEL in contract/README.md). Not LOG_LEVEL itself: many programs read
 * that, so a shell may have it for another's sake.
 */
export function logLevel(env: NodeJS.ProcessEnv = process.env): string {
  const level = env[levelVariable] || usualLevel;
  if (levels.includes(level)) return level;
  throw usageError(
    `${levelVariable} is "${level}": give ${levels.join(', ')}, or unset it for ${usualLevel}.`,
  );
}

const workVariable = 'HEADROOM_PLANTED_WORK_MS';
const mostWorkMs = 100;

/** CPU time that each GET /db burns besides its work (PLANTED_WORK_MS); 0 unless somebody wants to see it found. */
function plantedWorkMs(env: NodeJS.ProcessEnv = process.env): number {
  const text = env[workVariable] || '0';
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= mostWorkMs) return value;
  throw usageError(
    `${workVariable} is "${text}": give whole milliseconds from 0 to ${mostWorkMs}.`,
  );
}

/** Figures measured under unusual settings are not those of the app: a run says so. */
export function settingCaveats(env: NodeJS.ProcessEnv = process.env): string[] {
  const [level, workMs] = [logLevel(env), plantedWorkMs(env)];
  return [
    ...(workMs === 0
      ? []
      : [`A regression is planted: each GET /db burns ${workMs} ms (${workVariable}).`]),
    // At `debug` an app writes one line per request.
    ...(level === usualLevel ? [] : [`The apps log at ${level} (${levelVariable}).`]),
  ];
}
