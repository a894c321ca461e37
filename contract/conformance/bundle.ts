// An OpenAPI document of several files as one: what stands in another file is put where it is named.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';

/** The document with no reference left but those into its own `components`. */
export function bundle(rootFile: string): unknown {
  const files = new Map<string, unknown>();
  const read = (file: string): unknown => {
    if (!files.has(file)) files.set(file, parse(readFileSync(file, 'utf8')));
    return files.get(file);
  };

  function resolve(value: unknown, file: string): unknown {
    if (Array.isArray(value)) return value.map((item) => resolve(item, file));
    if (typeof value !== 'object' || value === null) return value;
    const { $ref } = value as { $ref?: unknown };
    if (typeof $ref !== 'string') {
      return Object.fromEntries(
        Object.entries(value).map(([key, part]) => [key, resolve(part, file)]),
      );
    }
    const [name = '', pointer = ''] = $ref.split('#');
    const target = name === '' ? file : join(dirname(file), name);
    if (target === rootFile) return { $ref: `#${pointer}` };
    return resolve(at(read(target), pointer, $ref), target);
  }

  return resolve(read(rootFile), rootFile);
}

/** RFC 6901. */
function at(document: unknown, pointer: string, reference: string): unknown {
  const keys = pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const found = keys.reduce<unknown>(
    (value, key) => (value as Record<string, unknown> | undefined)?.[key],
    document,
  );
  if (found === undefined) throw new Error(`${reference} names nothing`);
  return found;
}
