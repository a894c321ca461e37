// Whether the lab's ports are free, and who has those that are not.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { type PortName, portVariable, requireFreePort } from '../runtime/ports';
import { type Check, missing, ok } from './check';
import { ask } from './tools';

/** The lab that is up in this state folder: what it was called with, and every process of it. */
export type OwnLab = { verb: string; pids: readonly number[] };

type Taken = { name: PortName; port: number; by: string };

/** What holds the ports: the lab that is up here, strangers (one line each), or nobody. A PostgreSQL of
 *  the user's own needs no port of ours. */
export async function checkPorts(
  ports: Readonly<Record<PortName, number>>,
  lab?: OwnLab,
  { ownPostgres = false } = {},
): Promise<Check[]> {
  const wanted = (Object.entries(ports) as [PortName, number][]).filter(
    ([name]) => !(name === 'postgres' && ownPostgres),
  );
  const own: number[] = [];
  const free: number[] = [];
  const taken: Taken[] = [];
  const closed: Check[] = [];
  for (const [name, port] of wanted) {
    // By trying: a listener on all addresses is in the way of one on loopback, too.
    const refusal = await requireFreePort(name, port).then(
      () => undefined,
      (error: Error) => error,
    );
    const code = (refusal?.cause as NodeJS.ErrnoException | undefined)?.code;
    if (refusal && code !== 'EADDRINUSE') {
      closed.push(missing(`port ${port}`, `cannot be opened: ${code}`, refusal.message));
      continue;
    }
    const pid = refusal ? holderOf(port) : null;
    if (pid === null) free.push(port);
    else if (pid !== undefined && lab?.pids.includes(pid)) own.push(port);
    else taken.push({ name, port, by: await describeHolder(port, pid) });
  }
  const found = [
    ...(lab && own.length > 0
      ? [
          `${own.join(' ')} held by the lab that is up here (\`${lab.verb}\`; \`npm run lab -- down\` ends it)`,
        ]
      : []),
    ...(free.length > 0 ? [`${free.join(' ')} free`] : []),
  ];
  return [
    ...(found.length > 0 ? [ok('ports', found.join('; '))] : []),
    ...closed,
    ...strangers(taken),
  ];
}

/** One remedy for all of them. */
function strangers(taken: readonly Taken[]): Check[] {
  const variables = taken.map(({ name }) => `${portVariable(name)}=PORT`).join(' ');
  const remedy =
    taken.length === 1
      ? `Stop that program, or choose another port: ${variables}`
      : `Stop these programs, or choose other ports: ${variables}`;
  return taken.map(({ name, port, by }) =>
    missing(`port ${port}`, `taken by ${by}; the lab wants it for ${portVariable(name)}`, remedy),
  );
}

/** Where /proc tells it to us. */
function holderOf(port: number): number | undefined {
  const sockets = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
    listeningInodes(readOrEmpty(file), port),
  );
  const links = new Set(sockets.map((inode) => `socket:[${inode}]`));
  const pid = listOrEmpty('/proc')
    .filter((name) => /^\d+$/.test(name))
    .find((own) => listOrEmpty(`/proc/${own}/fd`).some((fd) => links.has(linkOf(own, fd))));
  return pid === undefined ? undefined : Number(pid);
}

const longestCommand = 80;

/** Its command line, or the container that publishes the port: a thread's name tells nobody much. */
async function describeHolder(port: number, pid: number | undefined): Promise<string> {
  const words = pid === undefined ? '' : readOrEmpty(`/proc/${pid}/cmdline`);
  const command = words.replaceAll('\0', ' ').trim();
  if (command === '' || command.includes('docker-proxy')) {
    const container = await ask('docker', 'ps', `--filter=publish=${port}`, '--format={{.Names}}');
    if (container) return `the container ${container}`;
  }
  if (pid === undefined) return 'another program';
  const shown = command.slice(0, longestCommand) || 'a process';
  return `\`${shown}${command.length > longestCommand ? '…' : ''}\` (pid ${pid})`;
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
