// Who a k6 user is in the shop: the customer of its number, with choices of its own. Pure.
import { apps } from '../../../contract/generated/apps.ts';
import { namesFrom } from '../../../contract/names.ts';
import type { Plan } from '../../../contract/plan.ts';
import { fractions } from '../random.ts';
import { choiceOf, FEWEST_PRODUCTS } from './catalogue.ts';
import type { Session, Visitor } from './visit.ts';

/** Customers of db/seed.sql. */
const CUSTOMERS = 10_000;

/** @param user from 1; up to 10,000 of them are customers of their own, with carts of their own */
export function visitorOf(plan: Plan, user: number, session: Session): Visitor {
  const { app, products = FEWEST_PRODUCTS, seed } = plan;
  const id = 1 + ((firstOf(plan) + user - 1) % CUSTOMERS);
  // Tells this process's keys from those of every other.
  const start = Date.now().toString(36);
  let keys = 0;
  return {
    email: `customer${id}@example.com`,
    password: `correct horse ${1 + (id % 8)}`,
    choice: choiceOf(products, fractions(seed + user)),
    session,
    names: namesFrom(apps.find(({ name }) => name === app)?.names),
    newKey: () => {
      keys += 1;
      return `k6-${start}-${padded(user)}-${padded(keys)}`;
    },
  };
}

/** Two k6 that are started by hand may run at once: with the same customers they would share carts. */
function firstOf({ run }: Plan): number {
  const [, salt = '0'] = /^by-hand-.*-([0-9a-f]{4})$/.exec(run) ?? [];
  return Number.parseInt(salt, 16);
}

const padded = (value: number): string => String(value).padStart(5, '0');
