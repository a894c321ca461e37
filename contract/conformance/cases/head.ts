// HEAD is GET without the body.
import { expect } from 'vitest';
import type { Case } from '../case';
import type { Reply } from '../client';
import { operations, partAt } from '../openapi';
import { ask } from '../orderly';
import { mayBeChunked } from '../subjects';

/** Change from one reply to the next by themselves. */
const volatileHeaders = ['date', 'keep-alive', 'connection'];

function comparable({ headers }: Reply, without: string[]): Record<string, unknown> {
  const skipped = [...volatileHeaders, ...without];
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !skipped.includes(name)));
}

const paths = [
  ...operations.map(({ sample, isConstant }) => ({ path: sample, isConstant })),
  { path: '/nope', isConstant: true },
  { path: '/wait?ms=x', isConstant: true },
];

export const head: Case[] = paths.map(({ path, isConstant }) => ({
  ...partAt(path),
  name: `HEAD ${path} has GET's status and headers, and no body`,
  run: async (subject) => {
    const got = await ask(subject, path);
    const headed = await ask(subject, { method: 'HEAD', path });
    expect(headed.status, `${headed.what}: status`).toBe(got.status);
    const without = [
      // Digits chosen at random make bodies of different lengths.
      ...(isConstant ? [] : ['content-length']),
      // RFC 9112, section 6.1: an answer to HEAD may leave it out.
      ...(mayBeChunked(subject) ? ['transfer-encoding'] : []),
    ];
    expect(comparable(headed, without), `${headed.what}: headers, against GET's`).toEqual(
      comparable(got, without),
    );
  },
}));
