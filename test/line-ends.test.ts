// Git for Windows gives text files CRLF where nobody says otherwise, and bash runs none of them.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { rootDir } from '../lab/paths';
import { temporaryFolder } from './lab-process';

test('a clone has LF in every file, whatever git is set to', async (context) => {
  const git = (...args: string[]) => execa('git', args, { cwd: rootDir, reject: false });
  const { failed, stdout } = await git('ls-files', '-z');
  context.skip(failed, 'this is no git clone');
  const clone = temporaryFolder();
  onTestFinished(() => rmSync(clone, { recursive: true }));
  const windows = ['-c', 'core.autocrlf=true', '-c', 'core.eol=crlf'];
  await git(...windows, 'checkout-index', '--all', `--prefix=${clone}/`);
  const files = stdout.split('\0').filter(Boolean);
  expect(files).toContain('db/seed.sql');
  const isText = (content: Buffer) => !content.includes('\0');
  const spoilt = files.filter((file) => {
    const content = readFileSync(join(clone, file));
    return isText(content) && content.includes('\r\n');
  });
  expect(spoilt).toEqual([]);
});
