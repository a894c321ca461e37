// What is suggested can be pasted, for an app of the clone and for one of somebody's own.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { notationOf, rememberApps } from '../../contract/apps';
import { quoted, twoOf, typed } from './command-line';

const folder = vi.hoisted(() => {
  const { mkdtempSync, writeFileSync } = process.getBuiltinModule('node:fs');
  const { tmpdir } = process.getBuiltinModule('node:os');
  const folder = mkdtempSync(`${tmpdir()}/it's here-`);
  writeFileSync(
    `${folder}/headroom.yaml`,
    `apps: [{ name: mine, url: 'http://127.0.0.1:8000' }]
workloads: [{ name: item, k6: item.ts, slo: { share: 0.99, thresholdSeconds: 0.1 } }]
`,
  );
  writeFileSync(`${folder}/item.ts`, '');
  process.env.HEADROOM_APPS = folder;
  return folder;
});
const file = join(folder, 'headroom.yaml');
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  [['show', 'a-run'], [], 'none set'],
  [['compare', 'express', 'django'], ['express', 'django'], 'none set'],
  [['capacity', '--app', file], ['mine'], 'none set'],
  [['capacity', '--resume', 'a-run'], ['mine'], `none:${file}`],
  [['nightly', '--config', 'a b.yaml'], ['mine', 'express'], file],
])('%j about %j is a command line that a shell divides as it was', (words, apps, variable) => {
  const text = typed(words, apps).slice(1, -1);
  // A shell in which npm prints what it is given.
  const print = `npm() { printf "%s\\n" "\${HEADROOM_APPS-none set}" "$@"; }\n`;
  const printed = execFileSync('bash', ['-c', print + text], { encoding: 'utf8', env: {} });
  expect(printed.trim().split('\n')).toEqual([variable, 'run', 'lab', '--', ...words]);
});

it('names an app by its file, also one that a run alone knows of', () => {
  expect(notationOf('express')).toBe('express');
  expect(notationOf('mine')).toBe(file);
  expect(notationOf('gone')).toBe('gone');
  const look = { colour: '#009E73', marker: 'circle', placed: true } as const;
  rememberApps([
    { name: 'gone', title: 'Gone', notation: '/elsewhere/headroom.yaml#gone', ...look },
  ]);
  expect(typed(['run', 'smoke', '--app', notationOf('gone')])).toBe(
    '`npm run lab -- run smoke --app /elsewhere/headroom.yaml#gone`',
  );
  expect(typed(['capacity', '--resume', 'x'], ['gone'])).toBe(
    '`HEADROOM_APPS=none:/elsewhere/headroom.yaml npm run lab -- capacity --resume x`',
  );
});

it('compares two apps, and the only one with its own code before', () => {
  expect(twoOf(['one', 'other', 'third'])).toEqual(['one', 'other']);
  expect(twoOf(['one'])).toEqual(['one@HEAD', 'one@worktree']);
});

it.each(['a b', "it's", '$HOME', '#x', '', '`date`'])('quotes %j', (word) => {
  const printed = execFileSync('bash', ['-c', `printf %s ${quoted(word)}`], { encoding: 'utf8' });
  expect(printed).toBe(word);
});
