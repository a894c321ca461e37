// A subject: one app in one configuration.
import { type AppName, appNames } from '../../contract/apps';
import profilesFile from '../../contract/profiles.json';
import { usageError } from '../errors';
import { formatProducts } from './shop-size';

export { type AppName, appNames };

export const profileNames = Object.keys(profilesFile) as ProfileName[];
export type ProfileName = keyof typeof profilesFile;

export type Subject = {
  app: AppName;
  profile: ProfileName;
  server: string;
  /** Servers alike behind one name; workers, threads and pool are those of each. */
  replicas: number;
  /** CPU limit of each replica, in cores; absent: what the runtime gives every subject. */
  cpus?: number;
  workers: number;
  /** Requests that a worker answers at a time by threads; 1 for an event loop. */
  threads: number;
  /** Database connections of each worker. */
  pool: number;
  keepAliveSeconds: number;
  /** How many products its shop has; absent: as many as HEADROOM_SHOP_SIZE says. */
  products?: number;
  /** What else its profile sets (contract/README.md), by the name of the variable. */
  settings: Readonly<Record<string, string>>;
};

type Choices = {
  workersPerCore: number;
  threadsPerWorker?: number;
  poolPerWorker: number;
  keepAliveSeconds: number;
  settings?: Record<string, string>;
};

/** What a profile may set beside the numbers, and the value of the profile `default`. */
export const defaultSettings: Record<AppName, Readonly<Record<string, string>>> = {
  express: {
    MIDDLEWARE: 'full',
    PREPARED_STATEMENTS: '0',
    NODE_OPTIONS: profilesFile.default.express.settings.NODE_OPTIONS,
  },
  django: {
    MIDDLEWARE: 'full',
    PREPARED_STATEMENTS: '0',
    REUSE_PORT: '0',
    GC_THRESHOLD: '0',
    KEEP_CONNECTIONS: '0',
  },
};

const servers: Record<AppName, string> = { express: 'node:cluster', django: 'gunicorn gthread' };

/** Worker processes per app, or cores; a larger number is a typing error. */
export const mostWorkers = 64;
/** As many as docker-compose.yml publishes ports for. */
export const mostReplicas = 9;

/** What an experiment changes about a subject, one at a time. */
export type Variation = {
  workers?: number;
  replicas?: number;
  cpus?: number;
  products?: number;
};

/**
 * The subject that a profile makes of an app on this many cores.
 *
 * `workers` and `replicas` change their number alone; the connections they share stay the same in
 * all, so that more of them do not mean a larger claim on the database.
 */
export function subjectOf(
  app: AppName,
  profile: ProfileName,
  cores: number,
  { workers, replicas = 1, cpus, products }: Variation = {},
): Subject {
  const choices: Choices = profilesFile[profile][app];
  const usual = choices.workersPerCore * cores;
  const count = workers ?? usual;
  if (!Number.isInteger(count) || count < 1 || count > mostWorkers) {
    throw usageError(`--workers is "${count}": give a whole number from 1 to ${mostWorkers}.`);
  }
  if (!Number.isInteger(replicas) || replicas < 1 || replicas > mostReplicas) {
    throw usageError(`--replicas is "${replicas}": give a whole number from 1 to ${mostReplicas}.`);
  }
  return {
    app,
    profile,
    server: servers[app],
    replicas,
    ...(cpus !== undefined && { cpus }),
    workers: count,
    threads: choices.threadsPerWorker ?? 1,
    pool: Math.max(1, Math.floor((choices.poolPerWorker * usual) / (count * replicas))),
    keepAliveSeconds: choices.keepAliveSeconds,
    ...(products !== undefined && { products }),
    settings: choices.settings ?? {},
  };
}

/** Refuses what only containers can have, by the name of the runtime that has none. */
export function requirePlain({ replicas = 1, cpus }: Variation, runtime: string): void {
  if (replicas === 1 && cpus === undefined) return;
  const wanted = replicas === 1 ? `a CPU limit of ${cpus}` : `${replicas} replicas`;
  throw usageError(`--runtime ${runtime} cannot give an app ${wanted}: use --runtime compose.`);
}

/** Refuses a shop of a size of its own where the lab does not make the databases itself. */
export function requireUsualShop({ products }: Variation, runtime: string): void {
  if (products === undefined || runtime === 'native') return;
  throw usageError(
    `--runtime ${runtime} cannot give an app a shop of ${formatProducts(products)} products: use --runtime native, or set HEADROOM_SHOP_SIZE, which both apps share.`,
  );
}

/** Two subjects that answer alike need no restart between them. */
export const subjectLabel = ({
  app,
  profile,
  replicas,
  cpus,
  products,
  ...each
}: Subject): string =>
  `${app}/${profile} ${replicas}x${each.workers}x${each.threads} pool ${each.pool}` +
  (cpus === undefined ? '' : ` cpus ${cpus}`) +
  (products === undefined ? '' : ` products ${products}`);
