// Where things are: the clone, what set-up brought, what a run leaves behind.
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { configuration } from './configuration/configuration';

export const rootDir = resolve(__dirname, '..');

/** Tools and packages that the launcher brought. */
export const toolsDir = join(rootDir, '.lab');

/** Folders of runs. */
export const resultsDir = resolve(configuration.resultsDir ?? join(rootDir, 'results'));

/**
 * State of the running lab: process list, PostgreSQL's and Prometheus's data, logs.
 * PostgreSQL refuses to run as root, and the user it then runs as
 * cannot enter every folder that root can clone into: such a clone keeps its state in /var/tmp.
 */
export const stateDir = resolve(configuration.stateDir ?? defaultStateDir());

function defaultStateDir(): string {
  const inClone = join(toolsDir, 'run');
  if (process.getuid?.() !== 0 || everyoneMayEnter(rootDir)) return inClone;
  const name = createHash('sha256').update(rootDir).digest('hex').slice(0, 12);
  return join('/var/tmp', `headroom-${name}`);
}

export function everyoneMayEnter(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}
