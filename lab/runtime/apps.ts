// How each app is started on this machine: its command and the contract's environment; and what the
// lab's configuration asks of the apps besides their profiles.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Configuration, configuration } from '../configuration/configuration';
import { passedTo } from '../configuration/environment';
import { labVariables } from '../configuration/variables';
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
  const { app } = subject;
  const { logLevel, plantedWorkMs } = configuration;
  return {
    ...passedTo('apps'),
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
    LOG_LEVEL: logLevel,
    ...subject.settings,
    ...(plantedWorkMs > 0 && { PLANTED_WORK_MS: String(plantedWorkMs) }),
  };
}

/** Figures measured under unusual settings are not those of the app: a run says so. */
export const settingCaveats = ({
  logLevel,
  plantedWorkMs,
}: Pick<Configuration, 'logLevel' | 'plantedWorkMs'>): string[] => [
  ...(plantedWorkMs === 0
    ? []
    : [
        `A regression is planted: each GET /db burns ${plantedWorkMs} ms (${labVariables.plantedWorkMs.name}).`,
      ]),
  // At `debug` an app writes one line per request.
  ...(logLevel === labVariables.logLevel.default
    ? []
    : [`The apps log at ${logLevel} (${labVariables.logLevel.name}).`]),
];
