// An app at a revision: read, and built, in the folder that its tree was written to.
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import type { App } from '../../../contract/app';
import { appNamed } from '../../../contract/apps';
import { readApp, type SharedProfiles } from '../../../contract/read-apps';
import { environmentError, LabError, usageError } from '../../errors';
import { rootDir } from '../../paths';
import type { Revision } from '../../results/schemas';
import type { NamedSubject } from '../subject';
import { findRevision, folderOfTree, writeTree } from './tree';

type OfApp = { app: string; revision?: Revision };

const known = new Map<string, App>();

/** The app of a subject, as its revision declares it. */
export function appOf({ app, revision }: OfApp): App {
  if (revision === undefined) return appNamed(app);
  const folder = join(folderOfTree(revision.tree), revision.folder);
  const key = `${folder} ${app}`;
  const file = join(folder, basename(appNamed(app).file));
  const found = known.get(key) ?? readApp(file, app, profilesIn(revision));
  known.set(key, found);
  return found;
}

/** Where schema, seed and settings of the database are. */
export const databaseSourcesOf = (revision: Revision | undefined): string =>
  join(revision && isOfTheLab(revision) ? folderOfTree(revision.tree) : rootDir, 'db');

/** Virtual environments of set-up, in what order programs are looked for there. */
export const environmentsOf = (revision: Revision | undefined): string[] =>
  [...(revision ? [folderOfTree(revision.tree)] : []), rootDir].map((root) =>
    join(root, '.lab/venv/bin'),
  );

/** A tree of the lab's own repository has the shared parts of its time: database, profiles, packages. */
const isOfTheLab = ({ tree }: Revision): boolean =>
  existsSync(join(folderOfTree(tree), 'lab/launch.mjs'));

function profilesIn(revision: Revision): SharedProfiles | undefined {
  const file = join(folderOfTree(revision.tree), 'contract/profiles.json');
  return isOfTheLab(revision) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/**
 * Looks the revision up that a subject names, and builds its app: once, as long as .lab/revisions is kept.
 *
 * @throws LabError in one sentence where there is no such revision, where it has no such app, or where that
 * does not build
 */
export async function atRevision(named: NamedSubject): Promise<NamedSubject> {
  const { app, at, notation } = named;
  if (at === undefined) return named;
  const { folder, file: declared, native, title } = appNamed(app);
  if (native === undefined) {
    throw usageError(
      `${notation}: the lab does not start ${title} by a command, so it has no revisions to choose from.`,
    );
  }
  const revision = await findRevision(folder, at);
  await writeTree(folder, revision.tree);
  const file = join(revision.folder, basename(declared));
  if (!existsSync(join(folderOfTree(revision.tree), file))) {
    throw usageError(
      `${notation}: that revision has no ${file}, which says how an app is started. Choose a later one.`,
    );
  }
  await build(notation, readAt(notation, app, revision), revision);
  return { ...named, revision };
}

function readAt(notation: string, name: string, revision: Revision): App {
  try {
    return appOf({ app: name, revision });
  } catch (error) {
    const why = (error as Error).message.split('\n').slice(0, 2).join(' ');
    throw usageError(
      `${notation}: this version of the lab cannot use its ${basename(appNamed(name).file)} (${why}). Choose a later revision.`,
    );
  }
}

/** By set-up, in a process of its own: it has a screen, a log for each step, and a lock. */
async function build(notation: string, app: App, revision: Revision): Promise<void> {
  const { name, title, native } = app;
  const asked = {
    root: folderOfTree(revision.tree),
    app: { name, title, folder: revision.folder, native },
    isOfTheLab: isOfTheLab(revision),
  };
  const { failed, exitCode } = await execa(
    process.execPath,
    [join(rootDir, 'lab/setup/revision.mjs'), JSON.stringify(asked)],
    { stdio: ['ignore', 'ignore', 'inherit'], reject: false },
  );
  if (exitCode === 130) throw new LabError(130, `Interrupted while ${notation} was being built.`);
  if (failed) throw environmentError(`${notation} could not be built. The error is above.`);
}
