// Bodies that are read, by chunks and by lengths; and sessions, which are in the shop alone.
import { expect } from 'vitest';
import type { Case } from '../case';
import { inParallel } from '../client';
import { ask } from '../orderly';
import { talk } from '../raw-socket';
import { movementBy, requestCount } from '../scrape';
import { newCustomer } from '../shop';
import type { Subject } from '../subjects';
import type { Visitor } from '../visitor';
import { Wire } from '../wire';
import { chunked, host, inChunks, next } from './framing';

/** Requests of one case that are under way at a time: each is listened to until the app falls silent. */
const atATime = 8;

/** Larger than a body may be, by one byte. */
const mostBytes = 64 * 1024;

type Sender = { subject: Subject; visitor: Visitor; token: string };

async function sender(subject: Subject): Promise<Sender> {
  const visitor = await newCustomer(subject);
  return { subject, visitor, token: (await visitor.session()).csrfToken };
}

/** The head of a request by a customer, without what says how long its body is. */
const headOf = ({ visitor, token }: Sender, path: string, type: string, method = 'POST'): string =>
  `${method} ${path} HTTP/1.1\r\n${host}Cookie: ${visitor.cookieHeader}\r\nX-CSRF-Token: ${token}\r\nContent-Type: ${type}\r\n`;

const cartLine = '{"productId":1,"quantity":1}';

const rightChunks: [name: string, body: string][] = [
  ['one chunk', inChunks(cartLine, 1000)],
  ['chunks of a byte', inChunks(cartLine, 1)],
  ['a size with zeros in front', `000${inChunks(cartLine, 1000)}`],
  ['a size in capitals', inChunks(cartLine, 1000).replace('1c', '1C')],
  ['a chunk extension', inChunks(cartLine, 1000).replace('1c', '1c;a=b')],
  ['a trailer', inChunks(cartLine, 10, '0\r\nX-After: 1\r\n\r\n')],
];

const right = rightChunks.map(
  ([name, body]): Case => ({
    name: `a JSON body in ${name} is read, and the next request is answered`,
    run: async (subject) => {
      const one = await sender(subject);
      const head = headOf(one, '/api/cart', 'application/json');
      const { statuses, closed, text } = await talk(subject, `${head}${chunked}\r\n${body}${next}`);
      const what = `${subject.app} POST /api/cart in ${name}, then GET /plaintext: ${text.slice(0, 300)}`;
      expect(statuses, `${what}: statuses`).toEqual([200, 200]);
      expect(closed, `${what}: closed at the end`).toBe(true);
    },
  }),
);

const formInChunks: Case = {
  name: 'a form in chunks is read, and the next request is answered',
  run: async (subject) => {
    const one = await sender(subject);
    const head = headOf(one, '/cart', 'application/x-www-form-urlencoded');
    const fields = `${one.visitor.names.csrfField}=${encodeURIComponent(one.token)}&product=1&quantity=1`;
    const bytes = `${head}${chunked}\r\n${inChunks(fields, 7)}${next}`;
    const { statuses, text } = await talk(subject, bytes);
    const what = `${subject.app} POST /cart in chunks, then GET /plaintext: ${text.slice(0, 300)}`;
    expect(statuses, `${what}: statuses`).toEqual([303, 200]);
  },
};

const limit: Case = {
  name: '64 KiB in chunks are read, and a byte more is 413',
  run: async (subject) => {
    const one = await sender(subject);
    const head = headOf(one, '/api/cart', 'application/json');
    for (const [size, status] of [
      [mostBytes, 200],
      [mostBytes + 1, 413],
    ] as const) {
      const body = cartLine.padEnd(size);
      for (const chunk of [1000, size]) {
        const bytes = `${head}${chunked}\r\n${inChunks(body, chunk)}`;
        const { statuses } = await talk(subject, bytes);
        const what = `${subject.app} POST /api/cart, ${size} bytes in chunks of ${chunk}`;
        expect(statuses, `${what}: statuses`).toEqual([status]);
      }
    }
    const announced = `${head}Content-Length: ${mostBytes + 1}\r\n\r\n`;
    const { statuses } = await talk(subject, announced);
    expect(statuses, `${subject.app} POST /api/cart, ${mostBytes + 1} bytes announced`).toEqual([
      413,
    ]);
  },
};

const wrongChunks: [name: string, body: string][] = [
  ['a size of text', `zz\r\n${cartLine}\r\n0\r\n\r\n`],
  ['a size below zero', `-1\r\n${cartLine}\r\n0\r\n\r\n`],
  ['a size with 0x', `0x1c\r\n${cartLine}\r\n0\r\n\r\n`],
  ['a size with a plus sign', `+1c\r\n${cartLine}\r\n0\r\n\r\n`],
  ['no size', `\r\n${cartLine}\r\n0\r\n\r\n`],
  ['a size beyond 64 bits', `fffffffffffffffff\r\n${cartLine}\r\n0\r\n\r\n`],
  ['a chunk that is longer than its size', `5\r\n${cartLine}\r\n0\r\n\r\n`],
  ['a bare line feed', `1c\n${cartLine}\n0\n\n`],
];

