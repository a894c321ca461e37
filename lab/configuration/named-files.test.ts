import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { rootDir } from '../paths';
import { fileMeantBy, foldersAt, severalIn, takeNamedFiles } from './named-files';

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
  [
    ['capacity', `--app=${many}`],
    ['capacity', '--app', 'staging', 'mine', 'boxed', 'clustered'],
    `none:${many}`,
  ],
  [['tour', dirname(file)], ['tour', 'fastapi'], `none:${file}`],
  [
    ['compare', `${dirname(file)}@feature/x`, `${dirname(file)}:workers=2`],
    ['compare', 'fastapi@feature/x', 'fastapi:workers=2'],
    `none:${file}`,
  ],
  [['noise', `--app=${dirname(file)}`], ['noise', '--app=fastapi'], `none:${file}`],
  [['noise', '--app', `${dirname(many)}#mine`], ['noise', '--app', 'mine'], `none:${many}`],
  [['init', dirname(file)], ['init', dirname(file)], undefined],
  [['tour', '--quick'], ['tour', '--quick'], undefined],
])('%j is %j, with HEADROOM_APPS %s', (argv, words, apps) => {
  const env: NodeJS.ProcessEnv = {};
  expect(takeNamedFiles(argv, env)).toEqual(words);
  expect(env.HEADROOM_APPS).toBe(apps);
});

it('takes an app of a file for no app of the clone, whatever its name is', () => {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-named-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const own = join(folder, 'headroom.yaml');
  writeFileSync(own, 'apps: [{ name: express, url: "http://127.0.0.1:8000" }]\n');
  const env: NodeJS.ProcessEnv = {};
  expect(takeNamedFiles(['run', 'smoke', '--app', own], env)).toEqual([
    ...['run', 'smoke', '--app', 'express'],
  ]);
  expect(env.HEADROOM_APPS).toBe(`none:${own}`);
});

it('keeps the apps that the variable names already', () => {
  const env: NodeJS.ProcessEnv = { HEADROOM_APPS: '/elsewhere' };
  takeNamedFiles(['tour', file], env);
  expect(env.HEADROOM_APPS).toBe(`/elsewhere:none:${file}`);
});

it('is passed on to where the same files are elsewhere', () => {
  const there = (path: string) => `/there${path}`;
  const env = { HEADROOM_APPS: `none:express:${file}:/folder` };
  expect(foldersAt(there, env)).toBe(`none:express:/there${file}:/there/folder`);
  expect(foldersAt(there, {})).toBeUndefined();
});

it('says how one of several apps is named', () => {
  expect(severalIn(['run', 'smoke', '--app', many])).toEqual([
    `${many} stands for its apps staging, mine, boxed, clustered: name one, such as ${many}#staging.`,
  ]);
  expect(severalIn(['run', 'smoke', '--app', `${many}#mine`, file, 'express'])).toEqual([]);
});

it('may be a folder', () => {
  expect(fileMeantBy(dirname(file))).toBe(file);
  expect(fileMeantBy(rootDir)).toBe(rootDir);
  expect(fileMeantBy('express')).toBe('express');
});

it('says which file cannot be read, or named', () => {
  expect(() => takeNamedFiles(['tour', '/a:b/headroom.yaml'], {})).toThrow(
    /\/a:b\/headroom\.yaml: no folder on the way may have ":" in its name/,
  );
  expect(() => takeNamedFiles(['tour', '/none/headroom.yaml'], {})).toThrow(
    /\/none\/headroom\.yaml cannot be read/,
  );
});
