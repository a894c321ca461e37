// README's pictures show what the lab shows today.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rootDir } from '../lab/paths';
import { hashOf, type PictureRecord, recordFile, showsNow } from './pictures';

const record: PictureRecord = JSON.parse(readFileSync(recordFile, 'utf8'));

test.each([
  ['live', 'npm run bench -- pictures'],
  ['report', 'npm run bench -- pictures, or pictures RUN for a run that there is'],
] as const)('README’s pictures of the %s are of today', async (subject, command) => {
  const isToday = (await showsNow[subject]()) === record[subject].shows;
  expect(isToday, `they are out of date; take them again: ${command}`).toBe(true);
});

test('README’s pictures are those that were taken, and no others', () => {
  const readme = readFileSync(join(rootDir, 'README.md'), 'utf8');
  const shown = new Set([...readme.matchAll(/docs\/([\w-]+\.png)/g)].map(([, file = '']) => file));
  const hashes = [...shown].map((file) => [
    file,
    hashOf(readFileSync(join(rootDir, 'docs', file))),
  ]);
  expect(Object.fromEntries(hashes)).toEqual({ ...record.live.files, ...record.report.files });
});
