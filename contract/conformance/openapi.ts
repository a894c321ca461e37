// contract/openapi.yaml as the suite needs it: its operations, and a check of any reply against it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import { parse } from 'yaml';
import type { Reply } from './client';
import type { Subject } from './subjects';

type PerApp = number | Record<Subject['app'], number>;
type Content = Record<string, { schema: object }>;
type ResponseObject = { content?: Content };
type OperationObject = {
  operationId: string;
  'x-statements': { fixed: PerApp; perItem: PerApp; transaction: PerApp };
  responses: Record<string, ResponseObject | { $ref: string }>;
};
type Document = {
  paths: Record<string, { get: OperationObject }>;
  components: { responses: Record<string, ResponseObject> };
};

const document: Document = parse(readFileSync(join(__dirname, '../openapi.yaml'), 'utf8'));

// The document is added whole, so that references inside it resolve; it is no schema itself.
const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addSchema(document, 'contract', true, false);

export type Operation = {
  path: string;
  id: string;
  /** The path with a query that the operation accepts. */
  sample: string;
  /** Two requests give the same body. */
  isConstant: boolean;
};

/** A query for each operation that needs one, small enough to be sent often. */
const sampleQueries: Record<string, string> = {
  queries: '?count=5',
  updates: '?count=5',
  cachedQueries: '?count=5',
  wait: '?ms=1',
  work: '?units=1',
};

const randomOperations = ['db', 'queries', 'updates', 'cachedQueries'];

export const operations: Operation[] = Object.entries(document.paths).map(([path, { get }]) => ({
  path,
  id: get.operationId,
  sample: path + (sampleQueries[get.operationId] ?? ''),
  isConstant: !randomOperations.includes(get.operationId),
}));

/** Statements that the contract allows `app` for one request of `count` items. */
export function declaredStatements(
  id: string,
  app: Subject['app'],
  count: number,
): { ordinary: number; transaction: number } {
  const declared = operationObject(id)['x-statements'];
  const of = (value: PerApp) => (typeof value === 'number' ? value : value[app]);
  return {
    ordinary: of(declared.fixed) + of(declared.perItem) * count,
    transaction: of(declared.transaction),
  };
}

/** How a reply breaks the contract's description of it; empty when it does not. */
export function faultsOf(reply: Reply): string[] {
  const content = contentFor(reply);
  if (!content) return [`status: expected one that the contract declares, got ${reply.status}`];
  const mediaType = mediaTypeOf(reply);
  const schema = content[mediaType]?.schema;
  if (!schema) {
    return [`media type: expected ${Object.keys(content).join(' or ')}, got ${mediaType}`];
  }
  let value: unknown = reply.text;
  if (mediaType.endsWith('json')) {
    try {
      value = JSON.parse(reply.text);
    } catch {
      return [`body: expected JSON, got ${reply.text}`];
    }
  }
  const validate = ajv.compile(absolute(schema));
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) =>
      `body${instancePath}: expected it ${message} ${JSON.stringify(params)}, got ${reply.text.slice(0, 200)}`,
  );
}

export const mediaTypeOf = (reply: Reply): string =>
  (reply.headers['content-type'] ?? 'none').split(';')[0]?.trim().toLowerCase() ?? '';

function contentFor(reply: Reply): Content | undefined {
  const [path = ''] = reply.path.split('?');
  const responses = document.paths[path]?.get.responses;
  const response = responses?.[String(reply.status)];
  const declared =
    response ?? (reply.status >= 400 ? document.components.responses.Problem : undefined);
  if (!declared || !('$ref' in declared)) return declared?.content;
  return document.components.responses[declared.$ref.split('/').at(-1) ?? '']?.content;
}

/** References in the document point into itself; from outside they need its name. */
function absolute(schema: object): object {
  return '$ref' in schema ? { $ref: `contract${schema.$ref}` } : schema;
}

function operationObject(id: string): OperationObject {
  const found = Object.values(document.paths).find(({ get }) => get.operationId === id);
  if (!found) throw new Error(`contract/openapi.yaml has no operation "${id}"`);
  return found.get;
}
