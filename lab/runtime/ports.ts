// Every port of the lab, on 127.0.0.1; HEADROOM_<NAME>_PORT changes one. What is in the way of
// listening at one is told with a remedy.
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { type AppName, apps } from '../../contract/apps';
import { environmentError, usageError } from '../errors';

const parts = {
  postgres: 54318,
  prometheus: 9090,
  exporter: 9190,
  live: 3100,
  k6: 6565,
};

/** One of the lab's parts, or of an app `<name>` and `<name>Metrics`. */
export type PortName = string;
type Ports = Record<keyof typeof parts, number> & Record<PortName, number>;

const defaults: Ports = {
  ...Object.fromEntries(
    apps.flatMap(({ name, ports }) => [
      [name, ports.public],
      [metricsPortName(name), ports.metrics],
    ]),
  ),
  ...parts,
};

function metricsPortName(app: AppName): PortName {
  return `${app}Metrics`;
}

/** HEADROOM_<APP>_METRICS_PORT for `<app>Metrics`. */
export const portVariable = (name: PortName): string =>
  `HEADROOM_${name.replace(/[A-Z]/g, '_$&').toUpperCase()}_PORT`;

export function readPorts(env: NodeJS.ProcessEnv): Ports {
  const ports = { ...defaults };
  for (const name of Object.keys(defaults)) {
    const given = env[portVariable(name)];
    if (given === undefined || given === '') continue;
    const port = Number(given);
    if (!Number.isInteger(port) || port < 1 || port > 65535) {
      throw usageError(
        `${portVariable(name)} is "${given}": give a port from 1 to 65535, or unset it for ${defaults[name]}.`,
      );
    }
    ports[name] = port;
  }
  return ports;
}

export const ports = readPorts(process.env);

/** An app's public port and that of its metrics page, each by its name. */
export function portsOf(
  app: AppName,
): Record<'public' | 'metrics', { name: PortName; port: number }> {
  const at = (name: PortName) => ({ name, port: ports[name] ?? Number.NaN });
  return { public: at(app), metrics: at(metricsPortName(app)) };
}

/** Refuses to start on a port that somebody else has: their answers would be measured. */
export async function requireFreePort(name: PortName, port: number): Promise<void> {
  const server = createServer();
  await listenOrExplain(server, name, '127.0.0.1', port);
  await new Promise((resolve) => server.close(resolve));
}

/** One that the system has free now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('a port has a number');
  return address.port;
}

/** Listens; what is in the way becomes an error with a remedy. */
export async function listenOrExplain(
  server: Server,
  name: PortName,
  host: string,
  port: number,
): Promise<void> {
  server.listen({ host, port, exclusive: true });
  await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
    throw environmentError(describeListenError(error, name, host, port), error);
  });
}

/** @param error what Node's `listen` failed with */
export function describeListenError(
  { code, message }: Pick<NodeJS.ErrnoException, 'code' | 'message'>,
  name: PortName,
  host: string,
  port: number,
): string {
  const another = `choose another port: ${portVariable(name)}=PORT.`;
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} (${name}) is taken by another program. Stop that program, or ${another}`;
    case 'EACCES':
      return `Port ${port} (${name}) is not open to this user: ports below 1024 usually belong to root. Please ${another}`;
    case 'EADDRNOTAVAIL':
      return `Port ${port} (${name}) cannot be opened at ${host}: this machine does not have that address. Use one that \`ip address\` lists, or 127.0.0.1.`;
    default:
      return `Port ${port} (${name}) cannot be opened at ${host}: ${message}. Correct the address, or ${another}`;
  }
}
