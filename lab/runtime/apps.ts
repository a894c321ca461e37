// How each app is started on this machine: its command and the contract's environment; and what the
// lab's configuration asks of the apps besides their profiles.
import { randomBytes } from 'node:crypto';
import { delimiter, dirname } from 'node:path';
import type { Placeholder } from '../../contract/app';
import { type Configuration, configuration } from '../configuration/configuration';
import { passedTo } from '../configuration/environment';
import { labVariables } from '../configuration/variables';
import { type AppPorts, portsOf } from './ports';
import { appOf, environmentsOf } from './revisions/app';
import type { Endpoint } from './runtime';
import type { Subject } from './subject';

export const shutdownSeconds = 10;

/** Signs what the apps give out while this lab runs: a restarted subject knows its sessions again. */
const sessionSecret = randomBytes(48).toString('base64url');

/** An app of the clone, or of a revision. */
type OfApp = Pick<Subject, 'app' | 'revision'>;

export function endpointOf(subject: OfApp, at: AppPorts = portsOf(subject.app)): Endpoint {
  return {
    baseUrl: `http://127.0.0.1:${at.public}`,
    metricsUrls: [`http://127.0.0.1:${at.metrics}${appOf(subject).metricsPath}`],
  };
}

export function commandOf(subject: OfApp): { command: string; args: string[]; cwd: string } {
  const { folder, native } = appOf(subject);
  const [command = '', ...args] = native.command;
  return { command, args, cwd: folder };
}

/** Where `node` is the lab's own, and what pip installed is found. */
const searchPath = ({ revision }: OfApp, path = ''): string =>
  [dirname(process.execPath), ...environmentsOf(revision), path].join(delimiter);

/** What the app's app.json names, filled in for this subject; of the lab's own environment little else. */
export function environmentOf(
  subject: Subject,
  databaseUrl: string,
  at: AppPorts = portsOf(subject.app),
): NodeJS.ProcessEnv {
  const { PATH, ...others } = passedTo('apps');
  const { environment } = appOf(subject);
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
    PATH: searchPath(subject, PATH),
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
