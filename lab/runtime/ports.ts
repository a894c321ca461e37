// The lab's ports, on 127.0.0.1: what is in the way of listening at one is told with a remedy.
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { type AppName, appNamed } from '../../contract/apps';
import { configuration } from '../configuration/configuration';
import { metricsPortName, type PortName, portVariable } from '../configuration/variables';
import { environmentError } from '../errors';

export const { ports } = configuration;

/** Where an app listens: for everybody, and for Prometheus, which may be the same. */
export type AppPorts = Record<'public' | 'metrics', number>;

export const portIn = (url: string): number => {
  const { port, protocol } = new URL(url);
  return Number(port) || (protocol === 'https:' ? 443 : 80);
};

export function portsOf(app: AppName): AppPorts {
  const own = ports[app] ?? portIn(appNamed(app).url ?? 'http://none');
  return { public: own, metrics: ports[metricsPortName(app)] ?? own };
}

/** Free ones, for the second of one app. */
export async function freePortsFor(app: AppName): Promise<AppPorts> {
  const own = await freePort();
  return { public: own, metrics: appNamed(app).ports?.metrics ? await freePort() : own };
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
