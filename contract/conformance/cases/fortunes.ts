// The one page: escaping, order, encoding. Compared as a browser parses it.
import { expect } from 'vitest';
import { type Case, withoutDatabase } from '../case';
import { withDatabase } from '../database';
import { childrenOf, readPage, textOf } from '../html';
import { ask } from '../orderly';
import type { Subject } from '../subjects';

type Row = [id: string, message: string];

/** db/seed.sql and the row added at request time, by message in code-point order. */
const expectedRows: Row[] = [
  ['11', '<script>alert("This should not be displayed in a browser alert box.");</script>'],
  ['4', 'A bad random number generator: 1, 1, 1, 1, 1, 4.33e+67, 1, 1, 1'],
  ['5', 'A computer program does what you tell it to do, not what you want it to do.'],
  ['2', "A computer scientist is someone who fixes things that aren't broken."],
  ['8', 'A list is only as strong as its weakest link. — Donald Knuth'],
  ['0', 'Additional fortune added at request time.'],
  ['3', 'After enough decimal places, nobody gives a damn.'],
  ['7', 'Any program that runs right is obsolete.'],
  ['10', 'Computers make very fast, very accurate mistakes.'],
  ['6', 'Emacs is a nice operating system, but I prefer UNIX. — Tom Christaensen'],
  ['9', 'Feature: A bug with seniority.'],
  ['1', 'fortune: No such file or directory'],
  ['12', 'フレームワークのベンチマーク'],
];

/**
 * Fortunes that break a careless page. The last two tell code points from UTF-16 code units:
 * U+1D49C is the greater code point, and its first code unit the smaller.
 */
const hostileRows: Row[] = [
  ['901', ' leading and trailing spaces '],
  ['902', '</td></tr></table><img src=x onerror=alert(1)>'],
  ['903', '&lt;b&gt; &amp; &#39; " \' `'],
  ['904', '{{ 7*7 }} {% debug %} <%= 7*7 %> #{7*7}'],
  ['905', 'Zulu before alpha'],
  ['906', 'alpha'],
  ['907', 'Ärger after z'],
  ['908', '｡ half-width ideographic full stop, U+FF61'],
  ['909', '𝒜 mathematical script A, U+1D49C'],
];

async function readFortunes(subject: Subject) {
  const reply = await ask(subject, '/fortunes');
  expect(reply.status, `${reply.what}: status`).toBe(200);
  return { reply, page: readPage(reply.text) };
}

async function readRows(subject: Subject): Promise<{ what: string; rows: string[][] }> {
  const { reply, page } = await readFortunes(subject);
  const rows = page
    .elements('tr')
    .map((row) => childrenOf(row, 'td').map(textOf))
    .filter((cells) => cells.length > 0);
  return { what: reply.what, rows };
}

const byCodePoint = ([, a]: Row, [, b]: Row): number =>
  // UTF-8 bytes sort as code points do.
  Buffer.compare(Buffer.from(a), Buffer.from(b));

export const fortunes: Case[] = [
  {
    name: '/fortunes is an HTML page in UTF-8 with a doctype, a title and one table',
    run: async (subject) => {
      const { reply, page } = await readFortunes(subject);
      const { what } = reply;
      expect(reply.headers['content-type'], `${what}: header content-type`).toMatch(
        /^text\/html; ?charset=utf-8$/i,
      );
      expect(page.doctype, `${what}: doctype`).toBe('html');
      expect(page.elements('title').map(textOf), `${what}: title`).toEqual(['Fortunes']);
      expect(page.elements('table').length, `${what}: tables`).toBe(1);
      expect(page.elements('th').map(textOf), `${what}: heads`).toEqual(['id', 'message']);
    },
  },
  {
    name: '/fortunes shows the twelve fortunes and the added one, by message in code-point order',
    run: async (subject) => {
      const { what, rows } = await readRows(subject);
      expect(rows, `${what}: rows`).toEqual(expectedRows);
    },
  },
  {
    name: '/fortunes escapes the hostile fortune',
    run: async (subject) => {
      const { reply, page } = await readFortunes(subject);
      expect(page.elements('script'), `${reply.what}: script elements`).toEqual([]);
      expect(reply.text, `${reply.what}: body`).toContain('&lt;script&gt;');
    },
  },
  {
    name: '/fortunes reads the table each time, and escapes and sorts whatever is in it',
    skip: withoutDatabase,
    run: (subject) =>
      withDatabase(subject, async (client) => {
        const ids = hostileRows.map(([id]) => Number(id));
        try {
          for (const row of hostileRows) {
            await client.query('INSERT INTO fortune (id, message) VALUES ($1, $2)', row);
          }
          const { what, rows } = await readRows(subject);
          expect(rows, `${what} with hostile rows: rows`).toEqual(
            [...expectedRows, ...hostileRows].sort(byCodePoint),
          );
        } finally {
          await client.query('DELETE FROM fortune WHERE id = ANY($1)', [ids]);
        }
        const { what, rows } = await readRows(subject);
        expect(rows, `${what} without them again: rows`).toEqual(expectedRows);
      }),
  },
];