const wrongLengths: [name: string, headers: string][] = [
  ['a length and chunks', `Content-Length: 28\r\n${chunked}`],
  ['chunks and a length', `${chunked}Content-Length: 28\r\n`],
  ['two lengths', 'Content-Length: 28\r\nContent-Length: 28\r\n'],
  ['two lengths in one header', 'Content-Length: 28, 28\r\n'],
  ['a length of text', 'Content-Length: many\r\n'],
  ['a length below zero', 'Content-Length: -28\r\n'],
  ['a length with a plus sign', 'Content-Length: +28\r\n'],
  ['a length with a fraction', 'Content-Length: 28.0\r\n'],
  ['an empty length', 'Content-Length:\r\n'],
  ['chunks twice', `${chunked}${chunked}`],
];

const wrong = [
  ...wrongChunks.map(([name, body]) => ({ name, bytes: `${chunked}\r\n${body}` })),
  ...wrongLengths.map(([name, headers]) => ({ name, bytes: `${headers}\r\n${cartLine}` })),
].map(
  ({ name, bytes }): Case => ({
    name: `a body with ${name} is 400, and the connection is closed`,
    run: async (subject) => {
      const one = await sender(subject);
      const head = headOf(one, '/api/cart', 'application/json');
      const { statuses, closed } = await talk(subject, `${head}${bytes}${next}`);
      const what = `${subject.app} POST /api/cart with ${name}`;
      expect(statuses, `${what}: statuses`).toEqual([400]);
      expect(closed, `${what}: closed`).toBe(true);
      expect((await ask(subject, '/plaintext')).status, `${what}, then GET /plaintext`).toBe(200);
    },
  }),
);

const encoded: Case = {
  name: 'a body with a Content-Encoding is 415, by form and by API',
  run: async (subject) => {
    const one = await sender(subject);
    for (const [path, type] of [
      ['/cart', 'application/x-www-form-urlencoded'],
      ['/api/cart', 'application/json'],
    ] as const) {
      for (const encoding of ['gzip', 'br', 'GZIP', 'nonsense']) {
        const reply = await one.visitor.send({
          method: 'POST',
          path,
          headers: {
            'Content-Type': type,
            'Content-Encoding': encoding,
            'X-CSRF-Token': one.token,
          },
          body: cartLine,
        });
        expect(reply.status, `${reply.what}: status`).toBe(415);
      }
    }
  },
};

const formType = 'application/x-www-form-urlencoded';
const jsonType = 'application/json';

/** What the answer does not depend on, so that nobody waits for the body. */
const answeredAtOnce: [request: string, type: string, status: number][] = [
  ['POST /login', 'text/plain', 415],
  ['POST /login', `${formType}; charset=latin1`, 415],
  ['POST /cart', jsonType, 415],
  ['POST /api/cart', 'text/plain', 415],
  ['PUT /api/cart/7', formType, 415],
  ['POST /products', formType, 405],
  ['PUT /login', formType, 405],
  ['PATCH /cart', formType, 405],
  ['DELETE /orders', 'text/plain', 405],
  ['PATCH /api/cart', jsonType, 405],
  ['DELETE /api/cart/7', jsonType, 404],
  ['DELETE /api/cart/7', 'text/plain', 415],
  ['POST /api/orders', jsonType, 400],
  ['POST /api/orders', 'text/plain', 415],
  ['DELETE /api/session', jsonType, 204],
];

const notAwaited: Case = {
  name: 'a body that the answer does not depend on is not awaited',
  patienceMs: 60_000,
  run: async (subject) => {
    const one = await sender(subject);
    const all = answeredAtOnce.flatMap((asked) =>
      ['Content-Length: 100\r\n', chunked].map((length) => [...asked, length] as const),
    );
    await inParallel(all, atATime, async ([request, type, status, length]) => {
      const [method = '', path = ''] = request.split(' ');
      // The session ends with the first of these.
      const who = path === '/api/session' ? await sender(subject) : one;
      const bytes = `${headOf(who, path, type, method)}${length}\r\n`;
      const { statuses } = await talk(subject, bytes);
      const what = `${subject.app} ${request}, ${type}, ${length.trim()} and no body`;
      expect(statuses, `${what}: statuses`).toEqual([status]);
    });
  },
};

