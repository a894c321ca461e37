// The framework and its serialiser: one small object.
import { exactlyJson } from '../lib/answers.ts';
import type { RequestWorkload } from '../lib/workload.ts';

export const json: RequestWorkload = {
  thinkTimeSeconds: 0,
  requests: [
    {
      ...{ weight: 1, target: '/json', constant: true },
      isRight: exactlyJson({ message: 'Hello, World!' }),
    },
  ],
};
