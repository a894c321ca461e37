import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderers, verbsOf } from './completion';
import { register as registerRun } from './run';
import { register as registerShow } from './show';

const program = new Command('lab');
registerRun(program);
registerShow(program);
const verbs = verbsOf(program);

let results: string;
beforeAll(() => {
  results = mkdtempSync(join(tmpdir(), "headroom-it's-"));
  mkdirSync(join(results, '20260101T000000Z-tour-aaaa'));
  writeFileSync(join(results, '20260101T000000Z-tour-aaaa/run.json'), '{}');
});
afterAll(() => rmSync(results, { recursive: true }));

/** What bash offers after these words, the last of which is being written. */
function offers(...words: string[]): string[] {
  const script = `${renderers.bash(verbs, '/launch.mjs', results)}
COMP_WORDS=(lab "$@"); COMP_CWORD=$#; _lab; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const printed = execFileSync('bash', ['-c', script, 'bash', ...words], { encoding: 'utf8' });
  return printed.split('\n').filter(Boolean);
}

describe('completion in bash', () => {
  it.each([
    ['verbs', ['s'], ['show']],
    ['options of a verb', ['run', '--work'], ['--workload', '--workers']],
    ['choices of an option', ['run', '--app', ''], ['express', 'django']],
    ['runs on disk', ['show', '2026'], ['20260101T000000Z-tour-aaaa']],
    ['nothing where nothing fits', ['run', 'x'], []],
  ])('offers %s', (_name, words, expected) => {
    expect(offers(...words)).toEqual(expected);
  });
});

it.each(['zsh', 'fish'] as const)('completion in %s names every verb and option', (shell) => {
  const script = renderers[shell](verbs, '/launch.mjs', results);
  for (const { name, options } of verbs) {
    expect(script).toContain(name);
    for (const { flag } of options) expect(script).toContain(flag.slice(2));
  }
});
