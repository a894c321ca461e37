// Checkouts that want the same rows at the same time: the books balance all the same.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { type Case, withoutDatabase } from '../case';
import { inParallel, type Reply, sendMany } from '../client';
import { waitingForLock, withDatabase } from '../database';
import {
  booksOf,
  expectStatus,
  newCustomer,
  newKey,
  seeded,
  unbalancedOrders,
  withProduct,
} from '../shop';
import type { Subject } from '../subjects';
import { Visitor } from '../visitor';

/** Overload is answered 503: a client that keeps its key may try again. */
export async function untilServed(attempt: () => Promise<Reply>): Promise<Reply> {
  for (let tries = 1; ; tries += 1) {
    const reply = await attempt();
    if (reply.status !== 503 || tries === 60) return reply;
    await sleep(100 + 200 * Math.random());
  }
}

/** The seed's customers from here on: no other case takes them. */
const firstRacer = 9_001;
/** How many want what is left; fewer where the same app with default settings was asked already. */
const raceOf = ({ again = false }: Subject) =>
  again ? { racers: 60, lastItems: 15 } : { racers: 200, lastItems: 50 };

async function racer(subject: Subject, n: number, productId: number): Promise<Visitor> {
  const { email, password } = seeded(firstRacer + n);
  const program = new Visitor(subject);
  expectStatus(await untilServed(() => program.apiLogIn(email, password)), 200);
  const add = () => program.api('POST', '/api/cart', { productId, quantity: 1 });
  expectStatus(await untilServed(add), 200);
  return program;
}

const race: Case = {
  name: 'checkouts at once, many more than the items that are left, sell exactly those',
  // As many logins, each of them tens of milliseconds of computing.
  patienceMs: 180_000,
  skip: withoutDatabase,
  run: async (subject) => {
    const { racers, lastItems } = raceOf(subject);
    await withProduct(subject, { stock: lastItems }, async ({ id }) => {
      const programs: Visitor[] = [];
      await inParallel([...Array(racers).keys()], 4, async (n) => {
        programs.push(await racer(subject, n, id));
      });
      const replies = await sendMany(racers, racers, (n) => {
        const headers = { 'Idempotency-Key': newKey() };
        const program = programs[n] as Visitor;
        return untilServed(() => program.api('POST', '/api/orders', undefined, headers));
      });
      const counts = Object.groupBy(replies, ({ status }) => status);
      const told = Object.fromEntries(Object.entries(counts).map(([k, v]) => [k, v?.length]));
      expect(told, `${subject.app}: statuses`).toEqual({
        201: lastItems,
        409: racers - lastItems,
      });
      expect(await booksOf(subject, id)).toEqual({ stock: 0, sold: lastItems, orders: lastItems });
      expect(await unbalancedOrders(subject)).toEqual([]);
    });
  },
};

const crossed: Case = {
  name: 'checkouts of the same two products, put into the carts in opposite orders, do not deadlock',
  skip: withoutDatabase,
  run: async (subject) => {
    await withProduct(subject, { stock: 1000 }, (one) =>
      withProduct(subject, { stock: 1000 }, async (other) => {
        const programs = [await newCustomer(subject), await newCustomer(subject)];
        const rounds = 3;
        for (let round = 0; round < rounds; round += 1) {
          for (const [n, program] of programs.entries()) {
            for (const { id } of n === 0 ? [one, other] : [other, one]) {
              await program.api('POST', '/api/cart', { productId: id, quantity: 1 });
            }
          }
          // Both wait for their first product, and get on at once.
          const replies = await withDatabase(subject, async (client) => {
            const ids = [one.id, other.id];
            await client.query('BEGIN');
            await client.query('SELECT FROM product WHERE id = ANY($1) FOR UPDATE', [ids]);
            const buying = programs.map((program) => {
              const headers = { 'Idempotency-Key': newKey() };
              return program.api('POST', '/api/orders', undefined, headers);
            });
            await waitingForLock(client, programs.length);
            await client.query('ROLLBACK');
            return Promise.all(buying);
          });
          // A deadlock would be a 503.
          for (const reply of replies) expectStatus(reply, 201);
        }
        const sold = rounds * programs.length;
        expect(await booksOf(subject, one.id)).toEqual({ stock: 1000 - sold, sold, orders: sold });
      }),
    );
  },
};

export const shopRaces: Case[] = [race, crossed];
