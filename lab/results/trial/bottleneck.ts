// What a subject ran into, by the CPU that it and its database used and by what its requests waited for.
import { z } from 'zod';
import { mean } from '../../statistics/descriptive';
import type { RunRecord } from '../schemas';
import type { StepResult } from './steps';

/** Cores that the app and its database may use, 0 where they are not known; `shared`: those that both may use. */
export type Cores = { subject: number; database: number; shared: number | null };

/**
 * Of a subject of a run and its database.
 *
 * @param index of the subject in the run
 */
export function coresOf({ runtime, subjects, foreignApps, host }: RunRecord, index: number): Cores {
  const { subject, database } = runtime.placement;
  const { app, cpus = Number.POSITIVE_INFINITY, replicas = 1 } = subjects[index] ?? {};
  const shared = subject.filter((cpu) => database.includes(cpu));
  const isPlaced = foreignApps?.find(({ name }) => name === app)?.placed ?? true;
  return {
    subject: Math.min(isPlaced ? subject.length : host.cores, cpus * replicas),
    database: database.length,
    shared: shared.length > 0 ? shared.length : null,
  };
}

export const bottleneckSchema = z.strictObject({
  factor: z.enum(['unknown', 'app CPU', 'database CPU', 'connections', 'waiting']),
  words: z.string(),
});
type Bottleneck = z.infer<typeof bottleneckSchema>;

/** From this share on cores are called busy: readings twice a second blur the last tenth. */
const BUSY_SHARE = 0.85;
/** Requests are held up by the pool when they spend this share of their time waiting for it. */
const POOL_SHARE = 0.3;

const unknown = (why: string): Bottleneck => ({
  factor: 'unknown',
  words: `What limits it is unknown: ${why}.`,
});

/** @param steps valid ones, at loads where the subject was at its limit */
export function bottleneckOf(steps: readonly StepResult[], cores: Cores): Bottleneck {
  if (steps.length === 0) return unknown('no step was valid');
  const [app, database] = [meanOf(steps, 'subjectCores'), meanOf(steps, 'databaseCores')];
  if (app === null) return unknown('its CPU time cannot be seen');
  if (cores.subject === 0) return unknown('its cores cannot be seen');
  const ofDatabase = database === null ? '' : `, the database ${database.toFixed(2)}`;
  const used = `the app used ${app.toFixed(2)} cores${ofDatabase}`;
  const shared = database === null ? null : cores.shared;
  const share = {
    app: app / cores.subject,
    database: cores.database === 0 ? 0 : (database ?? 0) / cores.database,
    both: shared === null ? 0 : (app + (database ?? 0)) / shared,
  };
  if (Math.max(share.app, share.database, share.both) >= BUSY_SHARE) {
    const of = shared === null ? '' : `, of ${formatCores(shared)} that they share`;
    return share.database > share.app
      ? { factor: 'database CPU', words: `The database’s CPU limits it: ${used}${of}.` }
      : { factor: 'app CPU', words: `The app’s CPU limits it: ${used}${of}.` };
  }
  const [server, pool] = [meanOf(steps, 'serverMeanMs'), meanOf(steps, 'poolWaitMeanMs')];
  if (server !== null && pool !== null && pool > POOL_SHARE * server) {
    return {
      factor: 'connections',
      words: `Database connections limit it: requests waited ${pool.toFixed(1)} ms for one, and ${used}.`,
    };
  }
  if (database === null) return unknown(`${used}, and no database’s CPU time can be seen`);
  return {
    factor: 'waiting',
    words: `No CPU was used up (${used}): requests wait for something else, such as a thread, a lock or the disk.`,
  };
}

const formatCores = (cores: number): string => (cores === 1 ? '1 core' : `${cores} cores`);

type Figure = 'subjectCores' | 'databaseCores' | 'serverMeanMs' | 'poolWaitMeanMs';

function meanOf(steps: readonly StepResult[], figure: Figure): number | null {
  const values = steps.map((step) => step[figure]).filter((value) => value !== null);
  return values.length === 0 ? null : mean(values);
}
