// What the lab writes and prints, held against the schemas of docs/schemas as they are checked in.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020';
import { rootDir } from '../lab/paths';

const folder = join(rootDir, 'docs/schemas');
const ajv = new Ajv2020({ strict: false, validateFormats: false });
for (const file of readdirSync(folder)) {
  ajv.addSchema(JSON.parse(readFileSync(join(folder, file), 'utf8')), file);
}

/** What departs from a schema: the first field and what is wrong with it; undefined where nothing does. */
export function schemaProblem(schema: string, value: unknown): string | undefined {
  // As a reader of the JSON has it.
  if (ajv.validate(`${schema}.json`, JSON.parse(JSON.stringify(value)))) return undefined;
  return `${schema}: ${ajv.errorsText(ajv.errors, { dataVar: '' })}`.slice(0, 500);
}

/** Files of a run that docs/results.md does not name, and JSON that departs from its schema. */
export function runProblems(run: string): string[] {
  const page = readFileSync(join(rootDir, 'docs/results.md'), 'utf8');
  const files = readdirSync(run, { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile())
    .flatMap(({ name, parentPath }) => {
      if (!page.includes(`\`${name}`)) return [`docs/results.md does not name ${name}`];
      // Of two arms each has its books.
      const schema = name.replace(/(-[ab])?\.json$/, '');
      if (ajv.getSchema(`${schema}.json`) === undefined) return [];
      return schemaProblem(schema, JSON.parse(readFileSync(join(parentPath, name), 'utf8'))) ?? [];
    });
}
