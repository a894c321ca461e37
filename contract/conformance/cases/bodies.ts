// Bodies that the contract fixes, but for the white space in JSON, and what must not change them.
import { expect } from 'vitest';
import type { Case } from '../case';
import type { Reply } from '../client';
import { mediaTypeOf, operations, partAt } from '../openapi';
import { ask } from '../orderly';

/** Digests made with Python's hashlib, so that neither app nor suite vouches for itself. */
const digests: Record<number, string> = {
  1: '36c1cb4f826ae42ceba848227e0c5f786178ca9dceca6772e5d728d09c30a2f6',
  2: '4aa241482140ae279432edae9365b656b054a9598a28b670340b72545068c117',
  1000: '2a5e8b87894fc2d1be46c40ce8f95745cc6a4821d3b1be93e4fba5205c757c40',
};

const fixed: [path: string, mediaType: string, body: string][] = [
  ['/plaintext', 'text/plain', 'Hello, World!'],
  ['/json', 'application/json', '{"message":"Hello, World!"}'],
  ['/healthz', 'application/json', '{"status":"ok"}'],
  ['/readyz', 'application/json', '{"status":"ok"}'],
  ['/wait?ms=0', 'application/json', '{"ms":0}'],
  ['/wait?ms=25', 'application/json', '{"ms":25}'],
  ...Object.entries(digests).map(([units, digest]): [string, string, string] => [
    `/work?units=${units}`,
    'application/json',
    `{"units":${units},"digest":"${digest}"}`,
  ]),
];

const bodyCases = fixed.map(
  ([path, mediaType, body]): Case => ({
    ...partAt(path),
    name: `${path} is ${body.length > 40 ? `${body.slice(0, 32)}...` : body}`,
    run: async (subject) => {
      const reply = await ask(subject, path);
      expect(reply.status, `${reply.what}: status`).toBe(200);
      expect(mediaTypeOf(reply), `${reply.what}: media type`).toBe(mediaType);
      expectUtf8(reply);
      expect(compact(reply), `${reply.what}: body`).toBe(body);
    },
  }),
);

/** JSON without white space, its keys in the order in which they came; anything else as it is. */
function compact(reply: Reply): string {
  const isJson = mediaTypeOf(reply) === 'application/json';
  return isJson ? JSON.stringify(JSON.parse(reply.text)) : reply.text;
}

/** Says no charset, or the one it has. */
function expectUtf8(reply: Reply): void {
  expect(reply.headers['content-type'], `${reply.what}: charset`).toMatch(
    /^[^;]+(; ?charset=utf-8)?$/i,
  );
}

/** Request headers that a framework may act on unasked: the reply stays whole and the same. */
const distractions: [name: string, value: string][] = [
  ['Accept-Encoding', 'gzip, deflate, br, zstd'],
  ['Accept', 'application/xml'],
  ['Accept', 'text/html'],
  ['If-None-Match', '*'],
  ['If-None-Match', '"anything"'],
  ['If-Modified-Since', 'Fri, 01 Jan 2100 00:00:00 GMT'],
  ['Range', 'bytes=0-3'],
  ['X-HTTP-Method-Override', 'DELETE'],
  ['X-Forwarded-Host', 'evil.example'],
  ['X-Forwarded-Proto', 'https'],
  ['Cookie', 'sid=abc; sessionid=abc; csrftoken=def'],
  ['Authorization', 'Basic Zm9vOmJhcg=='],
];

const distractionCases = distractions.map(
  ([name, value]): Case => ({
    name: `${name}: ${value} changes nothing`,
    run: async (subject) => {
      for (const [path, , body] of fixed.slice(0, 3)) {
        const reply = await ask(subject, { path, headers: { [name]: value } });
        expect(reply.status, `${reply.what}: status`).toBe(200);
        expect(compact(reply), `${reply.what}: body`).toBe(body);
      }
    },
  }),
);

const operationCases = operations.map(
  ({ sample, isConstant }): Case => ({
    ...partAt(sample),
    name: `${sample} answers 200 as the contract describes it, and ignores other parameters`,
    run: async (subject) => {
      const plain = await ask(subject, sample);
      expect(plain.status, `${plain.what}: status`).toBe(200);
      expectUtf8(plain);
      const more = await ask(subject, `${sample}${sample.includes('?') ? '&' : '?'}x=1&y[]=2&z`);
      expect(more.status, `${more.what}: status`).toBe(200);
      if (isConstant) expect(more.text, `${more.what}: body`).toBe(plain.text);
    },
  }),
);

export const bodies: Case[] = [...bodyCases, ...distractionCases, ...operationCases];
