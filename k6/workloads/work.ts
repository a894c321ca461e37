// CPU and nothing else: SHA-256 over and over, as passwords and images need it.
import { exactlyJson } from '../lib/answers.ts';
import type { RequestWorkload } from '../lib/workload.ts';

/** Of 5,000 rounds; the unit test computes it again. */
const digest = 'd6ed2a206e8556e00135cff9eab76d963efa8f99859e2bdd5b7ea8687dbc2902';

export const work: RequestWorkload = {
  thinkTimeSeconds: 0,
  requests: [
    {
      ...{ weight: 1, target: '/work?units=5', constant: true },
      isRight: exactlyJson({ units: 5, digest }),
    },
  ],
};
