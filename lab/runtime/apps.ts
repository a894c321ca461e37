// How each app is started on this machine: its command and the contract's environment; and what the
// lab's configuration asks of the apps besides their profiles.
import { randomBytes } from 'node:crypto';
import { delimiter, dirname, join } from 'node:path';
import type { Placeholder } from '../../contract/app';
import { appNamed } from '../../contract/apps';
import { type Configuration, configuration } from '../configuration/configuration';
import { passedTo } from '../configuration/environment';
import { labVariables } from '../configuration/variables';
import { toolsDir } from '../paths';
import { type AppPorts, portsOf } from './ports';
import type { Endpoint } from './runtime';
import type { AppName, Subject } from './subject';

export const shutdownSeconds = 10;

/** Signs what the apps give out while this lab runs: a restarted subject knows its sessions again. */
const sessionSecret = randomBytes(48).toString('base64url');

export function endpointOf(app: AppName, at: AppPorts = portsOf(app)): Endpoint {
  return {
    baseUrl: `http://127.0.0.1:${at.public}`,
    metricsUrls: [`http://127.0.0.1:${at.metrics}${appNamed(app).metricsPath}`],
  };
}

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
  at: AppPorts = portsOf(subject.app),
): NodeJS.ProcessEnv {
  const { PATH, ...others } = passedTo('apps');
  const { environment } = appNamed(subject.app);
  const values: Record<Placeholder, string | number> = {
    databaseUrl,
    port: at.public,
    metricsPort: at.metrics,
    workers: subject.workers,
    threads: subject.threads,
    pool: subject.pool,
    keepAliveSeconds: subject.keepAliveSeconds,
    shutdownSeconds,
    sessionSecret,
    logLevel: configuration.logLevel,
    plantedWorkMs: configuration.plantedWorkMs,
  };
  const filledIn = (text: string) =>
    text.replaceAll(/\{(\w+)\}/g, (_, name: Placeholder) => String(values[name]));
  return {
    ...others,
    PATH: searchPath(PATH),
    ...Object.fromEntries(
      Object.entries(environment).map(([name, text]) => [name, filledIn(text)]),
    ),
    ...subject.settings,
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
