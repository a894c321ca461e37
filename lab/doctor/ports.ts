// Whether the lab's ports are free, and who has those that are not.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { type PortName, portVariable } from '../runtime/ports';
import type { Check } from './check';

const loopback = '127.0.0.1';

/** A line for each port that is taken, or one line when none is. A PostgreSQL of the user's own
 *  needs no port of ours. */
export async function checkPorts(
  ports: Readonly<Record<PortName, number>>,
  env: NodeJS.ProcessEnv = {},
): Promise<Check[]> {
  const taken: Check[] = [];
  const wanted = (Object.entries(ports) as [PortName, number][]).filter(
    ([name]) => !(name === 'postgres' && env.HEADROOM_POSTGRES_URL),
  );
  for (const [name, port] of wanted) {
    if (await isFree(port)) continue;
    taken.push({
      name: `port ${port}`,
      status: 'missing',
      found: `taken by ${holderOf(port) ?? 'another program'}; the lab wants it for ${name}`,
      remedy: `Stop that program, or choose another port: ${portVariable(name)}=PORT`,
    });
  }
  const numbers = wanted.map(([, port]) => port).join(' ');
  return taken.length > 0 ? taken : [{ name: 'ports', status: 'ok', found: `${numbers} are free` }];
}

/** By trying: a listener on all addresses is in the way of one on loopback, too. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
      .once('error', () => resolve(false))
      .listen({ host: loopback, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** `node (pid 12)`, where /proc tells it to us. */
function holderOf(port: number): string | undefined {
  const sockets = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
    listeningInodes(readOrEmpty(file), port),
  );
  const links = new Set(sockets.map((inode) => `socket:[${inode}]`));
  for (const pid of listOrEmpty('/proc').filter((name) => /^\d+$/.test(name))) {
    const holds = listOrEmpty(`/proc/${pid}/fd`).some((fd) => links.has(linkOf(pid, fd)));
    if (holds) return `${readOrEmpty(`/proc/${pid}/comm`).trim()} (pid ${pid})`;
  }
  return undefined;
}

/** Inodes of the sockets that listen on `port`, from the text of /proc/net/tcp (proc(5)). */
export function listeningInodes(table: string, port: number): string[] {
  const listen = '0A';
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(local) && fields[3] === listen)
    .flatMap((fields) => fields[9] ?? []);
}

// Processes end while they are looked at, and other users' are closed to us: both are no finding.
const attempt = <T>(read: () => T, otherwise: T): T => {
  try {
    return read();
  } catch {
    return otherwise;
  }
};
const readOrEmpty = (file: string) => attempt(() => readFileSync(file, 'utf8'), '');
const listOrEmpty = (folder: string) => attempt(() => readdirSync(folder), []);
const linkOf = (pid: string, fd: string) =>
  attempt(() => readlinkSync(`/proc/${pid}/fd/${fd}`), '');
