// Whether the shop's books balance after a trial: what k6 was told, what the app counted and what
// lies in the database must be the same checkouts.
//
// A checkout whose answer never came is known to the database alone. So with `unsettled` of them
// the database and the app may have up to so many more than k6 saw, and never fewer; after a trial
// that ended in peace there are none, and all three numbers are equal.

import { z } from 'zod';

const orders = z.array(z.int());

/** What was read around a trial; all of the orders that it made. */
export const booksRecord = z.strictObject({
  /** Orders that k6 told of as they were accepted. */
  told: z.strictObject({
    orders: z.int(),
    /** Told of more than once. */
    twice: orders,
    /** Not in the database. */
    missing: orders,
    /** In the database with another total than the customer was told. */
    otherTotals: orders,
  }),
  /** Orders looked up while the load went on, and what was wrong with them then. */
  sampled: z.strictObject({ orders: z.int(), wrong: z.array(z.string()) }),
  /** Null where it could not be read; `unreadable` says why. */
  database: z
    .strictObject({
      orders: z.int(),
      withoutLines: z.int(),
      /** Their total is not the sum of their lines. */
      totalsOff: z.int(),
      piecesInLines: z.int(),
      /** By how much the stock of all products fell. */
      piecesFromStock: z.int(),
      /** Pieces, each product's times a weight of its own: equal only if each product's are. */
      weightedInLines: z.number(),
      weightedFromStock: z.number(),
    })
    .nullable(),
  unreadable: z.string().exactOptional(),
  /** Checkouts that the app answered with an order; null where it was restarted or did not answer. */
  app: z.strictObject({ accepted: z.int() }).nullable(),
});
export type BooksRecord = z.infer<typeof booksRecord>;

/** Checkouts as k6's summary counts them. */
export type Checkouts = { begun: number; accepted: number; refused: number };

export const booksResultSchema = z.strictObject({
  balanced: z.boolean(),
  /** In words; empty where the books balance. */
  discrepancies: z.array(z.string()),
  /** Orders that k6 saw. */
  accepted: z.number(),
  /** Checkouts of which k6 does not know what became. */
  unsettled: z.number(),
  inDatabase: z.number().nullable(),
  inApp: z.number().nullable(),
  pieces: z.number().nullable(),
  sampled: z.number(),
});
export type BooksResult = z.infer<typeof booksResultSchema>;

/** How many order numbers a sentence names before it is enough. */
const mostNamed = 5;

/**
 * @param checkouts k6's own count; undefined where it reached no checkout, null where it left none
 * @param mostInFlight requests that the plan can have under way at once: bounds what is unsettled
 *   where k6 left no count
 */
export function judgeBooks(
  record: BooksRecord,
  checkouts: Checkouts | undefined | null,
  mostInFlight: number,
): BooksResult {
  const { told, sampled, database, app } = record;
  const accepted = told.orders;
  const unsettled =
    checkouts === null
      ? mostInFlight
      : checkouts === undefined
        ? 0
        : checkouts.begun - checkouts.accepted - checkouts.refused;
  const discrepancies = [
    ...(checkouts && checkouts.accepted !== accepted
      ? [`k6 counted ${checkouts.accepted} accepted checkouts and reported ${accepted}`]
      : []),
    ...listed(told.twice, 'answered two checkouts'),
    ...listed(told.missing, 'accepted and not in the database'),
    ...listed(told.otherTotals, 'in the database with another total than the customer was told'),
    ...sampled.wrong,
    ...(database
      ? inDatabase(database, accepted, unsettled)
      : [`the books could not be read: ${record.unreadable ?? 'the database did not answer'}`]),
    ...(app ? within('the app answered', app.accepted, accepted, unsettled) : []),
  ];
  return {
    balanced: discrepancies.length === 0,
    discrepancies,
    accepted,
    unsettled,
    inDatabase: database?.orders ?? null,
    inApp: app?.accepted ?? null,
    pieces: database?.piecesInLines ?? null,
    sampled: sampled.orders,
  };
}

/** Of the two shops of a trial in turns, in one account. */
export function bothBooks(a: BooksResult, b: BooksResult): BooksResult {
  const sum = (one: number | null, other: number | null) =>
    one === null || other === null ? null : one + other;
  return {
    balanced: a.balanced && b.balanced,
    discrepancies: [
      ...a.discrepancies.map((what) => `arm A: ${what}`),
      ...b.discrepancies.map((what) => `arm B: ${what}`),
    ],
    accepted: a.accepted + b.accepted,
    unsettled: a.unsettled + b.unsettled,
    inDatabase: sum(a.inDatabase, b.inDatabase),
    inApp: sum(a.inApp, b.inApp),
    pieces: sum(a.pieces, b.pieces),
    sampled: a.sampled + b.sampled,
  };
}

function inDatabase(
  database: NonNullable<BooksRecord['database']>,
  accepted: number,
  unsettled: number,
): string[] {
  const { piecesInLines, piecesFromStock, withoutLines, totalsOff } = database;
  const differs = database.weightedInLines !== database.weightedFromStock;
  return [
    ...within('the database has', database.orders, accepted, unsettled),
    ...(withoutLines > 0 ? [`${withoutLines} orders have no lines`] : []),
    ...(totalsOff > 0 ? [`${totalsOff} orders cost another sum than their lines`] : []),
    ...(piecesInLines !== piecesFromStock
      ? [`${piecesInLines} pieces are in order lines, ${piecesFromStock} left the stock`]
      : differs
        ? ['as many pieces left the stock as are in order lines, but not of the same products']
        : []),
  ];
}

function within(whose: string, orders: number, accepted: number, unsettled: number): string[] {
  if (orders >= accepted && orders <= accepted + unsettled) return [];
  const more = unsettled === 0 ? '' : ` and at most ${unsettled} more`;
  return [`${whose} ${orders} orders, where k6 saw ${accepted}${more}`];
}

function listed(orders: readonly number[], what: string): string[] {
  if (orders.length === 0) return [];
  const named = orders.slice(0, mostNamed).join(', ');
  const more = orders.length > mostNamed ? ` and ${orders.length - mostNamed} more` : '';
  return [`order ${named}${more}: ${what}`];
}
