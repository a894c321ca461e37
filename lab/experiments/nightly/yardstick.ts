// What a night measures an app against, in the same turns: the revision of it that was accepted last or,
// where none can be built, the reference server, which never changes.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { appNamed, appTitle, reference } from '../../../contract/apps';
import { LabError, usageError } from '../../errors';
import { canServe } from '../../measure/workloads';
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
      requireReference(one);
      yardsticks.push(referenceYardstick());
      continue;
    }
    const { app, profile } = one;
    const pinned = pinnedYardsticks(entries, seriesId(one), app);
    const names = new Set([...pinned, `${app}@${head.commit}`]);
    const built = await firstBuilt([...names], (name) =>
      atRevision(parseSubject(profile === 'default' ? name : `${name}:${profile}`)),
    );
    yardsticks.push({ ...built, ...(await ownRevision(app, head)) });
  }
  return yardsticks;
}

function requireReference({ app, workload }: NightlySettings['measure'][number]): void {
  if (canServe(reference.name, workload)) return;
  const page = appNamed(app).serves.length === 0 ? 'docs/own-app.md' : 'docs/nights.md';
  throw usageError(
    `${appTitle(app)} cannot be measured every night on ${workload}: the lab can build no earlier revision of it, and the reference server serves the workloads of micro alone. ${page} says what it takes.`,
  );
}

/**
 * A commit may go with a rebase, and an app.json may be too old: the series must not end with it.
 *
 * @param names in order of preference
 * @throws what the last of them fails with
 */
export async function firstBuilt<Built>(
  names: readonly string[],
  build: (name: string) => Promise<Built>,
): Promise<{ name: string; named: Built }> {
  const [name, next, ...others] = names;
  if (name === undefined) throw new Error('no yardstick to build');
  try {
    return { name, named: await build(name) };
  } catch (error) {
    const isOver = !(error instanceof LabError) || error.exitCode === 130;
    if (isOver || next === undefined) throw error;
    console.error(
      `Warning: ${name}, the yardstick so far, cannot be built, so ${next} takes its place in a series of its own: ${error.message}`,
    );
    return firstBuilt([next, ...others], build);
  }
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

/**
 * The last acceptance decides; before any it is what the first night took. Then come those that have
 * taken its place since, so that these stay for more than a night too.
 */
export function pinnedYardsticks(
  entries: readonly HistoryEntry[],
  pair: string,
  app: AppName,
): string[] {
  const named = entries.flatMap((entry) => {
    const { type } = entry;
    const series = type === 'night' ? entry.series : [];
    const names =
      type === 'acceptance'
        ? [pairOf(entry.series) === pair ? entry.yardstick : undefined]
        : series.map((one) => (pairOf(seriesId(one)) === pair ? one.yardstick : undefined));
    return names.flatMap((name) => (name?.startsWith(`${app}@`) ? { type, name } : []));
  });
  const last = named.findLastIndex(({ type }) => type === 'acceptance');
  return [...new Set(named.slice(Math.max(0, last)).map(({ name }) => name))];
}

/** Another file is another yardstick. */
function referenceYardstick(): Yardstick {
  const { name, folder } = reference;
  const code = readFileSync(join(folder, 'server.mjs'));
  const digest = createHash('sha256').update(code).digest('hex').slice(0, 8);
  const named = { app: name, profile: 'default' as const, variation: {}, notation: name };
  return { name: `${name}@${digest}`, named };
}
