// Reads JSON that somebody else wrote, checked against a schema.
import type { z } from 'zod';
import { usageError } from '../errors';
import { readText } from './csv';

/** @throws LabError (exit 2) naming the file, the place in it and what was expected there */
export function readJson<Schema extends z.ZodType>(path: string, schema: Schema): z.infer<Schema> {
  const checked = schema.safeParse(parse(path));
  if (checked.success) return checked.data;
  const problems = checked.error.issues.map(
    ({ path: keys, message }) =>
      `  ${keys.map((key) => `[${String(key)}]`).join('') || 'top'}: ${message}`,
  );
  throw usageError(
    `${path} is not what it should be:\n${problems.join('\n')}\nCorrect it; docs/method.md gives the format.`,
  );
}

function parse(path: string): unknown {
  const text = readText(path);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw usageError(`${path} is not JSON: ${(error as Error).message}. Correct it there.`);
  }
}
