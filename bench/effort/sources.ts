// An app's files by feature, and the lines of each.
import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { AppEffort } from '../../lab/experiments/claims/effort';
import { rootDir } from '../../lab/paths';
import type { AppName } from '../../lab/runtime/subject';
import { apart, type Feature, features, filesOf } from './features';
import { linesOf } from './lines';

export const folderOf = (app: AppName): string => join(rootDir, 'apps', app);

/** Paths from the app's folder, in their order. */
export const filesFor = (app: AppName, globs: readonly string[]): string[] =>
  globSync([...globs], { cwd: folderOf(app) }).sort();

export function filesByFeature(app: AppName): Record<Feature, string[]> {
  const left = new Set(Object.values(apart[app]).flatMap((globs) => filesFor(app, globs)));
  return Object.fromEntries(
    Object.entries(filesOf[app]).map(([feature, globs]) => [
      feature,
      filesFor(app, globs).filter((file) => !left.has(file)),
    ]),
  ) as Record<Feature, string[]>;
}

export function linesByFeature(app: AppName): AppEffort['lines'] {
  const files = filesByFeature(app);
  return (Object.keys(features) as Feature[]).map((feature) => ({
    feature: features[feature],
    files: files[feature].length,
    lines: linesOf(files[feature].map((file) => join(folderOf(app), file))).reduce(
      (sum, lines) => sum + lines,
      0,
    ),
  }));
}
