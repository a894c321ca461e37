// The framework with nothing to do: thirteen bytes of text.
import { exactly } from '../lib/answers.ts';
import type { RequestWorkload } from '../lib/workload.ts';

export const plaintext: RequestWorkload = {
  thinkTimeSeconds: 0,
  requests: [
    {
      ...{ weight: 1, target: '/plaintext', constant: true },
      isRight: exactly('Hello, World!'),
    },
  ],
};
