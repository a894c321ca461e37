// Reads the files that declare apps, an app.json or a headroom.yaml, and says in one sentence each what
// is wrong with them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { type AppFile, AppFileError, appSchema, type Headroom, headroomSchema } from './app';

export const headroomFile = 'headroom.yaml';
/** Names further apps. */
export const foldersVariable = 'HEADROOM_APPS';
/** There: of the apps in apps/ those alone whose names stand there too. */
export const noOthers = 'none';

export const appsDir = join(__dirname, '../apps');
export const ownFolders = (): string[] =>
  readdirSync(appsDir).filter((name) => existsSync(join(appsDir, name, 'app.json')));

/** A workload of a headroom.yaml, with the absolute path of its k6 file. */
export type OwnWorkload = {
  name: string;
  file: string;
  slo: Headroom['workloads'][number]['slo'];
};

export type Declared = { file: string; apps: AppFile[]; workloads: OwnWorkload[] };

/**
 * @param path of a headroom.yaml or an app.json, or of a folder with one
 * @throws AppFileError saying what to correct
 */
export function readDeclared(path: string): Declared {
  const file = fileAt(resolve(path));
  const isYaml = /\.ya?ml$/.test(file);
  const value = parsed(file, isYaml ? parseYaml : JSON.parse);
  if (!isYaml) return { file, apps: [checked(file, value, appSchema)], workloads: [] };
  const { apps, workloads } = checkHeadroom(file, value);
  return {
    file,
    apps,
    workloads: workloads.map(({ name, k6, slo }, index) => {
      const script = resolve(dirname(file), k6);
      if (existsSync(script)) return { name, file: script, slo };
      throw new AppFileError(
        `${file}: workloads[${index}].k6 is ${JSON.stringify(k6)}: there is no ${script}. Correct the path.`,
      );
    }),
  };
}

/** @throws AppFileError saying what to correct */
export const checkHeadroom = (file: string, value: unknown): Headroom =>
  checked(file, value, headroomSchema);

function fileAt(path: string): string {
  if (/\.(ya?ml|json)$/.test(path)) return path;
  const yaml = resolve(path, headroomFile);
  return existsSync(yaml) ? yaml : resolve(path, 'app.json');
}

function parsed(file: string, parse: (text: string) => unknown): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new AppFileError(
      `${file} cannot be read (${(error as Error).message}). Name a ${headroomFile}, or a folder that holds one or an app.json.`,
    );
  }
  try {
    // Some editors begin a file with a byte order mark.
    return parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const [why = ''] = (error as Error).message.split('\n');
    throw new AppFileError(`${file}: ${why.replace(/:$|; please use .*/, '')}. Correct the file.`);
  }
}

/** With `<<`, as compose files have it. */
const parseYaml = (text: string): unknown => parse(text, { merge: true, prettyErrors: true });

function checked<Schema extends z.ZodType>(
  file: string,
  value: unknown,
  schema: Schema,
): z.infer<Schema> {
  const { data, error } = schema.safeParse(value);
  if (error === undefined) return data;
  const problems = error.issues.flatMap((issue) => describeIssue(issue, value, schema));
  const [first, ...more] = problems.map((problem) =>
    problem.endsWith('?') ? problem : `${problem}.`,
  );
  throw new AppFileError(
    more.length === 0
      ? `${file}: ${first}`
      : `${basename(file)} cannot be used:\n${[first, ...more].map((one) => `  ${file}: ${one}`).join('\n')}`,
  );
}

function describeIssue(issue: z.core.$ZodIssue, value: unknown, schema: z.ZodType): string[] {
  const where = placeOf(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(z.toJSONSchema(schema, { io: 'input' }), issue.path);
    return issue.keys.map((key) => {
      const near = nearest(key, known);
      const hint = near === undefined ? `known are ${known.join(', ')}` : `did you mean "${near}"?`;
      return `${where || 'the file'} has no key "${key}": ${hint}`;
    });
  }
  const given = issue.path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );
  const shown = given === undefined ? 'missing' : given === null ? 'empty' : JSON.stringify(given);
  return [`${where || 'the file'} is ${shown}: ${issue.message.replace(/^Invalid input: /, '')}`];
}

/** Such as `apps[0].ports.public`. */
const placeOf = (path: readonly PropertyKey[]): string =>
  path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');

type Node = { properties?: Record<string, Node>; items?: Node; additionalProperties?: Node };

function keysAt(schema: unknown, path: readonly PropertyKey[]): string[] {
  const node = path.reduce<Node | undefined>(
    (inner, key) =>
      typeof key === 'number'
        ? inner?.items
        : (inner?.properties?.[String(key)] ?? inner?.additionalProperties),
    schema as Node,
  );
  return Object.keys(node?.properties ?? {});
}

/** A typing error is a few letters: beyond a third of them it is another word. */
function nearest(word: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((name) => ({ name, edits: editsBetween(word.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  return best && best.edits <= Math.max(1, Math.ceil(word.length / 3)) ? best.name : undefined;
}

/** Levenshtein's distance. */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
