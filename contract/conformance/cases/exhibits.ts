// /wait and /work: bounded, and what is out of bounds is named.
import { expect } from 'vitest';
import type { Case } from '../case';
import { readPage } from '../html';
import { ask } from '../orderly';

/** Raw query values that no exhibit takes, and what a careless reading would make of them. */
const refused: [query: string, trap: string][] = [
  ['', 'missing'],
  ['NAME', 'no value'],
  ['NAME=', 'empty: Number("") is 0'],
  ['NAME=-1', 'below the least'],
  ['NAME=text', 'text'],
  ['NAME=5abc', 'parseInt reads 5'],
  ['NAME=1.5', 'a fraction'],
  ['NAME=1e2', 'Number() reads 100'],
  ['NAME=0x10', 'Number() reads 16'],
  ['NAME=1_0', 'int() reads 10'],
  ['NAME=%205', 'a space before'],
  ['NAME=5%0A', 'a line end: $ matches before it in Python'],
  ['NAME=%EF%BC%91%EF%BC%92', 'full-width digits: int() reads 12'],
  ['NAME=NaN', 'not a number'],
  ['NAME=Infinity', 'endless'],
  [`NAME=${'9'.repeat(5_000)}`, '5,000 digits: int() refuses them'],
  ['NAME[]=5', 'another name'],
  ['NAME=%3Cscript%3Ealert(1)%3C/script%3E', 'a script, sent back in the page?'],
];

const refusedBy = (path: string, name: string, outside: string[]): Case[] =>
  [...refused, ...outside.map((value) => [`NAME=${value}`, 'out of bounds'] as const)].map(
    ([pattern, trap]) => {
      const query = `${path}?${pattern.replace('NAME', name)}`;
      const shown = query.length > 60 ? `${query.slice(0, 16)}...` : query;
      return {
        name: `${shown} is refused and "${name}" named (${trap})`,
        run: async (subject) => {
          const reply = await ask(subject, query);
          expect(reply.status, `${reply.what}: status`).toBe(400);
          const problem = JSON.parse(reply.text);
          expect(problem.field, `${reply.what}: field`).toBe(name);
          expect(problem.detail, `${reply.what}: detail`).toContain(name);

          const page = await ask(subject, { path: query, headers: { Accept: 'text/html' } });
          expect(page.status, `${page.what}: status`).toBe(400);
          expect(readPage(page.text).text, `${page.what}: page`).toContain(problem.detail);
        },
      };
    },
  );

/** A timer may fire within the millisecond before its time. */
const timerGrainSeconds = 0.002;

const waits: Case[] = [
  {
    name: '/wait waits as long as asked, and not much longer',
    run: async (subject) => {
      for (const ms of [1, 100, 400]) {
        const reply = await ask(subject, `/wait?ms=${ms}`);
        expect(reply.status, `${reply.what}: status`).toBe(200);
        expect(JSON.parse(reply.text), `${reply.what}: body`).toEqual({ ms });
        expect(reply.seconds, `${reply.what}: seconds`).toBeGreaterThanOrEqual(
          ms / 1000 - timerGrainSeconds,
        );
        expect(reply.seconds, `${reply.what}: seconds`).toBeLessThan(ms / 1000 + 1);
      }
    },
  },
  {
    // Four, because that many threads may stand behind one worker.
    name: '/wait keeps four requests waiting at a time',
    run: async (subject) => {
      const startedAt = performance.now();
      const replies = await Promise.all([1, 2, 3, 4].map(() => ask(subject, '/wait?ms=500')));
      const seconds = (performance.now() - startedAt) / 1000;
      for (const reply of replies) expect(reply.status, `${reply.what}: status`).toBe(200);
      expect(
        seconds,
        `${subject.app} GET /wait?ms=500, four at a time: seconds for all (one after another: 2)`,
      ).toBeLessThan(1.4);
    },
  },
];

export const exhibits: Case[] = [
  ...waits,
  ...refusedBy('/wait', 'ms', ['10001']),
  ...refusedBy('/work', 'units', ['0', '1001']),
];
