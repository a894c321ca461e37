import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { Repository } from './repository.fixture';
import { findRevision, folderOfTree, worktree, writeTree } from './tree';

const repository = new Repository();
const { folder } = repository;
const app = join(folder, 'apps/one');
repository.write('.gitignore', 'built/\n');
repository.write('apps/one/main.js', 'first\n');
const first = repository.commit('First');
repository.git('tag', 'v1');
repository.write('apps/one/main.js', 'second\n');
const second = repository.commit('Second');

const written = new Set<string>();
const found = async (name: string, inFolder = app) => {
  const revision = await findRevision(inFolder, name);
  written.add(folderOfTree(revision.tree));
  return revision;
};
const mainOf = (tree: string): string =>
  readFileSync(join(folderOfTree(tree), 'apps/one/main.js'), 'utf8');

afterEach(() => vi.unstubAllEnvs());
afterAll(() => {
  for (const one of [folder, ...written]) rmSync(one, { recursive: true, force: true });
});

describe('a revision', () => {
  it.each([
    ['HEAD~1', first],
    ['v1', first],
    ['main', second],
    [second.slice(0, 8), second],
  ])(
    '%s is a commit, with the hash of its files and where the app is in them',
    async (name, commit) => {
      expect(await found(name)).toEqual({
        ...{ name, commit, folder: 'apps/one' },
        tree: repository.git('rev-parse', `${commit}^{tree}`),
      });
    },
  );

  it('is written once, whole, to a folder under that hash', async () => {
    const { tree } = await found('HEAD~1');
    await writeTree(app, tree);
    expect(mainOf(tree)).toBe('first\n');
    // Nothing of how it was made is left, and what is there is left alone.
    const names = readdirSync(dirname(folderOfTree(tree)));
    expect(
      names.filter((name) => name.startsWith(`${tree}.`) || name.startsWith('index-')),
    ).toEqual([]);
    rmSync(join(folderOfTree(tree), 'apps/one/main.js'));
    await writeTree(app, tree);
    expect(existsSync(join(folderOfTree(tree), 'apps/one/main.js'))).toBe(false);
  });

  it('of the worktree has what is not committed, and leaves alone what is staged', async () => {
    expect((await found(worktree)).tree).toBe((await found('HEAD')).tree);
    repository.write('apps/one/main.js', 'third\n');
    repository.write('apps/one/new.js', 'not added\n');
    repository.write('apps/one/built/main.js', 'ignored\n');
    const before = repository.git('status', '--porcelain');
    const { tree, commit } = await found(worktree);
    await writeTree(app, tree);
    expect(commit).toBeNull();
    expect(mainOf(tree)).toBe('third\n');
    expect(readdirSync(join(folderOfTree(tree), 'apps/one')).sort()).toEqual(['main.js', 'new.js']);
    expect(repository.git('status', '--porcelain')).toBe(before);
    repository.git('checkout', '--quiet', '--', '.');
    repository.git('clean', '--quiet', '--force', '-d');
  });
});

describe('is refused in one sentence', () => {
  it('a name that git does not know', async () => {
    await expect(findRevision(app, 'nowhere')).rejects.toMatchObject({
      exitCode: 2,
      message: `git knows no revision "nowhere" in ${folder}. Give a commit, a branch or a tag, or worktree for what is not committed; \`git log --oneline\` shows the commits.`,
    });
  });

  it('what a shallow clone lacks', async () => {
    const shallow = mkdtempSync(join(tmpdir(), 'headroom-shallow-'));
    written.add(shallow);
    execFileSync('git', ['clone', '--quiet', '--depth', '1', `file://${folder}`, shallow]);
    await expect(findRevision(shallow, 'HEAD~1')).rejects.toThrow(
      /^git knows no revision "HEAD~1" in .*\. This clone is shallow: `git fetch --unshallow` brings what it lacks\.$/,
    );
    expect(await found('HEAD', shallow)).toMatchObject({ commit: second, folder: '' });
  });

  it('a folder that is in no repository', async () => {
    const plain = mkdtempSync(join(tmpdir(), 'headroom-plain-'));
    written.add(plain);
    await expect(findRevision(plain, 'HEAD')).rejects.toMatchObject({
      exitCode: 5,
      message: expect.stringMatching(
        /is in no git repository that can be read \(not a git repository.*Clone the project with git\.$/,
      ),
    });
  });

  it('any, where there is no git', async () => {
    vi.stubEnv('PATH', '/nowhere');
    await expect(findRevision(app, 'HEAD')).rejects.toMatchObject({
      exitCode: 5,
      message: 'A revision needs git, and there is none on the PATH: install git.',
    });
  });
});
