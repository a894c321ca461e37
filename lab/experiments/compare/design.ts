// What a run of `lab compare` keeps of its question (run.json, `design`).

import { z } from 'zod';
import { interleavedDesign } from '../../measure/turns/interleaved';
import { knownFloor } from '../../results/noise-floors';

/** Index in the run's subjects, and what a person calls it. */
const arm = z.strictObject({ subject: z.int().nonnegative(), label: z.string() });

export const compareDesign = interleavedDesign.extend({
  kind: z.literal('compare'),
  arms: z.strictObject({ a: arm, b: arm }),
  margin: z.number().nonnegative(),
  /** Those known when the comparison was made. */
  floors: z.array(knownFloor),
});
export type CompareDesign = z.infer<typeof compareDesign>;
