// Where a request ends, and one request behind another.
import { expect } from 'vitest';
import type { Case } from '../case';
import { talk } from '../raw-socket';

export const host = 'Host: localhost\r\n';
export const chunked = 'Transfer-Encoding: chunked\r\n';
export const next = `GET /plaintext HTTP/1.1\r\n${host}Connection: close\r\n\r\n`;

/** The body in chunks of a size. */
export function inChunks(body: string, size: number, end = '0\r\n\r\n'): string {
  const parts = body.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
  return parts.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join('') + end;
}

const unwanted: Case = {
  name: 'a body that nobody wants is skipped, and the next request is answered',
  run: async (subject) => {
    for (const [request, status] of [
      ['GET /json', 200],
      ['POST /json', 405],
      ['POST /nope', 404],
    ] as const) {
      for (const body of [
        'Content-Length: 3\r\n\r\nabc',
        `Content-Length: 200000\r\n\r\n${'x'.repeat(200_000)}`,
        `${chunked}\r\n${inChunks('abc', 1)}`,
        `${chunked}\r\n${inChunks('x'.repeat(200_000), 5000)}`,
      ]) {
        const bytes = `${request} HTTP/1.1\r\n${host}${body}${next}`;
        const { statuses } = await talk(subject, bytes);
        const what = `${subject.app} ${request} with ${body.length} characters from ${body.slice(0, 20)}`;
        expect(statuses, `${what}, then GET /plaintext: statuses`).toEqual([status, 200]);
      }
    }
  },
};

const pipelined: Case = {
  name: 'requests that come in one piece are answered in their order',
  run: async (subject) => {
    const paths = ['/json', '/plaintext', '/nope', '/wait?ms=20', '/healthz'];
    const bytes = paths.map((path) => `GET ${path} HTTP/1.1\r\n${host}\r\n`).join('');
    const { statuses, text } = await talk(subject, bytes + next);
    const what = `${subject.app} GET ${paths.join(', ')}, all at once`;
    expect(statuses, `${what}: statuses`).toEqual([200, 200, 404, 200, 200, 200]);
    const order = [
      ...[/\{"message"/, /Hello, World!/, /"status": ?404/, /\{"ms": ?20\}/],
      /\{"status": ?"ok"\}/,
    ];
    const places = order.map((body) => text.search(body));
    expect(places, `${what}: places of the bodies`).not.toContain(-1);
    expect(places, `${what}: places of the bodies`).toEqual([...places].sort((a, b) => a - b));
  },
};

const halfClosed: Case = {
  name: 'a client that has sent all and says so is answered all the same',
  run: async (subject) => {
    const bytes = `GET /json HTTP/1.1\r\n${host}\r\n${next}`;
    const { statuses } = await talk(subject, bytes, { ends: true });
    const what = `${subject.app} GET /json and GET /plaintext, then the end of the stream`;
    expect(statuses, `${what}: statuses`).toEqual([200, 200]);
  },
};

const expectation: Case = {
  name: 'Expect: 100-continue is told to go on',
  run: async (subject) => {
    const bytes = `POST /json HTTP/1.1\r\n${host}Expect: 100-continue\r\nContent-Length: 3\r\n\r\n`;
    const { statuses } = await talk(subject, bytes);
    expect(statuses, `${subject.app} POST /json with Expect: statuses`).toEqual([100, 405]);
  },
};

const unnamed: Case = {
  name: 'HTTP/1.0 without a Host is 400, as HTTP/1.1 is',
  ofMiddleware: true,
  run: async (subject) => {
    for (const version of ['1.0', '1.1']) {
      const { statuses, closed } = await talk(subject, `GET /plaintext HTTP/${version}\r\n\r\n`);
      const what = `${subject.app} GET /plaintext in HTTP/${version} without a Host`;
      expect(statuses, `${what}: statuses`).toEqual([400]);
      expect(closed, `${what}: closed`).toBe(true);
    }
  },
};

const heads: Case = {
  name: 'a head of 15 KiB is read, however it is made up, and one of 20 KiB is 431',
  run: async (subject) => {
    for (const [kib, status] of [
      [15, 200],
      [20, 431],
    ] as const) {
      const filler = 'a'.repeat(kib * 1024 - 200);
      const many = `X-Header: ${'a'.repeat(86)}\r\n`.repeat((kib * 1024 - 200) / 98);
      for (const [name, line, headers] of [
        ['one header', '/plaintext', `X-Header: ${filler}\r\n`],
        ['many headers', '/plaintext', many],
        ['a long query', `/plaintext?${filler}`, ''],
      ] as const) {
        const bytes = `GET ${line} HTTP/1.1\r\n${host}${headers}\r\n`;
        const { statuses } = await talk(subject, bytes);
        const what = `${subject.app} GET /plaintext, a head of ${kib} KiB with ${name}`;
        expect(statuses, `${what}: statuses`).toEqual([status]);
      }
    }
  },
};

export const framing: Case[] = [unwanted, pipelined, halfClosed, expectation, unnamed, heads];
