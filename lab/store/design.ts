// What each kind of experiment keeps of what it was asked (run.json, `design`).
import { z } from 'zod';

/** One entry a kind of experiment; its analysis stands in lab/analysis under the same name. */
export const designSchema = z.looseObject({ kind: z.string() });
