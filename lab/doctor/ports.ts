// Whether the lab's ports are free, and who has those that are not.
import { type PortName, portVariable } from '../configuration/variables';
import { listenersOn, titleOf } from '../proc';
import { requireFreePort } from '../runtime/ports';
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
    const pid = refusal ? listenersOn(port)[0] : null;
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

const longestCommand = 80;

/** Its command line, or the container that publishes the port: a thread's name says little. */
async function describeHolder(port: number, pid: number | undefined): Promise<string> {
  const command = pid === undefined ? '' : titleOf(pid);
  if (command === '' || command.includes('docker-proxy')) {
    const container = await ask('docker', 'ps', `--filter=publish=${port}`, '--format={{.Names}}');
    if (container) return `the container ${container}`;
  }
  if (pid === undefined) return 'another program';
  const shown = command.slice(0, longestCommand) || 'a process';
  return `\`${shown}${command.length > longestCommand ? '…' : ''}\` (pid ${pid})`;
}
