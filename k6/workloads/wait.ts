// A tenth of a second of waiting for somebody else: what concurrency is for.
import { exactlyJson } from '../lib/answers.ts';
import type { RequestWorkload } from '../lib/workload.ts';

export const wait: RequestWorkload = {
  thinkTimeSeconds: 0,
  requests: [
    {
      ...{ weight: 1, target: '/wait?ms=100', constant: true },
      isRight: exactlyJson({ ms: 100 }),
    },
  ],
};
