import { join } from 'node:path';
import { expect, it } from 'vitest';
import { rootDir } from '../paths';
import { takeNamedFiles } from './named-files';

const file = join(rootDir, 'examples/fastapi/headroom.yaml');
const many = join(rootDir, 'examples/headroom.yaml');

it.each([
  [['run', 'smoke', '--app', file], ['run', 'smoke', '--app', 'fastapi'], `none:${file}`],
  [['capacity', `--app=${file}`], ['capacity', '--app=fastapi'], `none:${file}`],
  [
    ['compare', 'express:tuned', file],
    ['compare', 'express:tuned', 'fastapi'],
    `none:express:${file}`,
  ],
  [
    ['compare', `${file}@HEAD~3`, `${file}:workers=2`],
    ['compare', 'fastapi@HEAD~3', 'fastapi:workers=2'],
    `none:${file}`,
  ],
  [['noise', '--app', `${many}#mine`], ['noise', '--app', 'mine'], `none:${many}`],
  [['tour', many], ['tour', 'staging', 'mine', 'boxed', 'clustered'], `none:${many}`],
  [['tour', '--quick'], ['tour', '--quick'], undefined],
])('%j is %j, with HEADROOM_APPS %s', (argv, words, apps) => {
  const env: NodeJS.ProcessEnv = {};
  expect(takeNamedFiles(argv, env)).toEqual(words);
  expect(env.HEADROOM_APPS).toBe(apps);
});

it('keeps the apps that the variable names already', () => {
  const env: NodeJS.ProcessEnv = { HEADROOM_APPS: '/elsewhere' };
  takeNamedFiles(['tour', file], env);
  expect(env.HEADROOM_APPS).toBe(`/elsewhere:none:${file}`);
});

it('says which file cannot be read', () => {
  expect(() => takeNamedFiles(['tour', '/none/headroom.yaml'], {})).toThrow(
    /\/none\/headroom\.yaml cannot be read/,
  );
});
