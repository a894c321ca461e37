import { describe, expect, it } from 'vitest';
import { type BooksRecord, type Checkouts, judgeBooks } from './books';

/** Five orders of twelve pieces, all of them seen by everybody. */
const record = (changes: Partial<BooksRecord> = {}): BooksRecord => ({
  told: { orders: 5, twice: [], missing: [], otherTotals: [] },
  sampled: { orders: 2, wrong: [] },
  database: {
    orders: 5,
    withoutLines: 0,
    totalsOff: 0,
    piecesInLines: 12,
    piecesFromStock: 12,
    weightedInLines: 4_242,
    weightedFromStock: 4_242,
  },
  app: { accepted: 5 },
  ...changes,
});
const inDatabase = (changes: Partial<NonNullable<BooksRecord['database']>>): BooksRecord => {
  const { database } = record();
  return record({ database: database && { ...database, ...changes } });
};
const all: Checkouts = { begun: 5, accepted: 5, refused: 0 };
/** Two of them without an answer. */
const cut: Checkouts = { begun: 8, accepted: 5, refused: 1 };
const wrongWith = (books: BooksRecord, checkouts: Checkouts | null = all) =>
  judgeBooks(books, checkouts, 16).discrepancies;

it('books in which everybody has the same orders balance', () => {
  expect(judgeBooks(record(), all, 16)).toMatchObject({
    balanced: true,
    ...{ accepted: 5, unsettled: 0, inDatabase: 5, inApp: 5, pieces: 12, sampled: 2 },
  });
});

it('a load that never reached a checkout leaves none', () => {
  const none = inDatabase({ orders: 0, piecesInLines: 0, piecesFromStock: 0 });
  const idle = { ...none, told: { ...none.told, orders: 0 }, app: { accepted: 0 } };
  expect(judgeBooks(idle, undefined, 16)).toMatchObject({ balanced: true, unsettled: 0 });
  const database = none.database && { ...none.database, orders: 1 };
  expect(judgeBooks({ ...idle, database }, undefined, 16).discrepancies).toEqual([
    'the database has 1 orders, where k6 saw 0',
  ]);
});

describe('after a cut', () => {
  it.each([
    [5, cut, []],
    [7, cut, []],
    [8, cut, ['the database has 8 orders, where k6 saw 5 and at most 2 more']],
    [4, cut, ['the database has 4 orders, where k6 saw 5 and at most 2 more']],
  ])('%i orders in the database', (orders, checkouts, discrepancies) => {
    expect(wrongWith(inDatabase({ orders }), checkouts)).toEqual(discrepancies);
  });

  it('that left no summary, there may be as many more as could be in flight', () => {
    expect(wrongWith(inDatabase({ orders: 21 }), null)).toEqual([]);
    expect(wrongWith(inDatabase({ orders: 22 }), null)).toHaveLength(1);
  });
});

describe('books do not balance, and say why, when', () => {
  it.each<[string, BooksRecord, RegExp]>([
    [
      'an order is in the database that k6 knows nothing of',
      inDatabase({ orders: 6 }),
      /has 6 orders/,
    ],
    ['the app answered more', record({ app: { accepted: 6 } }), /the app answered 6 orders, where/],
    ['the app answered fewer', record({ app: { accepted: 4 } }), /the app answered 4/],
    [
      'an accepted order is missing',
      record({ told: { ...record().told, missing: [7, 9] } }),
      /order 7, 9: accepted and not in the database/,
    ],
    [
      'one order answered two checkouts',
      record({ told: { ...record().told, twice: [7] } }),
      /order 7: answered two checkouts/,
    ],
    [
      'a customer was told another total',
      record({ told: { ...record().told, otherTotals: [7] } }),
      /another total/,
    ],
    ['an order has no lines', inDatabase({ withoutLines: 1 }), /1 orders have no lines/],
    ['a total is not the sum of its lines', inDatabase({ totalsOff: 1 }), /another sum/],
    ['stock went without a line', inDatabase({ piecesFromStock: 13 }), /12 pieces .* 13 left/],
    [
      'the stock of another product went',
      inDatabase({ weightedFromStock: 4_243 }),
      /not of the same products/,
    ],
    [
      'an order was not there under load',
      record({ sampled: { orders: 2, wrong: ['order 3, looked up'] } }),
      /order 3, looked up/,
    ],
    [
      'they could not be read',
      record({ database: null, unreadable: 'connect ECONNREFUSED' }),
      /could not be read: connect ECONNREFUSED/,
    ],
  ])('%s', (_, books, why) => {
    const { balanced, discrepancies } = judgeBooks(books, all, 16);
    expect(balanced).toBe(false);
    expect(discrepancies).toHaveLength(1);
    expect(discrepancies[0]).toMatch(why);
  });

  it('k6 counted more than it reported', () => {
    expect(wrongWith(record(), { begun: 6, accepted: 6, refused: 0 })).toEqual([
      'k6 counted 6 accepted checkouts and reported 5',
    ]);
  });
});

it('an app that was restarted has no say', () => {
  expect(judgeBooks(record({ app: null }), all, 16)).toMatchObject({ balanced: true, inApp: null });
});
