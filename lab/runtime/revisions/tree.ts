// A revision of a git repository as a folder: its tree, written once and kept under the tree's hash.
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { environmentError, usageError } from '../../errors';
import { toolsDir } from '../../paths';
import type { Revision } from '../../results/schemas';

/** What stands after the `@` for changes that are not committed. */
export const worktree = 'worktree';

const revisionsDir = join(toolsDir, 'revisions');
export const folderOfTree = (tree: string): string => join(revisionsDir, tree);

/**
 * @param folder in a repository, such as an app's
 * @param name a commit, branch or tag, or `worktree`
 * @returns where that folder is at that revision: in `folderOfTree(tree)`, once `writeTree` has run
 * @throws LabError in one sentence where git has no such revision, or is missing itself
 */
export async function findRevision(folder: string, name: string): Promise<Revision> {
  const { repository, inside } = await repositoryOf(folder);
  const commit = name === worktree ? null : await commitOf(repository, name);
  const tree =
    commit === null
      ? await treeOfWorktree(repository)
      : await git(repository, ['rev-parse', `${commit}^{tree}`]);
  return { name, commit, tree, folder: inside };
}

/** Writes all files of the tree, unless they are there: half a tree never stands under its name. */
export async function writeTree(folder: string, tree: string): Promise<void> {
  const target = folderOfTree(tree);
  if (existsSync(target)) return;
  const part = `${target}.${randomBytes(4).toString('hex')}`;
  mkdirSync(part, { recursive: true });
  const { repository } = await repositoryOf(folder);
  try {
    await withIndex(async (env) => {
      await git(repository, ['read-tree', tree], env);
      await git(repository, ['checkout-index', '--all', `--prefix=${part}/`], env);
    });
    renameSync(part, target);
  } catch (error) {
    rmSync(part, { recursive: true, force: true });
    // Another lab may have been faster.
    if (!existsSync(target)) throw error;
  }
}

async function repositoryOf(folder: string): Promise<{ repository: string; inside: string }> {
  const printed = await git(folder, ['rev-parse', '--show-toplevel', '--show-prefix'], {}, (why) =>
    environmentError(
      `${folder} is in no git repository that can be read (${why}): a revision needs one. Clone the project with git.`,
    ),
  );
  const [repository = '', prefix = ''] = printed.split('\n');
  return { repository, inside: prefix.replace(/\/$/, '') };
}

async function commitOf(repository: string, name: string): Promise<string> {
  const isShallow = (await git(repository, ['rev-parse', '--is-shallow-repository'])) === 'true';
  const remedy = isShallow
    ? 'This clone is shallow: `git fetch --unshallow` brings what it lacks.'
    : `Give a commit, a branch or a tag, or ${worktree} for what is not committed; \`git log --oneline\` shows the commits.`;
  const asked = ['rev-parse', '--verify', '--quiet', `${name}^{commit}`];
  return git(repository, asked, {}, () =>
    usageError(`git knows no revision "${name}" in ${repository}. ${remedy}`),
  );
}

/** As `git add --all` would have it; files that git ignores are left out. */
const treeOfWorktree = async (repository: string): Promise<string> => {
  const own = resolve(repository, await git(repository, ['rev-parse', '--git-path', 'index']));
  return withIndex(async (env) => {
    // With what git knows of unchanged files it need not read them again. As old as it was: what has changed
    // since, in the same second and in no size, git tells by that.
    if (existsSync(own)) cpSync(own, env.GIT_INDEX_FILE, { preserveTimestamps: true });
    await git(repository, ['add', '--all'], env);
    return git(repository, ['write-tree'], env);
  });
};

/** An index of its own: the repository's keeps what its owner has staged. */
async function withIndex<T>(body: (env: { GIT_INDEX_FILE: string }) => Promise<T>): Promise<T> {
  mkdirSync(revisionsDir, { recursive: true });
  const index = join(revisionsDir, `index-${randomBytes(4).toString('hex')}`);
  try {
    return await body({ GIT_INDEX_FILE: index });
  } finally {
    rmSync(index, { force: true });
  }
}

async function git(
  folder: string,
  args: readonly string[],
  env: Record<string, string> = {},
  refusal = (why: string) =>
    environmentError(`\`git ${args.join(' ')}\` failed in ${folder}: ${why}.`),
): Promise<string> {
  const { failed, code, stdout, stderr } = await execa('git', args, {
    ...{ cwd: folder, env, stdin: 'ignore', reject: false },
  });
  if (code === 'ENOENT') {
    throw environmentError('A revision needs git, and there is none on the PATH: install git.');
  }
  if (failed)
    throw refusal(
      stderr
        .trim()
        .split('\n')[0]
        ?.replace(/^(fatal|error): /, '') ?? '',
    );
  return stdout.trim();
}
