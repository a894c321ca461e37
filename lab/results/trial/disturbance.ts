// When the machine disturbed a trial: stretches of time, by the part whose cores were disturbed.
import { z } from 'zod';

/** A stretch in which somebody else, the hypervisor or a stall took time from a part's cores. */
export const disturbanceSchema = z.strictObject({
  part: z.enum(['subject', 'database', 'generator']),
  fromMs: z.number(),
  toMs: z.number(),
  cause: z.enum(['other processes', 'steal', 'hiccup']),
});
export type Disturbance = z.infer<typeof disturbanceSchema>;

export const overlaps = (
  { fromMs, toMs }: Pick<Disturbance, 'fromMs' | 'toMs'>,
  stretch: { fromMs: number; toMs: number },
): boolean => fromMs < stretch.toMs && toMs > stretch.fromMs;
