// How each app is started on this machine: its command and the contract's environment.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { rootDir, toolsDir } from '../paths';
import { logLevel, plantedWorkMs } from './app-settings';
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
