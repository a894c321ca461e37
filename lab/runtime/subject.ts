// A subject: one app in one configuration.
import profilesFile from '../../contract/profiles.json';
import { usageError } from '../errors';

export const appNames = ['express', 'django'] as const;
export type AppName = (typeof appNames)[number];

export const profileNames = Object.keys(profilesFile) as ProfileName[];
export type ProfileName = keyof typeof profilesFile;

export type Subject = {
  app: AppName;
  profile: ProfileName;
  server: string;
  workers: number;
  /** Requests that a worker answers at a time by threads; 1 for an event loop. */
  threads: number;
  /** Database connections of each worker. */
  pool: number;
  keepAliveSeconds: number;
};

type Choices = {
  workersPerCore: number;
  threadsPerWorker?: number;
  poolPerWorker: number;
  keepAliveSeconds: number;
};

const servers: Record<AppName, string> = { express: 'node:cluster', django: 'gunicorn gthread' };

/**
 * The subject that a profile makes of an app on this many cores.
 *
 * `workers` changes their number alone; the connections they share stay the same in all, so that
 * more workers do not mean a larger claim on the database.
 */
export function subjectOf(
  app: AppName,
  profile: ProfileName,
  cores: number,
  workers?: number,
): Subject {
  const choices: Choices = profilesFile[profile][app];
  const usual = choices.workersPerCore * cores;
  const count = workers ?? usual;
  if (!Number.isInteger(count) || count < 1 || count > 64) {
    throw usageError(`--workers is "${count}": give a whole number from 1 to 64.`);
  }
  return {
    app,
    profile,
    server: servers[app],
    workers: count,
    threads: choices.threadsPerWorker ?? 1,
    pool: Math.max(1, Math.floor((choices.poolPerWorker * usual) / count)),
    keepAliveSeconds: choices.keepAliveSeconds,
  };
}

/** Two subjects that answer alike need no restart between them. */
export const subjectLabel = (subject: Subject): string =>
  `${subject.app}/${subject.profile} ${subject.workers}x${subject.threads} pool ${subject.pool}`;
