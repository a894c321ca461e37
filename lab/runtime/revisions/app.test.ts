// Apps at a revision: of a repository made here, whose app is none of the clone's, and of the clone itself.
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { rootDir } from '../../paths';
import { commandOf, environmentOf } from '../apps';
import { parseSubject, subjectNamed, titlesOf } from '../subject';
import { appOf, atRevision, databaseSourcesOf } from './app';
import { Repository } from './repository.fixture';
import { findRevision, folderOfTree } from './tree';

// Before anything is imported: which apps there are is known once.
const { folder, app } = vi.hoisted(() => {
  const { mkdirSync, mkdtempSync, writeFileSync } = process.getBuiltinModule('node:fs');
  const made = mkdtempSync('/tmp/headroom-git-');
  const own = {
    ...{ name: 'small', title: 'Small', colour: '#009E73', marker: 'triangle' },
    ...{ server: 'node:http', serves: ['micro'], environment: {} },
    ports: { public: 8083, metrics: 9183 },
    native: {
      command: ['node', 'built/main.js'],
      build: { command: ['node', 'build.js'], inputs: ['main.js'], output: 'built' },
    },
    profiles: { default: { workersPerCore: 1, poolPerWorker: 3, keepAliveSeconds: 5 } },
  };
  mkdirSync(`${made}/app`);
  writeFileSync(`${made}/app/app.json`, JSON.stringify(own));
  process.env.HEADROOM_APPS = `${made}/app`;
  return { folder: made, app: own };
});

const repository = new Repository(folder);
const tagged = (name: string): void => {
  repository.commit(name);
  repository.git('tag', name);
};
const declare = (change: object): void =>
  repository.write('app/app.json', JSON.stringify({ ...app, ...change }));

beforeAll(() => {
  rmSync(join(folder, 'app'), { recursive: true });
  repository.write('README.md', 'no app yet\n');
  tagged('before');
  declare({});
  repository.write('app/main.js', '1\n');
  repository.write('app/build.js', "require('fs').cpSync('main.js', 'built/main.js')\n");
  tagged('v1');
  repository.write('app/build.js', "console.log('no such luck'); process.exit(3)\n");
  tagged('broken');
  declare({ name: 'other' });
  tagged('renamed');
  declare({ unheard: 'of' });
  tagged('foreign');
  repository.git('checkout', '--quiet', 'v1');
});

const written = new Set<string>();
const at = async (text: string) => {
  const named = parseSubject(text);
  const inside = named.app === 'small' ? join(folder, 'app') : rootDir;
  const tree = folderOfTree((await findRevision(inside, named.at ?? 'HEAD')).tree);
  if (!existsSync(tree)) written.add(tree);
  return atRevision(named);
};
const builtOf = ({ cwd }: { cwd: string }) => join(cwd, 'built/main.js');

afterAll(() => {
  for (const one of [folder, ...written]) rmSync(one, { recursive: true, force: true });
});

describe('an app of another repository', () => {
  it('is built at its revision, once, and started from there', async () => {
    const v1 = subjectNamed(await at('small@v1'), 1);
    const command = commandOf(v1);
    expect(command).toMatchObject({ command: 'node', args: ['built/main.js'] });
    expect(command.cwd.startsWith(folderOfTree(v1.revision?.tree ?? ''))).toBe(true);
    expect(readFileSync(builtOf(command), 'utf8')).toBe('1\n');
    const { mtimeMs } = statSync(builtOf(command));
    await at('small@v1');
    expect(statSync(builtOf(command)).mtimeMs).toBe(mtimeMs);
  });

  it('has changes that are not committed in a folder of their own', async () => {
    repository.write('app/main.js', '2\n');
    const [v1, now] = [await at('small@v1'), await at('small@worktree')];
    expect(readFileSync(builtOf(commandOf(now)), 'utf8')).toBe('2\n');
    expect(titlesOf(v1, now)).toEqual({
      a: `Small (v1 ${v1.revision?.commit?.slice(0, 7)})`,
      b: 'Small (worktree)',
    });
    repository.git('checkout', '--quiet', '--', '.');
  });

  it.each([
    ['before', 2, /^small@before: that revision has no app\/app\.json, .* Choose a later one\.$/],
    ['broken', 5, /^small@broken could not be built\. The error is above\.$/],
    [
      'renamed',
      2,
      /^small@renamed: this version of the lab cannot use its app\.json .*declares no app "small", but other/,
    ],
    ['foreign', 2, /^small@foreign: this version of the lab cannot use its app\.json .*unheard/],
    ['nowhere', 2, /^git knows no revision "nowhere"/],
  ])('is refused at %s', async (name, exitCode, message) => {
    await expect(atRevision(parseSubject(`small@${name}`))).rejects.toMatchObject({
      exitCode,
      message: expect.stringMatching(message),
    });
  });
});

describe('an app of the clone', () => {
  it.each(['express', 'django'])(
    '%s is built with the clone’s packages where it locks the same',
    async (name) => {
      const named = await at(`${name}@worktree`);
      const subject = subjectNamed(named, 1);
      const { revision } = subject;
      const root = folderOfTree(revision?.tree ?? '');
      expect(appOf(subject)).toMatchObject({ name, folder: join(root, 'apps', name) });
      expect(databaseSourcesOf(revision)).toBe(join(root, 'db'));
      const { PATH = '' } = environmentOf(subject, 'postgres://x');
      const program = name === 'express' ? 'apps/express/dist/main.js' : '.lab/venv/bin/gunicorn';
      expect(existsSync(join(root, program))).toBe(true);
      expect(PATH.split(':')).toContain(join(root, '.lab/venv/bin'));
      // As the clone is: the numbers of its profile are the same.
      const { revision: _, ...rest } = subject;
      expect(rest).toEqual(subjectNamed(parseSubject(name), 1));
    },
    120_000,
  );
});
