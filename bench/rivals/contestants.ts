// Both apps, and what TechEmpower's rules make of the same frameworks: same cores, same workers,
// same connections, same PostgreSQL.
import { join } from 'node:path';
import type { ClaimedApp } from '../../lab/experiments/claims/design';
import { rootDir, toolsDir } from '../../lab/paths';
import { commandOf, endpointOf, environmentOf } from '../../lab/runtime/apps';
import { portsOf } from '../../lab/runtime/ports';
import { type ProfileName, subjectOf } from '../../lab/runtime/subject';
import type { Contestant } from '../stage';

export function ours(app: ClaimedApp, profile: ProfileName, cores: number): Contestant {
  const subject = subjectOf(app, profile, cores);
  const { baseUrl, metricsUrls } = endpointOf({ app });
  return {
    name: app,
    app,
    ...commandOf({ app }),
    env: (databaseUrl) => environmentOf(subject, databaseUrl),
    baseUrl,
    ready: [`${baseUrl}/readyz`, ...metricsUrls],
  };
}

/** Beside the app's own, so that both can be up at once. */
const portsApart = 100;

/** What `profile` gives the app is what the rival gets: workers, threads, connections, listening. */
export function rival(
  app: ClaimedApp,
  profile: ProfileName,
  cores: number,
  port = portsOf(app).public + portsApart,
): Contestant {
  const subject = subjectOf(app, profile, cores);
  const baseUrl = `http://127.0.0.1:${port}`;
  return {
    name: `${app}_rival`,
    app,
    ...rivalCommand(app),
    // It reads a few of the variables that ours do.
    env: (databaseUrl) => ({ ...environmentOf(subject, databaseUrl), PORT: String(port) }),
    baseUrl,
    ready: [`${baseUrl}/json`, `${baseUrl}/db`],
  };
}

function rivalCommand(app: ClaimedApp): Pick<Contestant, 'command' | 'args' | 'cwd'> {
  const cwd = join(rootDir, 'bench/rivals', app);
  if (app === 'django') {
    return { command: join(toolsDir, 'venv/bin/gunicorn'), args: [], cwd };
  }
  return {
    command: process.execPath,
    args: ['--require', join(rootDir, 'node_modules/ts-node/register'), join(cwd, 'main.ts')],
    cwd,
  };
}
