// What `docker compose up` needs of this clone: modes that let the containers' users read it, runs that will be
// one's own, and settings that fit the machine. Of use where there is an engine alone.
import { composeVariables } from '../configuration/compose';
import { hiddenFromContainers, openToContainers } from '../runtime/compose/clone-modes';
import { coresForContainers } from '../runtime/compose/cores';
import { subjectVariables } from '../runtime/compose/settings';
import type { Cpu } from '../runtime/native/topology';
import { appNames, subjectOf } from '../runtime/subject';
import { type Check, warn } from './check';

/** Of the lab's container, as docker-compose.yml has it. */
const usualUid = 1000;

export function checkCloneModes(root: string): Check[] {
  const hidden = hiddenFromContainers(root);
  if (hidden === undefined) return [];
  return [warn('modes', `containers may not read ${hidden}`, `In ${root}: ${openToContainers}`)];
}

/** @param settings as compose reads them: those of the shell before those of .env */
export function checkOwner(uid: number, settings: NodeJS.ProcessEnv): Check[] {
  const owner = Number(settings.HEADROOM_UID || usualUid);
  // Root may do everything with what belongs to others.
  if (uid === owner || uid === 0) return [];
  const remedy =
    'In .env: HEADROOM_UID and HEADROOM_GID, as `id -u` and `id -g` print them. Otherwise you can read the runs but not delete them.';
  return [warn('owner', `runs made in containers will belong to uid ${owner}, not to you`, remedy)];
}

/** docker-compose.yml's own limit for one core, and what a worker or two more take. */
const memoryMb = (cores: number): number => 512 + 256 * cores;

/**
 * The `.env` of docker-compose.yml that makes the most of this machine: cores as natively, and workers,
 * connections and memory for as many.
 *
 * @param owner of the runs, where it is not the usual one of the containers
 */
export function envFileFor(cpus: readonly Cpu[], owner: { uid: number; gid: number }): string {
  const cores = coresForContainers(cpus, { subject: cpus.length, database: cpus.length });
  const count = cores.subject.length;
  const wanted: Record<string, string> = {
    HEADROOM_SUBJECT_CPUSET: cores.subject.join(','),
    HEADROOM_SUBJECT_CPUS: String(count),
    HEADROOM_SUBJECT_MEMORY: `${memoryMb(count)}m`,
    HEADROOM_DATABASE_CPUSET: cores.database.join(','),
    HEADROOM_DATABASE_CPUS: String(cores.database.length),
    HEADROOM_GENERATOR_CPUSET: cores.generator.join(','),
    HEADROOM_SCREENS_CPUSET: cores.screens.join(','),
    // Root may do everything with what belongs to others.
    ...(owner.uid !== 0 && {
      HEADROOM_UID: String(owner.uid),
      HEADROOM_GID: String(owner.gid),
    }),
  };
  for (const app of appNames)
    Object.assign(wanted, subjectVariables(subjectOf(app, 'default', count)));
  const defaults = new Map(composeVariables().map(({ name, default: usual }) => [name, usual]));
  const lines = Object.entries(wanted)
    .filter(([name, value]) => defaults.has(name) && defaults.get(name) !== value)
    .map(([name, value]) => `${name}=${value}\n`);
  return `# For the ${cpus.length} CPUs of this machine, written by \`npm run lab -- doctor --env\`; .env.example says what each means.\n${lines.join('')}`;
}
