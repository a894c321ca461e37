// Check A: the JSON schema of a dashboard, made from Grafana's types; what in a file departs from it.
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { createGenerator } from 'ts-json-schema-generator';

const here = __dirname;

type JsonSchema = { definitions?: Record<string, JsonSchema>; [keyword: string]: unknown };

let cached:
  | { file: ValidateFunction; custom: (panelType: string) => ReadonlySet<string> }
  | undefined;

/** Made once in a process: it takes the type checker a few seconds. */
function validator() {
  if (cached) return cached;
  const schema = createGenerator({
    path: join(here, 'dashboard-types.ts'),
    tsconfig: join(here, '../../../tsconfig.json'),
    type: 'DashboardFile',
    // Each kind of panel exports an Options: by their exported names they would be one.
    expose: 'none',
    topRef: false,
    additionalProperties: false,
    skipTypeCheck: true,
  }).createSchema('DashboardFile') as JsonSchema;
  const ajv = new Ajv({ allErrors: true, strict: false, discriminator: true });
  cached = { file: ajv.compile(schema), custom: (type) => customFields(schema, type) };
  return cached;
}

/** What in a dashboard is unknown to Grafana 13.2, missing or of the wrong kind, with its place. */
export function schemaFaults(dashboard: unknown): string[] {
  const { file } = validator();
  if (file(dashboard)) return [];
  return (file.errors ?? [])
    .filter(({ keyword }) => keyword !== 'if')
    .map(({ instancePath, message, params }) => {
      const { additionalProperty, allowedValue, allowedValues } = params;
      const detail = additionalProperty ?? allowedValue ?? allowedValues ?? '';
      return `${instancePath || '/'} ${message} ${detail}`.trim();
    });
}

/** Overrides name a field of `custom` in a string, which no schema looks into. */
export function isCustomField(panelType: string, field: string): boolean {
  return validator().custom(panelType).has(field);
}

function customFields(schema: JsonSchema, panelType: string): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { properties } = node as { properties?: Record<string, JsonSchema> };
    const custom = (
      properties?.fieldConfig as { properties?: Record<string, JsonSchema> } | undefined
    )?.properties?.defaults as { properties?: Record<string, JsonSchema> } | undefined;
    if (custom && (properties?.type as { const?: unknown })?.const === panelType) {
      const fields = (custom.properties?.custom as { properties?: object } | undefined)?.properties;
      for (const field of Object.keys(fields ?? {})) found.add(field);
    }
    Object.values(node).forEach(visit);
  };
  visit(schema);
  return found;
}
