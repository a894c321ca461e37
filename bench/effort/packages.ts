// What an app brings along: its packages of production by the lock file, and their size on this disk.
// Nothing is installed for it: exactly the lock's closure is walked where set-up has put it.
import { existsSync, globSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { environmentError } from '../../lab/errors';
import type { ClaimedApp } from '../../lab/experiments/claims/design';
import type { AppEffort } from '../../lab/experiments/claims/effort';
import { rootDir, toolsDir } from '../../lab/paths';
import { sum } from '../../lab/statistics/descriptive';

type Packages = Pick<AppEffort, 'dependencies' | 'installBytes'>;

export const packagesOf = (app: ClaimedApp): Packages =>
  app === 'express'
    ? npmPackages(rootDir, 'apps/express')
    : pythonPackages(join(rootDir, 'apps/django'), sitePackages());

type LockedPackage = {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
};

/** @param workspace its path in the lock file of `root` */
export function npmPackages(root: string, workspace: string): Packages {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  const found = new Set<string>();
  const visit = (path: string): void => {
    const { dependencies = {}, optionalDependencies = {} } = packages[path] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const at = resolve(packages, path, name);
      // An optional one may be another platform's.
      if (at === undefined || (name in optionalDependencies && !existsSync(join(root, at))))
        continue;
      if (found.has(at)) continue;
      found.add(at);
      visit(at);
    }
  };
  visit(workspace);
  const direct = Object.keys(packages[workspace]?.dependencies ?? {}).length;
  const bytes = [...found].map((path) => folderBytes(join(root, path)));
  return { dependencies: { direct, total: found.size }, installBytes: sum(bytes) };
}

/** Where Node would find it: beside its dependent, then a folder further out each time. */
function resolve(
  packages: Record<string, LockedPackage>,
  from: string,
  name: string,
): string | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    const path = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
    if (path in packages) return path;
    if (at === '') return undefined;
  }
}

/** Without the packages inside it: they count for themselves, if anybody needs them. */
function folderBytes(folder: string): number {
  if (!existsSync(folder)) {
    throw environmentError(
      `${folder} is in the lock file and not on the disk: \`npm test -- bench/effort\` installs what is missing.`,
    );
  }
  return sum(
    readdirSync(folder, { withFileTypes: true }).map((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return entry.name === 'node_modules' ? 0 : folderBytes(path);
      return entry.isFile() ? statSync(path).size : 0;
    }),
  );
}

/** @param folder with requirements.in, and requirements.txt, which pins all that it needs */
export function pythonPackages(folder: string, site: string): Packages {
  const direct = readFileSync(join(folder, 'requirements.in'), 'utf8')
    .split('\n')
    .filter((line) => /^\w/.test(line)).length;
  const installed = lockedRequirements(readFileSync(join(folder, 'requirements.txt'), 'utf8'))
    .map(({ name, version, conditional }) => {
      const info = join(site, `${name.replaceAll(/[-.]+/g, '_')}-${version}.dist-info`);
      if (existsSync(info)) return info;
      // Of two versions under conditions, one is this Python's.
      if (conditional) return undefined;
      throw environmentError(
        `${name} ${version} is in ${folder}/requirements.txt and not in ${site}: \`npm test -- bench/effort\` installs what is missing.`,
      );
    })
    .filter((info) => info !== undefined);
  return {
    dependencies: { direct, total: installed.length },
    installBytes: sum(installed.map((info) => recordedBytes(info, site))),
  };
}

type Requirement = { name: string; version: string; conditional: boolean };

/** `name==version ; condition \`, with its hashes on the lines below. */
export const lockedRequirements = (text: string): Requirement[] =>
  [
    ...text.matchAll(/^(?<name>[\w.-]+)(?:\[.*?\])?==(?<version>[^\s;]+)(?<condition>\s*;.*)?/gm),
  ].map(({ groups }) => ({
    name: (groups?.name ?? '').toLowerCase(),
    version: groups?.version ?? '',
    conditional: groups?.condition !== undefined,
  }));

/** By RECORD, which lists what the wheel brought; what Python compiled since is not its own. */
function recordedBytes(info: string, site: string): number {
  const files = readFileSync(join(info, 'RECORD'), 'utf8')
    .split('\n')
    .map((line) => line.replace(/,[^,]*,[^,]*$/, '').replaceAll('"', ''))
    .filter((path) => path !== '' && !path.endsWith('.pyc'))
    .map((path) => join(site, path));
  return sum(files.map((file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0));
}

function sitePackages(): string {
  const [site] = globSync(join(toolsDir, 'venv/lib/python3*/site-packages'));
  if (site !== undefined) return site;
  throw environmentError(
    `${toolsDir}/venv has no packages yet: \`npm run lab -- up\` installs what Django needs.`,
  );
}
