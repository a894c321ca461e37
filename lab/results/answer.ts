// What a run said when it had ended, as its analysis.json has it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** What is read here of an analysis.json. */
const answerSchema = z.object({ sentences: z.array(z.string()), warnings: z.array(z.string()) });
type Answer = z.infer<typeof answerSchema>;

/**
 * A run that was cut off early may have none.
 *
 * @param path of its folder
 */
export function answerIn(path: string): Answer {
  try {
    return answerSchema.parse(JSON.parse(readFileSync(join(path, 'analysis.json'), 'utf8')));
  } catch {
    return { sentences: [], warnings: [] };
  }
}

/** As far as the first sentence goes without its reasons: for a list, a line each. */
export function headlineOf({ sentences: [first = ''] }: Answer): string {
  return /^.{20,}?(?=[:;,.] | \(|\.$)/.exec(first)?.[0] ?? first;
}
