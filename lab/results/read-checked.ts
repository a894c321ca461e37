// Reads JSON and YAML that somebody wrote, checked against a schema.
import { type Document, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { usageError } from '../errors';
import { readText } from './text-file';

/** @throws LabError (exit 2) naming the file, the place in it and what was expected there */
export function readJson<Schema extends z.ZodType>(path: string, schema: Schema): z.infer<Schema> {
  const checked = schema.safeParse(parsed(path));
  if (checked.success) return checked.data;
  const problems = checked.error.issues.map(
    ({ path: keys, message }) =>
      `  ${keys.map((key) => `[${String(key)}]`).join('') || 'top'}: ${message}`,
  );
  throw usageError(`${path} is not what it should be:\n${problems.join('\n')}\nCorrect it there.`);
}

function parsed(path: string): unknown {
  const text = readText(path);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw usageError(`${path} is not JSON: ${(error as Error).message}. Correct it there.`);
  }
}

/** @throws LabError (exit 2) naming file and line, the field, its value and what was expected */
export function readYaml<Schema extends z.ZodType>(path: string, schema: Schema): z.infer<Schema> {
  const lineCounter = new LineCounter();
  const document = parseDocument(readText(path), { lineCounter });
  const checked = schema.safeParse(contentOf(path, document));
  if (checked.success) return checked.data;
  const problems = checked.error.issues.map(({ path: keys, message }) => {
    const { offset, value } = lookUp(document, keys);
    const at = offset === undefined ? '' : `:${lineCounter.linePos(offset).line}`;
    const field = keys.map(String).join('.') || 'the file';
    return `  ${path}${at}: ${field} is ${describeValue(value)}: ${message}.`;
  });
  throw usageError(
    `${path} cannot be used:\n${problems.join('\n')}\nlab/nightly.yaml is an example with comments.`,
  );
}

function contentOf(path: string, document: Document): unknown {
  try {
    const [fault] = document.errors;
    if (fault !== undefined) throw fault;
    // Here an alias is found that stands for nothing, or for too much.
    return document.toJS();
  } catch (error) {
    throw usageError(`${path} is not valid YAML: ${(error as Error).message}\nCorrect it there.`);
  }
}

/** A field that is missing is looked for where it should stand. */
function lookUp(document: Document, keys: PropertyKey[]): { offset?: number; value?: unknown } {
  for (let length = keys.length; length > 0; length -= 1) {
    const node = document.getIn(keys.slice(0, length), true);
    const range = (node as { range?: [number, number, number] } | undefined)?.range;
    if (range == null) continue;
    const value = (node as { toJSON(): unknown }).toJSON();
    return { offset: range[0], ...(length === keys.length && { value }) };
  }
  return {};
}

function describeValue(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
