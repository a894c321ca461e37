// What `lab` says before it is asked for anything.
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import groups from './cli/verbs.json';
import { rootDir } from './paths';

const lab = (...args: string[]) => labWith({}, ...args);
const labWith = (env: Record<string, string>, ...args: string[]) =>
  execa(
    process.execPath,
    ['--require', 'ts-node/register', join(rootDir, 'lab/main.ts'), ...args],
    { cwd: rootDir, env, reject: false },
  );
const verbsIn = (text: string) =>
  [...text.matchAll(/^ {2}([a-z]\w+) (?=[ <[])/gm)].map(([, verb]) => verb);

test('without a verb it shows those that people need first, and how to see the rest', async () => {
  const { exitCode, stdout, stderr } = await lab();
  expect(exitCode).toBe(2);
  expect(stdout).toBe('');
  expect(verbsIn(stderr)).toEqual(Object.keys(groups['Start here']));
  expect(stderr).toContain('npm run lab -- --help');
});

test('--help shows every verb, in groups', async () => {
  const { exitCode, stdout } = await lab('--help');
  expect(exitCode).toBe(0);
  expect(verbsIn(stdout)).toEqual(Object.values(groups).flatMap((verbs) => Object.keys(verbs)));
  for (const group of Object.keys(groups)) expect(stdout).toContain(`\n${group}:\n`);
});

test('an app.json that cannot be read is refused in a sentence, without a stack trace', async () => {
  const { exitCode, stderr } = await labWith({ HEADROOM_APPS: '/nowhere' }, 'list');
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(
    /^\s*\/nowhere\/app\.json cannot be read \(.*\)\. Name a headroom\.yaml, .*$/,
  );
});
