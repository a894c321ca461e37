// contract/openapi.yaml as the suite needs it: its operations, and a check of any reply against it.
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import type { Part } from '../app';
import type { AppName } from '../apps';
import { bundle } from './bundle';
import type { Reply } from './client';

/** For apps whose framework does more, by name; `usual` for all others. */
type PerApp = number | ({ usual: number } & Record<AppName, number>);
type Content = Record<string, { schema: object }>;
type ResponseObject = { content?: Content };
export type Statements = {
  fixed: PerApp;
  perItem: PerApp;
  transaction: PerApp;
  reason?: string;
};
type Parameter = { $ref: string } | { name: string; in: string; required?: boolean };
type OperationObject = {
  operationId: string;
  tags: string[];
  parameters?: Parameter[];
  'x-statements'?: Statements;
  /** The same of a request that empties what it changes. */
  'x-statements-removing'?: Statements;
  requestBody?: { content: Content };
  responses: Record<string, ResponseObject | { $ref: string }>;
};
type Document = {
  paths: Record<string, Record<string, OperationObject>>;
  components: { responses: Record<string, ResponseObject> };
};

const document = bundle(join(__dirname, '../openapi.yaml')) as Document;

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
  /** Absent: whatever an app serves, it answers this. */
  part?: Part;
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

/** Each operation with its path and method. */
export const declared = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

const isOfShop = ({ tags }: OperationObject) => tags.includes('pages') || tags.includes('api');

/** Those that take a GET from anybody and know no session: all but the shop's. */
export const operations: Operation[] = declared
  .filter(({ operation }) => !isOfShop(operation))
  .map(({ path, operation: { operationId, tags } }) => ({
    path,
    id: operationId,
    ...partOf(tags),
    sample: path + (sampleQueries[operationId] ?? ''),
    isConstant: !randomOperations.includes(operationId),
  }));

function partOf(tags: readonly string[]): { part?: Part } {
  const part = (['micro', 'exhibits'] as const).find((name) => tags.includes(name));
  return part ? { part } : {};
}

/** The part to which a request's path belongs; nothing where every app answers it, or none. */
export function partAt(target: string): { part?: Part } {
  const [path] = target.split('?');
  const part = operations.find((one) => one.path === path)?.part;
  return part ? { part } : {};
}

const shopOperations = declared.filter(({ operation }) => isOfShop(operation));

/** Below /staff/ too, of which the contract names the entry alone. */
export function isShopPath(target: string): boolean {
  const [path = ''] = target.split('?');
  return path.startsWith('/staff/') || shopOperations.some((one) => matches(one.path, path));
}

/** Statements that the contract allows `app` for one request of `count` items. */
export function declaredStatements(
  id: string,
  app: AppName,
  count: number,
): { ordinary: number; transaction: number } {
  const statements = statementsOf(id);
  const of = (value: PerApp) => (typeof value === 'number' ? value : (value[app] ?? value.usual));
  return {
    ordinary: of(statements.fixed) + of(statements.perItem) * count,
    transaction: of(statements.transaction),
  };
}

/** Whether any app may ask the database for it. */
export function asksDatabase(id: string): boolean {
  const { fixed, perItem, transaction } = statementsOf(id);
  const most = (value: PerApp) =>
    typeof value === 'number' ? value : Math.max(...Object.values(value));
  return [fixed, perItem, transaction].some((value) => most(value) > 0);
}

/** @param id of an operation, and `removing` behind it where that is another number */
function statementsOf(id: string): Statements {
  const [operationId = '', variant] = id.split(' ');
  const operation = operationObject(operationId);
  const statements = operation[variant === 'removing' ? 'x-statements-removing' : 'x-statements'];
  if (statements) return statements;
  throw new Error(`contract/openapi.yaml gives "${id}" no x-statements`);
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
  const method = reply.method === 'HEAD' ? 'get' : reply.method.toLowerCase();
  const operation = declared.find((one) => one.method === method && matches(one.path, path));
  const response = operation?.operation.responses[String(reply.status)];
  // No body is declared for a redirect, and none is read.
  if (response && !('$ref' in response) && response.content === undefined) {
    return { [mediaTypeOf(reply)]: { schema: {} } };
  }
  const expected =
    response ?? (reply.status >= 400 ? document.components.responses.Problem : undefined);
  if (!expected || !('$ref' in expected)) return expected?.content;
  return document.components.responses[expected.$ref.split('/').at(-1) ?? '']?.content;
}

/** A template's variable stands for one segment. */
function matches(template: string, path: string): boolean {
  const literal = template.split(/\{\w+\}/).map((text) => text.replace(/[.]/g, '\\.'));
  return new RegExp(`^${literal.join('[^/]+')}$`).test(path);
}

/** References in the document point into itself; from outside they need its name. */
function absolute(schema: object): object {
  return '$ref' in schema ? { $ref: `contract${schema.$ref}` } : schema;
}

function operationObject(id: string): OperationObject {
  const found = declared.find(({ operation }) => operation.operationId === id);
  if (!found) throw new Error(`contract/openapi.yaml has no operation "${id}"`);
  return found.operation;
}
