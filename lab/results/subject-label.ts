// What a subject is told apart by, as it is or as a run recorded it.
import type { RunRecord } from './schemas';

/** Two subjects that answer alike need no restart between them. */
export const subjectLabel = ({
  app,
  profile,
  replicas,
  cpus,
  products,
  ...each
}: RunRecord['subjects'][number]): string =>
  `${app}/${profile} ${replicas}x${each.workers}x${each.threads} pool ${each.pool}` +
  (cpus === undefined ? '' : ` cpus ${cpus}`) +
  (products === undefined ? '' : ` products ${products}`);
