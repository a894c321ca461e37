// What a subject is told apart by, as it is or as a run recorded it.
import type { RunRecord } from './schemas';

/** App, profile and size. Of two revisions the label is the same. */
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
