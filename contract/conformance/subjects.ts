// What the suite is pointed at: apps that somebody else has started.
import { type ProfileName, profileNames } from '../app';
import { type AppName, appNamed, appNames, serves } from '../apps';

/** One running app. The suite sends it requests and reads its database; it never starts or stops it. */
export type Subject = {
  app: AppName;
  /** Without a slash at its end, e.g. `http://127.0.0.1:8081`. */
  baseUrl: string;
  /** The page itself, e.g. `http://127.0.0.1:9181/metrics`. */
  metricsUrl: string;
  /** The app's own database as a superuser: statements are counted there, updates looked up. */
  databaseUrl?: string;
  /** The app's supervisor, where it runs on this machine. */
  rootPid?: number;
  /** Set where the app was started with other than `contractSettings`. */
  settings?: Settings;
  /** Whose settings it was started with (contract/profiles.json); `default`, if not said. */
  profile?: ProfileName;
  /** The app was started with LOG_LEVEL=debug. */
  debug?: boolean;
  /** The app was started with TRUST_PROXY=1. */
  trustsProxy?: boolean;
  /** Where its stderr is kept, if on this machine: what it logs is read there. */
  logFile?: string;
  /** The same app with default settings answers for what this one's could not change. */
  again?: boolean;
  /** Another subject of the same app and settings is held to the rest, at the same time. */
  only?: 'shop' | 'all but the shop';
  /** The app was started with CGROUP_METRICS=1. */
  container?: boolean;
};

export type Settings = {
  workers: number;
  /** Of each worker, where it has any. */
  threads: number;
  /** Connections of each worker. */
  poolSize: number;
  poolTimeoutSeconds: number;
  clientTimeoutSeconds: number;
};

/** The defaults of contract/README.md. */
const contractSettings: Settings = {
  workers: 1,
  threads: 4,
  poolSize: 4,
  poolTimeoutSeconds: 2,
  clientTimeoutSeconds: 10,
};

/**
 * What to start the apps with so that every case applies: two workers, because each of them must
 * count; fewer connections than threads, because otherwise no thread ever waits for one.
 */
export const fullSettings: Settings = {
  workers: 2,
  threads: 4,
  poolSize: 2,
  poolTimeoutSeconds: 1,
  clientTimeoutSeconds: 5,
};

/** The optional middleware is there: security headers, the check of Host, a length on every answer. */
export const hasMiddleware = ({ profile }: Pick<Subject, 'profile'>): boolean => profile !== 'bare';

/** What stands behind the middleware, where the app serves it. */
export const hasShop = (subject: Pick<Subject, 'app' | 'profile'>): boolean =>
  hasMiddleware(subject) && serves(subject.app, 'shop');

/** Without the middleware that announces lengths, some servers send chunks. */
export const mayBeChunked = (subject: Subject): boolean =>
  appNamed(subject.app).behaviour.chunksWhenBare && !hasMiddleware(subject);

/** App and configuration in words. */
export const nameOf = ({ app, profile = 'default', debug }: Subject): string =>
  app + (profile === 'default' ? '' : ` (${profile})`) + (debug ? ' (debug)' : '');

export const settingsOf = (subject: Subject): Settings => subject.settings ?? contractSettings;

export const variable = 'HEADROOM_CONFORMANCE';

/** The subjects that the environment names, as a JSON list. */
export function subjects(): Subject[] {
  const text = process.env[variable];
  const example = `${variable}='[{"app":"${appNames[0]}","baseUrl":"http://127.0.0.1:8081","metricsUrl":"http://127.0.0.1:9181/metrics"}]'`;
  if (!text) {
    throw new Error(
      `The conformance suite was given no app to test. Start one and name it: ${example}`,
    );
  }
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (cause) {
    throw new Error(`${variable} is not JSON. Expected: ${example}`, { cause });
  }
  if (!Array.isArray(list) || list.length === 0 || !list.every(isSubject)) {
    throw new Error(
      `${variable} is ${text}: expected a list of subjects with app, baseUrl and metricsUrl, such as ${example}`,
    );
  }
  return list;
}

function isSubject(value: unknown): value is Subject {
  if (typeof value !== 'object' || value === null) return false;
  const { app, profile = 'default', baseUrl, metricsUrl } = value as Partial<Subject>;
  return (
    appNames.includes(app ?? '') &&
    profileNames.includes(profile) &&
    typeof baseUrl === 'string' &&
    /^http:\/\/[^/]+$/.test(baseUrl) &&
    typeof metricsUrl === 'string' &&
    URL.canParse(metricsUrl)
  );
}
