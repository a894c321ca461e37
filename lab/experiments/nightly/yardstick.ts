// What a night measures an app against, in the same turns: the revision of it that was accepted last or,
// where none can be built, the reference server, which never changes.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { appNamed, reference } from '../../../contract/apps';
import { LabError } from '../../errors';
import { requireServed } from '../../measure/workloads';
import { rootDir } from '../../paths';
import { type HistoryEntry, seriesId } from '../../results/night-schema';
import { pairOf } from '../../results/night-series';
import type { Revision } from '../../results/schemas';
import { canBeTwice } from '../../runtime/apps';
import { atRevision } from '../../runtime/revisions/app';
import { findRevision, worktree } from '../../runtime/revisions/tree';
import type { RuntimeFacts } from '../../runtime/runtime';
import { type AppName, type NamedSubject, parseSubject } from '../../runtime/subject';
import type { NightlySettings } from './settings';

export interface Yardstick {
  /** As the history keeps it: nights against different ones are not compared. */
  readonly name: string;
  readonly named: NamedSubject;
  /** Of what is measured against it, where that is in a repository of its own. */
  readonly revision?: string;
}

/** Of each pair; revisions are built, once. */
export async function yardsticksOf(
  { measure }: NightlySettings,
  entries: readonly HistoryEntry[],
  runtime: RuntimeFacts['kind'],
): Promise<Yardstick[]> {
  const yardsticks: Yardstick[] = [];
  for (const one of measure) {
    const head = runtime === 'native' ? await lastCommit(one.app) : undefined;
    if (head === undefined) {
      requireServed(reference.name, one.workload);
      yardsticks.push(referenceYardstick());
      continue;
    }
    const { app, profile } = one;
    const name = acceptedYardstick(entries, seriesId(one), app) ?? `${app}@${head.commit}`;
    const named = await atRevision(
      parseSubject(profile === 'default' ? name : `${name}:${profile}`),
    );
    yardsticks.push({ name, named, ...(await ownRevision(app, head)) });
  }
  return yardsticks;
}

/** Undefined where no revision can be built: nothing starts the app, or there is no git. */
async function lastCommit(app: AppName): Promise<Revision | undefined> {
  const { native, folder } = appNamed(app);
  if (native === undefined || !canBeTwice(app)) return undefined;
  return findRevision(folder, 'HEAD').catch((error: unknown) => {
    if (error instanceof LabError && error.exitCode === 5) return undefined;
    throw error;
  });
}

/** The run has that of the clone. */
async function ownRevision(
  app: AppName,
  { commit, tree }: Revision,
): Promise<Pick<Yardstick, 'revision'>> {
  const { folder } = appNamed(app);
  if (!relative(rootDir, folder).startsWith('..')) return {};
  const there = await findRevision(folder, worktree);
  return { revision: `${commit}${there.tree === tree ? '' : '-dirty'}` };
}

/** The last acceptance decides; before any it is what the first night took. */
function acceptedYardstick(
  entries: readonly HistoryEntry[],
  pair: string,
  app: AppName,
): string | undefined {
  const accepted = entries.flatMap((entry) =>
    entry.type === 'acceptance' && pairOf(entry.series) === pair ? (entry.yardstick ?? []) : [],
  );
  const measured = entries.flatMap((entry) =>
    entry.type === 'night'
      ? entry.series.flatMap((one) => (pairOf(seriesId(one)) === pair ? (one.yardstick ?? []) : []))
      : [],
  );
  const isOfApp = (name: string): boolean => name.startsWith(`${app}@`);
  return accepted.findLast(isOfApp) ?? measured.find(isOfApp);
}

/** Another file is another yardstick. */
function referenceYardstick(): Yardstick {
  const { name, folder } = reference;
  const code = readFileSync(join(folder, 'server.mjs'));
  const digest = createHash('sha256').update(code).digest('hex').slice(0, 8);
  const named = { app: name, profile: 'default' as const, variation: {}, notation: name };
  return { name: `${name}@${digest}`, named };
}
