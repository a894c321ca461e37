// Somebody at the shop: keeps cookies, reads forms and sends them back as a browser without scripts does.
import type { Agent, OutgoingHttpHeaders } from 'node:http';
import { namesOf } from '../apps';
import type { Names } from '../names';
import type { Reply } from './client';
import { type Element, readPage, textOf } from './html';
import { ask } from './orderly';
import type { Subject } from './subjects';

export type Fields = Record<string, string | number>;

const acceptHtml = { Accept: 'text/html' };

export class Visitor {
  readonly cookies = new Map<string, string>();
  /** Of the API, once it was asked for. */
  token: string | undefined;
  /** What its app calls cookie, field and the staff's pages. */
  readonly names: Names;

  /** @param agent one connection, for who must stay with one worker */
  constructor(
    readonly subject: Subject,
    readonly agent?: Agent,
  ) {
    this.names = namesOf(subject.app);
  }

  /** The session's cookie, as its value is; the visitor then has this session. */
  get sessionId(): string | undefined {
    return this.cookies.get(this.names.sessionCookie);
  }

  set sessionId(value: string) {
    this.cookies.set(this.names.sessionCookie, value);
  }

  /** The token as a form has it. */
  tokenField(token: string): Fields {
    return { [this.names.csrfField]: token };
  }

  get cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async get(path: string, headers: OutgoingHttpHeaders = acceptHtml): Promise<Reply> {
    return this.send({ path, headers });
  }

  /** Sends a form as it stands, whatever page it came from. */
  async post(path: string, fields: Fields): Promise<Reply> {
    const body = new URLSearchParams(
      Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)]),
    ).toString();
    const headers = { ...acceptHtml, 'Content-Type': 'application/x-www-form-urlencoded' };
    return this.send({ method: 'POST', path, headers, body });
  }

  /** Fills the form of a page that goes to `action`, and sends it with its hidden fields. */
  async submit(pagePath: string, action: string, fields: Fields = {}): Promise<Reply> {
    const page = await this.get(pagePath);
    return this.post(action, { ...formOn(page, action), ...fields });
  }

  async logIn(email: string, password: string): Promise<Reply> {
    return this.submit('/login', '/login', { email, password });
  }

  /** A request to the API, with the token of the session when the method is unsafe. */
  async api(
    method: string,
    path: string,
    body?: unknown,
    headers: OutgoingHttpHeaders = {},
  ): Promise<Reply> {
    if (method !== 'GET' && this.token === undefined) {
      const session = await this.get('/api/session', {});
      // 503 while the pool is full: for the caller to judge, as that of the request itself.
      if (session.status !== 200) return session;
      this.token = JSON.parse(session.text).csrfToken;
    }
    return this.send({
      method,
      path,
      headers: {
        ...(method !== 'GET' && { 'X-CSRF-Token': this.token }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  async apiLogIn(email: string, password: string): Promise<Reply> {
    const reply = await this.api('POST', '/api/session', { email, password });
    if (reply.status === 200) this.token = JSON.parse(reply.text).csrfToken;
    return reply;
  }

  async session(): Promise<{ customer: { id: number } | null; csrfToken: string }> {
    return JSON.parse((await this.get('/api/session', {})).text);
  }

  async send(request: {
    method?: string;
    path: string;
    headers?: OutgoingHttpHeaders;
    body?: string | Buffer;
    agent?: Agent;
  }): Promise<Reply> {
    const reply = await ask(this.subject, {
      ...(this.agent && { agent: this.agent }),
      ...request,
      headers: {
        ...request.headers,
        ...(request.body !== undefined && { 'Content-Length': Buffer.byteLength(request.body) }),
        ...(this.cookies.size > 0 && { Cookie: this.cookieHeader }),
      },
    });
    for (const line of reply.headers['set-cookie'] ?? []) this.keep(line);
    return reply;
  }

  private keep(line: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const [name = '', value = ''] = pair.split(/=(.*)/s);
    const isGone = attributes.some((text) => /^(max-age=0|expires=.* 1970 )/i.test(text));
    if (isGone || value === '' || value === '""') this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

/** The fields of the form that goes to `action`, as they would be sent untouched. */
export function formOn(page: Reply, action: string): Fields {
  const form = readPage(page.text)
    .elements('form')
    .find((element) => attribute(element, 'action') === action);
  if (!form) throw new Error(`${page.what}: expected a form to ${action}, got ${page.text}`);
  return fieldsOf(form);
}

/** The fields of the form that has a field of this name. */
export function formHolding(page: Reply, name: string): Fields {
  const found = readPage(page.text)
    .elements('form')
    .map(fieldsOf)
    .find((fields) => name in fields);
  if (!found) throw new Error(`${page.what}: expected a form with ${name}, got ${page.text}`);
  return found;
}

function fieldsOf(form: Element): Fields {
  const fields: Fields = {};
  for (const element of within(form, 'input', 'textarea', 'select')) {
    const name = attribute(element, 'name');
    if (name && attribute(element, 'type') !== 'submit') fields[name] = sentValueOf(element);
  }
  return fields;
}

function sentValueOf(field: Element): string {
  if (field.tagName === 'textarea') return textOf(field).replace(/^\r?\n/, '');
  if (field.tagName === 'input') return attribute(field, 'value') ?? '';
  const options = within(field, 'option');
  const chosen = options.find((option) => attribute(option, 'selected') !== undefined);
  const option = chosen ?? options[0];
  return (option && attribute(option, 'value')) ?? '';
}

export const attribute = (element: Element, name: string): string | undefined =>
  element.attrs.find((one) => one.name === name)?.value;

export function within(element: Element, ...tags: string[]): Element[] {
  return element.childNodes.flatMap((node) =>
    'tagName' in node
      ? [...(tags.includes(node.tagName) ? [node] : []), ...within(node as Element, ...tags)]
      : [],
  );
}
