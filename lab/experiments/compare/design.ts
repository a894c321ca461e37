// What a run of `lab compare` keeps of its question (run.json, `design`).
import { z } from 'zod';
import { interleavedDesign } from '../../measure/turns/interleaved';
import { heldLoadSchema } from '../../results/trial/measures';

/** A noise floor as an A/A run found it, with the arm of a comparison that it was looked up for. */
const knownFloor = z.strictObject({
  arm: z.enum(['a', 'b']),
  workload: z.string(),
  /** Key of a measure. */
  measure: z.string(),
  /** A ratio above 0: 0.03 is 3 %. */
  floor: z.number().nonnegative(),
  /** Id of the A/A run. */
  run: z.string(),
  /** Runs per arm of that run. */
  runs: z.int().positive(),
  /** Load there; a floor is that of its load. */
  load: heldLoadSchema,
});
export type KnownFloor = z.infer<typeof knownFloor>;

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
