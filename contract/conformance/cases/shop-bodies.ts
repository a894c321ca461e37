// Whatever the body is, each unsafe operation of the contract answers what the contract says, and
// never 500: with a session and its token, so that nothing is refused before the body is looked at.
import type { OutgoingHttpHeaders } from 'node:http';
import { expect } from 'vitest';
import { namesOf } from '../../apps';
import type { Case } from '../case';
import type { Reply } from '../client';
import { declared } from '../openapi';
import { loggedIn, newCustomer, staffId } from '../shop';
import type { Subject } from '../subjects';
import { Visitor } from '../visitor';

const formType = 'application/x-www-form-urlencoded';
const jsonType = 'application/json';

type Operation = {
  method: string;
  path: string;
  /** The media type of its body, if it has one. */
  takes: string | undefined;
  /** What a form that lacks the right fields is answered. */
  wrongForm: number;
};

/** Where it is not 400. */
const wrongForms: Record<string, number> = { logout: 303 };

const operations: Operation[] = declared
  .filter(({ method }) => method !== 'get')
  .map(({ method, path, operation: { operationId, requestBody } }) => ({
    method: method.toUpperCase(),
    // Of no product of a cart, and so of nothing that a DELETE could take away.
    path: path.replace('{id}', '77'),
    takes: Object.keys(requestBody?.content ?? {})[0],
    wrongForm: wrongForms[operationId] ?? 400,
  }));

/** The staff's pages answer a wrong form with 200 (contract/shop-pages.md). */
const staffOperations = ({ app }: Subject): Operation[] => {
  const { add, change, remove } = namesOf(app).staff;
  const pages = [[add, 200] as const, [change(1), 200] as const, [remove(1), 400] as const];
  return pages.map(([path, wrongForm]) => ({ method: 'POST', path, takes: formType, wrongForm }));
};

type Sent = {
  name: string;
  headers: OutgoingHttpHeaders;
  body?: string | Buffer;
  /** The status for an operation that takes this media type, where it is not that of a wrong form. */
  refused?: number;
};

const ofType = (type: string, body: string | Buffer, refused?: number): Sent => ({
  name: `${type}: ${String(body).slice(0, 60)}`,
  headers: { 'Content-Type': type },
  body,
  ...(refused !== undefined && { refused }),
});

const credentials = 'email=customer7%40example.com&password=correct+horse+8';
const multipart = [
  ...['--x', 'Content-Disposition: form-data; name="quantity"', '', '1'],
  ...['--x', 'Content-Disposition: form-data; name="f"; filename="f"', '', 'x', '--x--', ''],
].join('\r\n');

const otherTypes: Sent[] = [
  ofType('text/plain', 'quantity=1'),
  ofType('text/plain', ''),
  ofType('application/xml', '<quantity>1</quantity>'),
  ofType('application/octet-stream', Buffer.from([0, 255, 254])),
  ofType('multipart/form-data; boundary=x', multipart),
  ofType('multipart/form-data', 'no boundary'),
  ofType('nonsense', 'quantity=1'),
  ofType(`${formType}; charset=utf-16`, credentials),
  ofType(`${formType}; charset=iso-8859-1`, credentials),
  ofType(`${jsonType}; charset=utf-16`, Buffer.from('{"quantity":1}', 'utf16le')),
  ofType(`${jsonType}; charset=no-such`, '{"quantity":1}'),
  { name: 'no type', headers: {}, body: 'quantity=1' },
];

const fields = ['email', 'name', 'password', 'product', 'quantity', 'idempotency_key', 'stock'];
const all = (value: string) => fields.map((field) => `${field}=${value}`).join('&');

const forms: Sent[] = [
  { name: 'no body', headers: {} },
  ...['', 'a', '=&&=', '%', '%zz=1', 'a=%ff', 'a=%ED%A0%80', 'a=%C3'].map((body) =>
    ofType(formType, body, /%/.test(body) ? 400 : undefined),
  ),
  ofType(formType, Buffer.from('a=\xff', 'latin1'), 400),
  ofType(formType, all('%00')),
  ofType(formType, all('%EF%BF%BE')),
  ofType(formType, all('99999999999')),
  ofType(formType, all('1e400')),
  ofType(formType, all('-1')),
  ofType(formType, all('%F0%9F%98%80')),
  ofType(
    formType,
    fields.map((field) => `${field}[]=1&${field}[x]=2&${field}[__proto__]=3`).join('&'),
  ),
  ofType(formType, `${all('x')}&${all('')}`),
  ofType(formType, '__proto__=1&constructor=1&toString=1&hasOwnProperty=1&valueOf=1&length=1'),
  ofType(formType, Array.from({ length: 1_001 }, (_, n) => `f${n}=`).join('&'), 413),
];

