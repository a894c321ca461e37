// PostgreSQL's server image, set as docker-compose.yml sets it, for tests that otherwise use the
// embedded build: what holds for one must hold for the other.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PostgreSqlContainer } from '@testcontainers/postgresql';
import { Client } from 'pg';
import { parse } from 'yaml';
import { rootDir } from '../lab/paths';
import type { ServerAddress } from '../lab/runtime/database-server';
import { engineProblem, until } from './compose-stack';
import { engine, projectLabel, projectNamed, removeLeftovers } from './container-projects';
import { freePorts } from './lab-process';

/** What database tests run on, and why they cannot run on it here. */
export const postgresServers = [
  { server: 'embedded', problem: undefined },
  { server: 'image', problem: engineProblem() },
] as const;

export type PostgresContainer = {
  address: ServerAddress;
  /** As a crash of the machine: no session ends in order, and the next start recovers from the log. */
  crash(): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
};

export async function startPostgresContainer(): Promise<PostgresContainer> {
  await removeLeftovers();
  const { image, command, environment } = parse(
    readFileSync(join(rootDir, 'docker-compose.yml'), 'utf8'),
    { merge: true },
  ).services.postgres;
  const password = randomBytes(24).toString('base64url');
  // One that stays the same when the server starts again.
  const [port = 0] = await freePorts(1);
  const started = await new PostgreSqlContainer(image)
    .withUsername('postgres')
    .withPassword(password)
    .withDatabase('postgres')
    .withEnvironment({ POSTGRES_INITDB_ARGS: environment.POSTGRES_INITDB_ARGS })
    .withBindMounts([{ source: join(rootDir, 'db'), target: '/etc/headroom', mode: 'ro' }])
    .withCommand(command)
    .withExposedPorts({ container: 5432, host: port })
    .withLabels({ [projectLabel]: projectNamed('postgres') })
    .start();
  const container = (await engine()).getContainer(started.getId());
  const address = { host: started.getHost(), port, user: 'postgres', password };
  return {
    address,
    crash: async () => {
      await container.kill({ signal: 'SIGQUIT' });
      await container.wait();
    },
    start: async () => {
      await container.start();
      await until('PostgreSQL answers again', 60, () => answers(address));
    },
    remove: async () => {
      await started.stop();
    },
  };
}

async function answers(address: ServerAddress): Promise<true> {
  const client = new Client({ ...address, database: 'postgres' });
  client.on('error', () => undefined);
  await client.connect();
  await client.end();
  return true;
}
