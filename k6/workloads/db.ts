// One row by its key, through the data layer that the framework has.
import { isWorld } from '../lib/answers.ts';
import type { RequestWorkload } from '../lib/workload.ts';

export const db: RequestWorkload = {
  thinkTimeSeconds: 0,
  requests: [{ weight: 1, target: '/db', isRight: isWorld }],
};
