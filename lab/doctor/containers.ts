// What `docker compose up` would stumble over in this clone: modes that hide it from the containers' users,
// and runs that will belong to somebody else. Of use where there is an engine alone.
import { hiddenFromContainers, openToContainers } from '../runtime/compose/clone-modes';
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
    'In .env: HEADROOM_UID and HEADROOM_GID, as `id -u` and `id -g` print them. Else you can read runs, and not remove them.';
  return [warn('owner', `runs made in containers will belong to uid ${owner}, not to you`, remedy)];
}
