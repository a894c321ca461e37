// What this machine already has: commands on the PATH and their versions, and what to say of those
// it lacks.

import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync, realpathSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Of node, python and go the oldest that does; of k6 and prometheus the one wanted. */
export const versions = JSON.parse(readFileSync(new URL('versions.json', import.meta.url), 'utf8'));

const PYTHONS = ['python3', ...[14, 13, 12, 11, 10].map((minor) => `python3.${minor}`)];
/** From this one on a Go that may (GOTOOLCHAIN) fetches the newer one a go.mod asks for. */
const GO_FETCHING_NEWER = '1.21';

/** testcontainers 12 wants 22.22 of Node 22; vitest 5 refuses 23. */
export function nodeSuffices(version) {
  const major = Number.parseInt(version.slice(1), 10);
  return major !== 23 && isAtLeast(version, versions.node);
}

/** Whether the first `major.minor` in `text` is `wanted` or later. */
function isAtLeast(text, wanted) {
  const [major, minor] = wanted.split('.').map(Number);
  const [, foundMajor, foundMinor] = text.match(/(\d+)\.(\d+)/)?.map(Number) ?? [];
  return foundMajor > major || (foundMajor === major && foundMinor >= minor);
}

/** The first `name` on the PATH, or undefined. What lies in `lab` is ours, not the machine's. */
export function find(name, lab) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  for (const folder of folders.filter((entry) => entry && !entry.startsWith(lab))) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      if (statSync(path).isFile()) return path;
    } catch {
      // not there, or not executable: the next folder may have it
    }
  }
  return undefined;
}

/** What tells one installed binary from another without running it. */
export function identityOf(path) {
  if (path === undefined) return 'absent';
  const { size, mtimeMs } = statSync(path);
  return `${realpathSync(path)} ${size} ${mtimeMs}`;
}

function output(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? `${stdout}${stderr}`.trim() : undefined;
}

/** Paths by name when all of `names` are on the PATH in this version (major.minor). */
export function fitting(names, version, lab) {
  const paths = Object.fromEntries(names.map((name) => [name, find(name, lab)]));
  const fits = (name) => {
    const path = paths[name];
    // `k6 v2.2.0 (go1.26...)`, `promtool, version 3.15.0 (branch: ...)`
    const text = path && output(path, ['--version']);
    return text?.match(/\bv?(\d+\.\d+)\.\d+/)?.[1] === version;
  };
  return names.every(fits) ? paths : undefined;
}

/** {path, version} of a Python that can make virtual environments, or {problem}. */
export function findPython(lab) {
  const probe = 'import sys; print("%d.%d.%d" % sys.version_info[:3]); import venv, ensurepip';
  const seen = [];
  for (const name of PYTHONS) {
    const path = find(name, lab);
    if (path === undefined) continue;
    const { status, stdout } = spawnSync(path, ['-c', probe], { encoding: 'utf8' });
    const version = stdout?.trim() ?? '';
    if (!version) continue; // a version manager's placeholder, for example
    if (!isAtLeast(version, versions.python)) seen.push(`${path} is ${version}`);
    else if (status !== 0) seen.push(`${path} (${version}) lacks the modules venv and ensurepip`);
    else return { path, version };
  }
  const found = seen.length ? ` Found only: ${seen.join('; ')}.` : ' None is on the PATH.';
  return {
    problem:
      `Python ${versions.python} or newer with venv is missing: it runs the apps written in Python.` +
      `${found}\n  ${howToGet('python3 python3-venv', 'python', 'https://www.python.org/downloads')}`,
  };
}

export function npmProblem(lab) {
  if (find('npm', lab)) return undefined;
  return (
    'npm is missing: it fetches the locked packages.\n  ' +
    howToGet('npm', 'node', 'https://nodejs.org')
  );
}

/** `label` is what Go is needed for here. */
export function goProblem(label, lab) {
  const path = find('go', lab);
  const wanted = `Go ${versions.go} or newer is missing, and so is ${label} on the PATH: `;
  const remedy = `  Install Go from https://go.dev/dl, or put ${label} itself on the PATH.`;
  const why = `the lab builds ${label} from pinned sources.`;
  if (path === undefined) return `${wanted}${why}\n${remedy}`;
  // Asked in the file system's root, where no go.mod makes it fetch another version first.
  const options = { cwd: '/', encoding: 'utf8' };
  const { stdout } = spawnSync(path, ['env', 'GOVERSION', 'GOTOOLCHAIN'], options);
  const [version = '', toolchain = ''] = (stdout ?? '').split('\n');
  const fetchesNewer = toolchain !== 'local' && isAtLeast(version, GO_FETCHING_NEWER);
  if (fetchesNewer || isAtLeast(version, versions.go)) return undefined;
  return `${wanted}${why} ${path} is ${version || 'not working'}.\n${remedy}`;
}

function howToGet(aptPackages, brewFormula, url) {
  const isMac = process.platform === 'darwin';
  const command = isMac ? `brew install ${brewFormula}` : `sudo apt-get install ${aptPackages}`;
  return `Get it: ${command}${isMac ? '' : ' (Debian, Ubuntu)'}, or ${url}`;
}
