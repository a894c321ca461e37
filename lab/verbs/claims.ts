// `lab claims`, given the experiments that measure what its catalogue needs: no experiment imports another.
import type { Command } from 'commander';
import { registerClaims } from '../experiments/claims/command';
import type { Measures } from '../experiments/claims/needs';
import { compareSubjects } from '../experiments/compare/measure';
import { noise } from '../experiments/noise/measure';
import { scale } from '../experiments/scale/measure';
import { parseSubject } from '../runtime/subject';
import { DEFAULT_MARGIN } from '../statistics/comparison';

export const measures: Measures = {
  compare: ({ subjects: [a, b] }, request, setting) =>
    compareSubjects({
      ...setting,
      a: parseSubject(a),
      b: parseSubject(b),
      request,
      margin: DEFAULT_MARGIN,
    }),
  noise: ({ subjects: [subject] }, request, setting) =>
    noise({ ...setting, subject: parseSubject(subject), request }),
  scale: ({ app, by, workload }, request, setting) =>
    scale({ ...setting, ...request, app, by, workload, profile: 'default', search: null }),
};

export const register = (program: Command): void => registerClaims(program, measures);
