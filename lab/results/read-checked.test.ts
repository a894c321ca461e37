import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { readYaml } from './read-checked';

function written(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-yaml-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'nightly.yaml');
  writeFileSync(file, text);
  return file;
}
const schema = z.object({ measure: z.array(z.string()) });

it('an alias stands for what has its anchor', () => {
  expect(readYaml(written('all: &all [a]\nmeasure: *all\n'), schema)).toEqual({ measure: ['a'] });
});

it.each([
  ['an alias without an anchor', 'measure: *typo\n', /nightly\.yaml is not valid YAML: .*typo/],
  ['a bracket that is left open', 'measure: [a\n', /nightly\.yaml is not valid YAML: /],
])('%s is a fault of the file', (_what, text, message) => {
  const read = () => readYaml(written(text), schema);
  expect(read).toThrow(message);
  expect(read).toThrow(expect.objectContaining({ exitCode: 2 }));
});
