// What a run of `lab noise` keeps of its question (run.json, `design`).
import { z } from 'zod';
import { interleavedDesign } from '../../measure/turns/interleaved';

export const noiseDesign = interleavedDesign.extend({
  kind: z.literal('noise'),
  /** What a person calls the subject. */
  label: z.string(),
});
export type NoiseDesign = z.infer<typeof noiseDesign>;
