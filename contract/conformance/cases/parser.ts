// What a server's parser refuses before the app sees it: some 4xx or a closed connection, on both.
import { expect } from 'vitest';
import type { Case } from '../case';
import { ask } from '../orderly';
import { talk } from '../raw-socket';
import type { Subject } from '../subjects';

const host = 'Host: 127.0.0.1\r\nConnection: close\r\n';

/** Heads and bodies that no server may take, by RFC 9112 or by its own limits. */
const refused: [name: string, bytes: string | Buffer][] = [
  ['an invented method', `FROBNICATE /plaintext HTTP/1.1\r\n${host}\r\n`],
  ['a method in lower case', `get /plaintext HTTP/1.1\r\n${host}\r\n`],
  ['a method with a bracket', `G[T /plaintext HTTP/1.1\r\n${host}\r\n`],
  ['CONNECT', `CONNECT 127.0.0.1:80 HTTP/1.1\r\n${host}\r\n`],
  ['a request line of 70,000 characters', `GET /${'a'.repeat(70_000)} HTTP/1.1\r\n${host}\r\n`],
  ['a header of 100,000 characters', `GET /json HTTP/1.1\r\n${host}X: ${'a'.repeat(1e5)}\r\n\r\n`],
  ['no Host', 'GET /plaintext HTTP/1.1\r\nConnection: close\r\n\r\n'],
  ['HTTP/9.9', `GET /plaintext HTTP/9.9\r\n${host}\r\n`],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n'],
  ['the start of TLS', Buffer.from('16030100c8010000c40303\r\n\r\n', 'latin1')],
  ['a TLS record', Buffer.from('160301002e0100002a0303000d0a0d0a', 'hex')],
  ['a path without a slash', `GET plaintext HTTP/1.1\r\n${host}\r\n`],
  ['a path with a NUL', `GET /plaintext\0 HTTP/1.1\r\n${host}\r\n`],
  ['a path with a bare byte', Buffer.from(`GET /caf\xe9 HTTP/1.1\r\n${host}\r\n`, 'latin1')],
  ['a path with a space', `GET /plain text HTTP/1.1\r\n${host}\r\n`],
  ['a header without a colon', `GET /plaintext HTTP/1.1\r\n${host}nonsense\r\n\r\n`],
  ['a header name with a space', `GET /plaintext HTTP/1.1\r\n${host}X : y\r\n\r\n`],
  ['a header with a NUL', `GET /plaintext HTTP/1.1\r\n${host}X: a\0b\r\n\r\n`],
  ['OPTIONS *', `OPTIONS * HTTP/1.1\r\n${host}\r\n`],
];

/** Heads that a parser may take, and what checks the Host header may not. */
const refusedByMiddleware: [name: string, bytes: string][] = [
  ['an empty Host', 'GET /plaintext HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n'],
  ['two Hosts, the second wrong', `GET /plaintext HTTP/1.1\r\n${host}Host: evil.example\r\n\r\n`],
];

/** A second request, hidden in a body whose length two parsers could see differently. */
const hidden = 'GET /plaintext HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n';
const chunkedHidden = `0\r\n\r\n${hidden}`;
const post = 'POST /json HTTP/1.1\r\nHost: 127.0.0.1\r\n';

const smuggled: [name: string, bytes: string][] = [
  [
    'Content-Length and Transfer-Encoding',
    `${post}Content-Length: ${chunkedHidden.length}\r\nTransfer-Encoding: chunked\r\n\r\n${chunkedHidden}`,
  ],
  [
    'Transfer-Encoding and Content-Length',
    `${post}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n${chunkedHidden}`,
  ],
  [
    'two Content-Lengths',
    `${post}Content-Length: 0\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`,
  ],
  ['a Content-Length with a plus sign', `${post}Content-Length: +0\r\n\r\n${hidden}`],
  ['a Content-Length below zero', `${post}Content-Length: -1\r\n\r\n${hidden}`],
  ['a Content-Length of text', `${post}Content-Length: 0x0\r\n\r\n${hidden}`],
  ['an unknown Transfer-Encoding', `${post}Transfer-Encoding: xchunked\r\n\r\n${chunkedHidden}`],
  [
    'a Transfer-Encoding behind a space',
    `${post}Transfer-Encoding : chunked\r\n\r\n${chunkedHidden}`,
  ],
  [
    'chunked before another Transfer-Encoding',
    `${post}Transfer-Encoding: chunked, identity\r\n\r\n${chunkedHidden}`,
  ],
  ['a chunk size of text', `${post}Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n${chunkedHidden}`],
  [
    'a body that is what it looks like',
    `${post}Content-Length: ${hidden.length}\r\nConnection: close\r\n\r\n${hidden}`,
  ],
];

