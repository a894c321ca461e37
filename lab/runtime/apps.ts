// How each app is started on this machine: its command and the contract's environment; and what the
// lab's configuration asks of the apps besides their profiles.
import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { delimiter, dirname } from 'node:path';
import { type Placeholder, takes } from '../../contract/app';
import { appNamed, hasMetricsPage } from '../../contract/apps';
import { type Configuration, configuration } from '../configuration/configuration';
import { passedTo } from '../configuration/environment';
import { labVariables } from '../configuration/variables';
import { toolsDir } from '../paths';
import { type AppPorts, portsOf } from './ports';
import { appOf, environmentsOf } from './revisions/app';
import type { Endpoint } from './runtime';
import type { AppName, Subject } from './subject';

export const shutdownSeconds = 10;

/** Signs what the apps give out while this lab runs: a restarted subject knows its sessions again. */
const sessionSecret = randomBytes(48).toString('base64url');

/** An app of the clone, or of a revision. */
type OfApp = Pick<Subject, 'app' | 'revision'>;

export function endpointOf(subject: OfApp, at: AppPorts = portsOf(subject.app)): Endpoint {
  const app = appOf(subject);
  const baseUrl = app.url ?? `http://127.0.0.1:${at.public}`;
  const page = app.url ?? `http://127.0.0.1:${at.metrics}`;
  return { baseUrl, metricsUrls: hasMetricsPage(app) ? [`${page}${app.metricsPath}`] : [] };
}

const wordsOf = ([command = '', ...args]: readonly string[]) => ({ command, args });

/** What starts it, as its file says it. */
export function commandOf(subject: OfApp): { command: string; args: string[]; cwd: string } {
  const { folder, native } = appOf(subject);
  return { ...wordsOf(native?.command ?? []), cwd: folder };
}

/** Where `node` is the lab's own, and what pip installed is found: first, or behind the person's own. */
function searchPath({ revision }: OfApp, path = '', isForeign: boolean): string {
  const own = [dirname(process.execPath), ...environmentsOf(revision)];
  if (!isForeign) return [...own, path].join(delimiter);
  // The launcher has put its tools before what the shell has.
  const others = path.split(delimiter).filter((folder) => !folder.startsWith(toolsDir));
  return [...others, ...own].join(delimiter);
}

/** What the lab fills in for a subject. */
function filler(subject: Subject, databaseUrl: string, at: AppPorts): (text: string) => string {
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
    // It is planted in the clone's app: a revision is as it was committed.
    plantedWorkMs: subject.revision ? 0 : configuration.plantedWorkMs,
    home: homedir(),
  };
  return (text) => text.replaceAll(/\{(\w+)\}/g, (_, name: Placeholder) => String(values[name]));
}

/** What the app's file names, filled in for this subject; of the lab's own environment little else. */
export function environmentOf(
  subject: Subject,
  databaseUrl: string,
  at: AppPorts = portsOf(subject.app),
): NodeJS.ProcessEnv {
  const { PATH, ...others } = passedTo('apps');
  const { environment, file } = appOf(subject);
  const filledIn = filler(subject, databaseUrl, at);
  return {
    ...others,
    PATH: searchPath(subject, PATH, file.endsWith('.yaml')),
    ...Object.fromEntries(
      Object.entries(environment).map(([name, text]) => [name, filledIn(text)]),
    ),
    ...subject.settings,
  };
}

/** A program in the app's folder, with what the lab fills in. */
export function programOf(
  words: readonly string[],
  subject: Subject,
  databaseUrl: string,
  at: AppPorts,
) {
  return {
    ...wordsOf(words.map(filler(subject, databaseUrl, at))),
    cwd: appOf(subject).folder,
    env: environmentOf(subject, databaseUrl, at),
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

/** Whether somebody else keeps it up, and the lab restarts nothing. */
export const isKeptUp = (name: AppName): boolean => appNamed(name).url !== undefined;

/** Whether two of it can be up at once: one that is kept up is both, one that is started takes any port. */
export const canBeTwice = (name: AppName): boolean =>
  isKeptUp(name) || takes(appNamed(name), 'port');

const unplaced = 'may run on any core, so the lab cannot see what other processes take from it';

/** What the lab cannot see or do of an app, because the app does not offer it. */
export function appCaveats(name: AppName): string[] {
  const app = appNamed(name);
  const { title, url, compose, usage, reset } = app;
  const isForeign = app.serves.length === 0;
  return [
    ...(url !== undefined
      ? [`${title} is kept up by somebody else: it is never restarted, and ${unplaced}.`]
      : []),
    ...(compose !== undefined
      ? [`${title} is a service of a compose file of its own: it ${unplaced}.`]
      : []),
    ...(isForeign && !hasMetricsPage(app)
      ? [`${title} has no metrics page: time inside the app, statements and pool are left out.`]
      : []),
    ...(usage === 'none' ? [`The CPU and memory of ${title} are not read.`] : []),
    ...(isForeign && reset === undefined
      ? [`${title} has no reset: each trial starts with the data that the previous one left.`]
      : []),
  ];
}
