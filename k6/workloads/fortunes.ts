// Twelve rows and one more, sorted, escaped and rendered by the template engine.
import { isFortunesPage } from '../lib/answers.ts';
import type { RequestWorkload } from '../lib/workload.ts';

export const fortunes: RequestWorkload = {
  thinkTimeSeconds: 0,
  requests: [{ weight: 1, target: '/fortunes', isRight: isFortunesPage, constant: true }],
};
