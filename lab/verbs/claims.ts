// `lab claims`, given the experiments that measure what its catalogue needs: no experiment imports another.
import type { Command } from 'commander';
import { capacity } from '../experiments/capacity/measure';
import { registerClaims } from '../experiments/claims/command';
import { claimedApps } from '../experiments/claims/design';
import type { Measures } from '../experiments/claims/needs';
import { compareSubjects } from '../experiments/compare/measure';
import { scale, userPaces, userTurns } from '../experiments/scale/measure';
import { parseSubject } from '../runtime/subject';
import { DEFAULT_MARGIN } from '../statistics/comparison';

const plain = { profile: 'default', search: null } as const;
/** Of workers, each of whose steps is a process of its own. */
const workerSeconds = { warmup: 3, laterWarmup: 1, step: 4 };

export const measures: Measures = {
  compare: ({ subjects: [a, b] }, request, setting) =>
    compareSubjects({
      ...setting,
      a: parseSubject(a),
      b: parseSubject(b),
      request,
      margin: DEFAULT_MARGIN,
    }),
  capacity: ({ workload }, settings, setting) =>
    capacity({ ...setting, apps: claimedApps, profile: 'default', workload, settings, runs: 1 }),
  scale: (need, { rounds, ...request }, setting) =>
    scale({
      ...{ ...setting, ...need, ...request, ...plain },
      ...(rounds === undefined
        ? { seconds: workerSeconds }
        : { seconds: userPaces.full.seconds, turns: { ...userTurns, rounds } }),
    }),
};

export const register = (program: Command): void => registerClaims(program, measures);
