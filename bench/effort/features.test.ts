import { execaSync } from 'execa';
import { describe, expect, test } from 'vitest';
import { claimedApps } from '../../lab/experiments/claims/design';
import {
  apart,
  features,
  filesByFeature,
  filesFor,
  filesOf,
  folderOf,
  linesByFeature,
} from './features';

describe.each(claimedApps)('%s', (app) => {
  const byFeature = filesByFeature(app);

  test('has each file in exactly one feature, or apart as a test or as generated', (context) => {
    let listed: string;
    try {
      const options = ['--cached', '--others', '--exclude-standard', '--deduplicate'];
      listed = execaSync('git', ['ls-files', ...options], { cwd: folderOf(app) }).stdout;
    } catch {
      return context.skip('an archive without git: nothing says which files are the app’s own');
    }
    const files = listed.split('\n').filter(Boolean).sort();
    const left = new Set(Object.values(apart[app]).flatMap((globs) => filesFor(app, globs)));
    const placed = Object.values(byFeature).flat();
    expect([...placed, ...files.filter((file) => left.has(file))].sort()).toEqual(files);
  });

  test('has no glob that finds nothing', () => {
    const { tests, generated } = apart[app];
    // What a build makes is there only after it.
    const built = generated.filter((glob) => !glob.startsWith('dist/'));
    const globs = [...Object.values(filesOf[app]).flat(), ...tests, ...built];
    expect(globs.filter((glob) => filesFor(app, [glob]).length === 0)).toEqual([]);
  });

  test('has lines in every feature, in the order of the table', () => {
    const counted = linesByFeature(app);
    expect(counted.map(({ feature }) => feature)).toEqual(Object.values(features));
    expect(counted.filter(({ lines }) => lines === 0)).toEqual([]);
  });
});