async function expectAlive(subject: Subject, after: string): Promise<void> {
  const reply = await ask(subject, '/plaintext');
  expect(reply.status, `${reply.what}, after ${after}: status`).toBe(200);
}

const refusalOf =
  (ofMiddleware: boolean) =>
  ([name, bytes]: (typeof refused)[number]): Case => ({
    name: `${name} is refused, and the app goes on`,
    ofMiddleware,
    run: async (subject) => {
      const { statuses, closed, text } = await talk(subject, bytes);
      const what = `${subject.app}, sent ${name} on a bare connection`;
      if (statuses.length === 0) {
        expect(closed, `${what}: connection closed without an answer`).toBe(true);
      } else {
        expect(statuses, `${what}: one answer`).toHaveLength(1);
        expect(
          Math.floor((statuses[0] ?? 0) / 100),
          `${what}: class of ${text.split('\r')[0]}`,
        ).toBe(4);
      }
      await expectAlive(subject, name);
    },
  });

const smugglings = smuggled.map(
  ([name, bytes]): Case => ({
    name: `a request hidden behind ${name} is never answered`,
    run: async (subject) => {
      const { statuses, text } = await talk(subject, bytes);
      const what = `${subject.app}, sent POST /json with ${name} and a request in its body`;
      expect(
        // 501 is RFC 9112's own answer to a transfer coding that a server does not know.
        statuses.filter((status) => status !== 501 && Math.floor(status / 100) !== 4),
        `${what}: statuses other than 4xx and 501, in ${JSON.stringify(text.slice(0, 300))}`,
      ).toEqual([]);
      await expectAlive(subject, name);
    },
  }),
);

/** What both servers take: beyond it each has limits of its own. */
const large: [name: string, bytes: string][] = [
  ['a request line of 8,000 characters', `GET /json?${'a'.repeat(7_980)} HTTP/1.1\r\n${host}\r\n`],
  ['a header of 8,000 characters', `GET /json HTTP/1.1\r\n${host}X: ${'a'.repeat(8_000)}\r\n\r\n`],
  ['90 headers', `GET /json HTTP/1.1\r\n${host}${'X: a\r\n'.repeat(88)}\r\n`],
];

const larges = large.map(
  ([name, bytes]): Case => ({
    name: `${name} is taken`,
    run: async (subject) => {
      const { statuses } = await talk(subject, bytes);
      expect(statuses, `${subject.app}, sent ${name}: statuses`).toEqual([200]);
    },
  }),
);

/** The host in the target counts, and the Host header does not. */
const absolute: [target: string, host: string, status: number][] = [
  ['http://127.0.0.1/json', '127.0.0.1', 200],
  ['HTTP://LOCALHOST:80/json?x=1', 'evil.example', 200],
  ['http://evil.example/json', '127.0.0.1', 400],
  ['http://127.0.0.1.evil.example/json', '127.0.0.1', 400],
  ['http://127.0.0.1@evil.example/json', '127.0.0.1', 400],
  ['http://user:password@127.0.0.1/json', '127.0.0.1', 400],
  ['http:///json', '127.0.0.1', 400],
];

const absolutes = absolute.map(
  ([target, name, status]): Case => ({
    name: `GET ${target} with Host: ${name} is ${status}`,
    ofMiddleware: true,
    run: async (subject) => {
      const head = `Host: ${name}\r\nConnection: close\r\n\r\n`;
      const { statuses } = await talk(subject, `GET ${target} HTTP/1.1\r\n${head}`);
      expect(statuses, `${subject.app}, asked for ${target}: statuses`).toEqual([status]);
    },
  }),
);

export const parser: Case[] = [
  ...larges,
  ...absolutes,
  ...refused.map(refusalOf(false)),
  ...refusedByMiddleware.map(refusalOf(true)),
  ...smugglings,
];
