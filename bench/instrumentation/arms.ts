// Each app three times: bare, with our instrumentation, and with its framework's usual package.
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { environmentError } from '../../lab/errors';
import type { ClaimedApp } from '../../lab/experiments/claims/design';
import { rootDir, toolsDir } from '../../lab/paths';
import { commandOf, environmentOf } from '../../lab/runtime/apps';
import { portsOf } from '../../lab/runtime/ports';
import { subjectOf } from '../../lab/runtime/subject';
import type { Contestant } from '../stage';

export const arms = ['bare', 'ours', 'theirs'] as const;
export type ArmName = (typeof arms)[number];

export const rivals: Record<ClaimedApp, string> = {
  express: 'express-prom-bundle',
  django: 'django-prometheus',
};

/** The metrics page is null where nothing is measured. */
export type InstrumentedServer = Contestant & { metricsUrl: string | null };

const here = join(rootDir, 'bench/instrumentation');
const requirements = join(here, 'requirements.txt');
const rivalPackages = join(toolsDir, 'bench/python');

/** Brings django-prometheus into a folder of the bench's own; the app's packages stay as they are. */
export function installRivals(): void {
  const stamp = join(rivalPackages, '.installed');
  const wanted = readFileSync(requirements, 'utf8');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  const options = ['--require-hashes', '--no-deps', '--no-input', '--quiet', '--upgrade'];
  try {
    execaSync(
      join(toolsDir, 'venv/bin/python'),
      ['-m', 'pip', 'install', ...options, '--target', rivalPackages, '-r', requirements],
      { stdio: ['ignore', 'inherit', 'inherit'] },
    );
  } catch (error) {
    throw environmentError(
      `${rivals.django} could not be installed for the bench. Most often it is the network: check it and any proxy, then run this again.`,
      error,
    );
  }
  writeFileSync(stamp, wanted);
}

/** Ports from one place to the next, so that several servers can be up at once. */
const portsApart = 100;

/** @param place 0 for the app's own ports, 1 and up for others beside it */
export function serverOf(
  app: ClaimedApp,
  arm: ArmName,
  { cores, place = 0 }: { cores: number; place?: number },
): InstrumentedServer {
  const port = portsOf(app).public + place * portsApart;
  const metricsPort = portsOf(app).metrics + place * portsApart;
  const baseUrl = `http://127.0.0.1:${port}`;
  const ownMetrics = `http://127.0.0.1:${metricsPort}/metrics`;
  const variant = arm === 'ours' ? { ...commandOf({ app }), env: {} } : variants[app][arm]();
  // django-prometheus answers on the app's own port.
  const page = app === 'django' && arm === 'theirs' ? `${baseUrl}/metrics` : ownMetrics;
  const metricsUrl = arm === 'bare' ? null : page;
  const subject = subjectOf(app, 'default', cores);
  return {
    ...variant,
    name: place === 0 ? app : `${app}_${arm}`,
    app,
    env: (databaseUrl) => ({
      ...environmentOf(subject, databaseUrl),
      ...{ PORT: String(port), METRICS_PORT: String(metricsPort) },
      ...variant.env,
    }),
    baseUrl,
    metricsUrl,
    ready: [`${baseUrl}/readyz`, ...(metricsUrl ? [metricsUrl] : [])],
  };
}

type Variant = Pick<Contestant, 'command' | 'args' | 'cwd'> & { env: NodeJS.ProcessEnv };

const variants: Record<ClaimedApp, Record<Exclude<ArmName, 'ours'>, () => Variant>> = {
  express: {
    bare: () => express('bare'),
    theirs: () => express('express-prom-bundle'),
  },
  django: {
    bare: () => django('unmeasured_settings', {}),
    theirs: () =>
      django('prometheus_settings', {
        // In memory and new for each start, as ours is.
        PROMETHEUS_MULTIPROC_DIR: mkdtempSync(
          join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'headroom-bench-'),
        ),
      }),
  },
};

function express(variant: string): Variant {
  const { command, cwd } = commandOf({ app: 'express' });
  return { command, args: [join(here, 'express.cts'), variant], cwd, env: {} };
}

function django(settings: string, env: NodeJS.ProcessEnv): Variant {
  const { command, cwd } = commandOf({ app: 'django' });
  return {
    command,
    args: ['--config', join(here, 'django/unmeasured.conf.py'), 'unmeasured_wsgi'],
    cwd,
    env: {
      DJANGO_SETTINGS_MODULE: settings,
      PYTHONPATH: [join(here, 'django'), rivalPackages].join(':'),
      ...env,
    },
  };
}
