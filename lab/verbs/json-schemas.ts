// docs/schemas: a JSON Schema of each file of a run, of each `--json` output and of a headroom.yaml, from the
// zod schemas that stand beside what makes them.
import { z } from 'zod';
import { headroomSchema } from '../../contract/app';
import { checkSchema } from '../doctor/check';
import { claimsFileSchema } from '../experiments/claims/design';
import { effortSchema } from '../experiments/claims/effort';
import { compareResultSchema } from '../experiments/compare/analyse';
import { schemasByKind } from '../experiments/index';
import { seriesViewSchema } from '../experiments/nightly/history-view';
import { goalResultSchema } from '../measure/search/load-classification';
import { findingsSchema } from '../results/findings';
import { historyEntrySchema, nightEntrySchema } from '../results/night-schema';
import {
  booksSchema,
  generatorsSchema,
  latenciesSchema,
  planSchema,
  runSchema,
  schemaVersion,
  serverSchema,
  summarySchema,
  turnsSchema,
} from '../results/schemas';
import { stepResultSchema } from '../results/trial/steps';
import { stepValiditySchema } from '../results/trial/validity';
import { comparisonSchema } from '../statistics/comparison';
import { uslAnalysisSchema } from '../statistics/usl/usl';
import { seriesChangesSchema } from './analyse-text';
import { statusSchema } from './running';
import { endpointsSchema } from './up';

/** Named in the schemas as here; what has no name stands where it is used. */
const names = z.registry<{ id: string }>();
const named = (part: 'design' | 'result'): z.ZodType[] =>
  schemasByKind.map(([kind, schemas]) => {
    if (!names.has(schemas[part])) names.add(schemas[part], { id: `${kind}-${part}` });
    return schemas[part];
  });
names.add(stepResultSchema, { id: 'step' });

const run = runSchema.extend({ design: z.union(named('design')).nullable() });
const found = findingsSchema.extend({ experiment: z.union(named('result')).exactOptional() });

/** By name: what it is of, and its schema. */
const outputs: Record<string, [what: string, schema: z.ZodType]> = {
  run: ['run.json of a run', run],
  plan: ['plan.json of a trial', planSchema],
  'k6-summary': ['k6-summary.json of a trial', summarySchema],
  server: ['server.json of a trial', serverSchema],
  turns: ['turns.json of a trial', turnsSchema],
  generators: ['generators.json of a trial', generatorsSchema],
  latencies: ['latencies-<number>.json of a trial', latenciesSchema],
  books: ['books.json, books-a.json and books-b.json of a trial', booksSchema],
  validity: ['validity.json of a trial', z.array(stepValiditySchema.extend({ step: z.string() }))],
  analysis: ['analysis.json of a run', found.extend({ schemaVersion: z.literal(schemaVersion) })],
  night: ['night.json of a run, and `lab nightly --json`', nightEntrySchema],
  'history-line': ['a line of history.jsonl', historyEntrySchema],
  claims: ['claims.json of a run', claimsFileSchema],
  effort: ['effort.json', effortSchema],
  show: [
    '`lab show --json`, and `--json` of tour, run, capacity, scale, compare, noise, claims and plan',
    found.extend({ run }),
  ],
  list: ['`lab list --json`', z.array(run)],
  'compare-from': ['`lab compare --from BEFORE AFTER --json`', z.array(compareResultSchema)],
  history: ['`lab history --json`', z.array(seriesViewSchema)],
  status: [
    '`lab status --json`',
    z.union([z.strictObject({ up: z.literal(false) }), statusSchema]),
  ],
  up: ['`lab up --json`', endpointsSchema],
  doctor: [
    '`lab doctor --json`',
    z.strictObject({ ok: z.boolean(), checks: z.array(checkSchema) }),
  ],
  'analyse-usl': ['`lab analyse usl --json`', uslAnalysisSchema],
  'analyse-compare': ['`lab analyse compare --json`', comparisonSchema],
  'analyse-search': ['`lab analyse search --json`', z.array(goalResultSchema)],
  'analyse-changes': ['`lab analyse changes --json`', z.array(seriesChangesSchema)],
};

/** What people write, by name: for their editors. */
const inputs: typeof outputs = { headroom: ['a headroom.yaml', headroomSchema] };

/** The files of docs/schemas, by name. */
export const renderJsonSchemas = (): Map<string, string> =>
  new Map(
    Object.entries({ ...outputs, ...inputs }).map(([name, [title, schema]]) => {
      const { $schema, ...rest } = z.toJSONSchema(schema, {
        ...{ io: name in inputs ? 'input' : 'output', metadata: names },
        override: ({ zodSchema, jsonSchema }) => {
          if (zodSchema === run && schema !== run) refer(jsonSchema, 'run.json');
          if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
          if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
        },
      });
      const json = withoutUnused({ $schema, title, ...rest });
      return [`${name}.json`, `${JSON.stringify(json, null, 2)}\n`];
    }),
  );

/** The schema of a run stands in a file of its own. */
function refer(jsonSchema: Record<string, unknown>, file: string): void {
  for (const keyword of Object.keys(jsonSchema)) delete jsonSchema[keyword];
  jsonSchema.$ref = file;
}

type JsonSchema = { $defs?: Record<string, unknown>; [keyword: string]: unknown };

/** What only a schema names that is referred to is named all the same: it stands in that one's file. */
function withoutUnused({ $defs = {}, ...rest }: JsonSchema): JsonSchema {
  const used = Object.entries($defs).filter(([name]) => {
    const others = Object.entries($defs).filter(([other]) => other !== name);
    const text = JSON.stringify([rest, Object.fromEntries(others)]);
    return text.includes(`"#/$defs/${name}"`);
  });
  if (used.length === 0) return rest;
  const kept = { ...rest, $defs: Object.fromEntries(used) };
  return used.length === Object.keys($defs).length ? kept : withoutUnused(kept);
}
