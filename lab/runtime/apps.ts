// How each app is started on this machine: its command and the contract's environment; and what the
// lab's environment asks of the apps besides their profiles.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { usageError } from '../errors';
import { rootDir, toolsDir } from '../paths';
import { ports } from './ports';
import type { Endpoint } from './runtime';
import type { AppName, Subject } from './subject';

export const shutdownSeconds = 10;

/** Signs what the apps give out while this lab runs: a restarted subject knows its sessions again. */
const sessionSecret = randomBytes(48).toString('base64url');

export function endpointOf(app: AppName): Endpoint {
  return {
    baseUrl: `http://127.0.0.1:${ports[app]}`,
    metricsUrls: [`http://127.0.0.1:${ports[`${app}Metrics`]}/metrics`],
  };
}

export function commandOf(app: AppName): { command: string; args: string[]; cwd: string } {
  if (app === 'express') {
    const cwd = join(rootDir, 'apps/express');
    return { command: process.execPath, args: [join(cwd, 'dist/main.js')], cwd };
  }
  const cwd = join(rootDir, 'apps/django');
  const gunicorn = join(toolsDir, 'venv/bin/gunicorn');
  return { command: gunicorn, args: ['--config', 'gunicorn.conf.py', 'headroom.wsgi'], cwd };
}

/** The variables of contract/README.md. */
export function environmentOf(subject: Subject, databaseUrl: string): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, LANG } = process.env;
  const { app } = subject;
  return {
    ...Object.fromEntries(
      Object.entries({ PATH, HOME, TMPDIR, LANG }).filter(([, value]) => value !== undefined),
    ),
    NODE_ENV: 'production',
    PYTHONDONTWRITEBYTECODE: '1',
    DATABASE_URL: databaseUrl,
    HOST: '127.0.0.1',
    PORT: String(ports[app]),
    METRICS_PORT: String(ports[`${app}Metrics`]),
    WORKERS: String(subject.workers),
    ...(app === 'django' && { THREADS: String(subject.threads) }),
    POOL_SIZE: String(subject.pool),
    KEEP_ALIVE_SECONDS: String(subject.keepAliveSeconds),
    SHUTDOWN_SECONDS: String(shutdownSeconds),
    SESSION_SECRET: sessionSecret,
    LOG_LEVEL: logLevel(),
    ...subject.settings,
    ...(plantedWorkMs() > 0 && { PLANTED_WORK_MS: String(plantedWorkMs()) }),
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