const unread: Case = {
  name: 'where no body is read, neither its size nor its Content-Encoding matters',
  run: async (subject) => {
    const one = await sender(subject);
    for (const [request, status] of [
      ['DELETE /api/cart/7', 404],
      ['POST /api/orders', 400],
    ] as const) {
      const [method = '', path = ''] = request.split(' ');
      for (const body of [
        `Content-Length: 70000\r\n\r\n${'x'.repeat(70_000)}`,
        `${chunked}\r\n${inChunks('x'.repeat(70_000), 70_000)}`,
        'Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc',
      ]) {
        const bytes = `${headOf(one, path, jsonType, method)}${body}${next}`;
        const { statuses } = await talk(subject, bytes);
        const what = `${subject.app} ${request} with ${body.slice(0, 50)}`;
        expect(statuses, `${what}, then GET /plaintext: statuses`).toEqual([status, 200]);
      }
    }
  },
};

/** What follows the media type, and whether it is taken. */
const typeParameters: [parameters: string, taken: boolean][] = [
  ['; charset=utf-8', true],
  [';charset=UTF-8', true],
  [' ;\t Charset="Utf-8"', true],
  ['; charset=', false],
  ['; charset', false],
  ['; charset=""', false],
  ['; charset="utf\\-8"', false],
  ['; charset="utf-8', false],
  ["; charset='utf-8'", false],
  ['; charset = utf-8', false],
  ['; charset=utf8', false],
  ['; charset=utf-8; charset=utf-8', false],
  ['; charset=utf-8; charset=latin1', false],
  ["; charset*=utf-8''utf-8", false],
  ['; charset=utf-8;', false],
  [';', false],
  ['; version=1', false],
  [', application/json', false],
];

const mediaTypes: Case = {
  name: 'a media type is taken alone or with charset=utf-8, and with nothing else',
  patienceMs: 60_000,
  run: async (subject) => {
    const one = await sender(subject);
    const fields = `${one.visitor.names.csrfField}=${encodeURIComponent(one.token)}&product=1&quantity=1`;
    for (const [path, type, body, status] of [
      ['/cart', formType, fields, 303],
      ['/api/cart', jsonType, cartLine, 200],
    ] as const) {
      const given = typeParameters.map(([text, taken]): [string, number] => [
        type + text,
        taken ? status : 415,
      ]);
      const twice = `${type}\r\nContent-Type: ${type}`;
      const all = [...given, [type.toUpperCase(), status], [twice, 400]] as const;
      await inParallel(all, atATime, async ([header, expected]) => {
        const bytes = `${headOf(one, path, header)}Content-Length: ${body.length}\r\n\r\n${body}`;
        const { statuses } = await talk(subject, bytes);
        const what = `${subject.app} POST ${path}, Content-Type: ${header}`;
        expect(statuses, `${what}: statuses`).toEqual([expected]);
      });
    }
  },
};

const malformed: Case = {
  name: 'a body in malformed chunks is counted once, as 499, however it comes',
  run: async (subject) => {
    const form = 'Content-Type: application/x-www-form-urlencoded\r\n';
    const head = `POST /login HTTP/1.1\r\n${host}${form}Expect: 100-continue\r\n${chunked}\r\n`;
    for (const pieces of [[`${head}zz\r\n`], [head, 'zz\r\n'], [head, '1\r\nax', 'x\r\n']]) {
      const what = `${subject.app} POST /login in ${pieces.length} pieces, malformed`;
      const moved = await movementBy(subject, async () => {
        const wire = await Wire.open(subject, pieces[0]);
        for (const piece of pieces.slice(1)) {
          // The head was read.
          await wire.until(({ statuses }) => statuses.includes(100));
          wire.send(piece);
        }
        await wire.until(({ closed }) => closed);
        const last = wire.statuses.at(-1);
        expect(last, `${what}: ${wire.text.slice(0, 200)}`).toBe(400);
        expect(wire.closed, `${what}: closed`).toBe(true);
      });
      const labels = { http_route: '/login', http_response_status_code: '499' };
      expect(moved(requestCount, labels), `${what}: ${requestCount} of 499 moved by`).toBe(1);
      expect(moved(requestCount), `${what}: ${requestCount} over all series moved by`).toBe(1);
    }
  },
};

const cookieLines: Case = {
  name: 'cookies in several Cookie headers count as those in one',
  run: async (subject) => {
    const { visitor } = await sender(subject);
    for (const lines of [
      [visitor.cookieHeader, 'a=b'],
      ['a=b', visitor.cookieHeader],
      ['a=b', 'c=d; e=f', visitor.cookieHeader, 'g=h'],
    ]) {
      const cookies = lines.map((line) => `Cookie: ${line}\r\n`).join('');
      const bytes = `GET /api/orders HTTP/1.1\r\n${host}${cookies}Connection: close\r\n\r\n`;
      const { statuses, text } = await talk(subject, bytes);
      const what = `${subject.app} GET /api/orders with ${lines.length} Cookie headers`;
      expect(statuses, `${what}: ${text.slice(0, 300)}`).toEqual([200]);
    }
  },
};

export const shopFraming: Case[] = [
  ...right,
  formInChunks,
  limit,
  ...wrong,
  malformed,
  encoded,
  cookieLines,
  notAwaited,
  unread,
  mediaTypes,
];