const long = '9'.repeat(5_000);
const nested = `{"quantity":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
const jsons: Sent[] = [
  ...['', ' ', '{', 'null', '[]', '[{}]', '"text"', '1', '{}', '{"quantity":}', 'NaN'],
  ...['{"quantity":1e400}', '{"quantity":99999999999999999999}', `{"quantity":${long}}`],
  ...['{"__proto__":{"quantity":1}}', '{"constructor":1}', '{"toString":1,"hasOwnProperty":1}'],
  ...['{"quantity":{"valueOf":1}}', '{"quantity":[1]}', '{"email":{"x":1},"password":[]}'],
  ...['{"email":"\\u0000","password":"x"}', '{"email":"x","password":"\\ud800"}'],
  ...['{"email":"\\uffff","password":"x"}', '\ufeff{"quantity":1}', '{"quantity":1}x'],
  nested,
  Buffer.from('{"email":"\xff","password":"x"}', 'latin1'),
  Buffer.from('{"quantity":1}', 'utf16le'),
].map((body) => ofType(jsonType, body, 400));

const sent: Sent[] = [...otherTypes, ...forms, ...jsons];

/** The statuses that are right; two where an operation takes no body, and need not read one. */
function expectedOf({ takes, wrongForm, method, path }: Operation, one: Sent): number[] {
  if (takes === undefined) {
    if (one.body?.length && !jsons.includes(one)) return [415];
    if (method === 'POST') return [400, 415];
    return path === '/api/session' ? [204] : [404];
  }
  const matches = (takes === formType ? forms : jsons).includes(one);
  return [matches ? (one.refused ?? wrongForm) : 415];
}

/** What is a JSON object, if not what is expected, has a field that is wrong; an app may not read `nested`. */
function expectField(reply: Reply, what: string, { body }: Sent): void {
  if (body === nested) return;
  const { field } = JSON.parse(reply.text);
  if (isObject(body)) expect(field, `${what}: field`).toEqual(expect.any(String));
  else expect(field, `${what}: field`).toBeUndefined();
}

function isObject(body: Sent['body']): boolean {
  try {
    return typeof body === 'string' && /^{/.test(body) && Boolean(JSON.parse(body));
  } catch {
    return false;
  }
}

const isOfAccounts = ({ path }: Operation) => /login|logout|register|session/.test(path);

async function expectRefused(visitor: Visitor, operation: Operation, one: Sent): Promise<void> {
  const { method, path } = operation;
  visitor.token ??= (await visitor.session()).csrfToken;
  const reply = await visitor.send({
    method,
    path,
    headers: { ...one.headers, 'X-CSRF-Token': visitor.token },
    ...(one.body !== undefined && { body: one.body }),
  });
  const what = `${reply.what}, sent ${one.name}, with ${reply.text.slice(0, 200)}`;
  expect(expectedOf(operation, one), `${what}: status`).toContain(reply.status);
  if (operation.takes === jsonType && jsons.includes(one)) expectField(reply, what, one);
  // The session has ended, and its token with it.
  if ([204, 303].includes(reply.status)) visitor.token = undefined;
}

const caseFor = (
  who: string,
  asked: (subject: Subject) => Operation[],
  begin: (subject: Subject) => Promise<Visitor>,
): Case => ({
  name: `whatever ${who} sends to unsafe operations, none answers 500, and each what the contract says`,
  patienceMs: 120_000,
  run: async (subject) => {
    const visitor = await begin(subject);
    for (const operation of asked(subject)) {
      for (const one of sent) await expectRefused(visitor, operation, one);
    }
  },
});

const ofCustomers = operations.filter((operation) => !isOfAccounts(operation));

export const shopBodies: Case[] = [
  caseFor(
    'a visitor',
    () => operations.filter(isOfAccounts),
    async (subject) => new Visitor(subject),
  ),
  caseFor(
    'a customer',
    () => ofCustomers,
    (subject) => newCustomer(subject),
  ),
  caseFor(
    'the staff',
    (subject) => [...ofCustomers, ...staffOperations(subject)],
    (subject) => loggedIn(subject, staffId),
  ),
];
