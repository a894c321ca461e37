import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { planOf } from '../../plan.fixture.ts';
import { workloadNamed } from '../../workloads/index.ts';
import * as api from './api.ts';
import * as pages from './pages.ts';
import { smallShop } from './shop.fixture.ts';
import type { Session, Visit, Visitor } from './visit.ts';
import { visitorOf } from './visitor.ts';
import { walkOf } from './walk.ts';

/** Walks one visit to its end. */
function walked(
  visit: (visitor: Visitor) => Visit,
  session: Session = { loggedIn: false },
  user = 1,
) {
  const shop = smallShop();
  const visitor = visitorOf(planOf({ workload: 'mixed' }), user, session);
  let isOver = false;
  const walk = walkOf(visitor, function* () {
    yield* visit(visitor);
    isOver = true;
  });
  while (!isOver) {
    const ask = walk.next();
    const answer = shop.answer(ask);
    expect(ask.isRight(answer), `${ask.method} ${ask.target}`).toBe(true);
    walk.answered(answer, true);
  }
  return { shop, session, asked: shop.asked };
}

const named = (asked: { method: string; name: string }[]) =>
  asked.map(({ method, name }) => `${method} ${name}`);

describe.each([
  ['by pages', pages, 'POST /checkout'],
  ['by the API', api, 'POST /api/orders'],
])('a visit %s', (_, shop, checkout) => {
  it('that looks around has no cookie and changes nothing', () => {
    const { asked, session } = walked(shop.browse, { loggedIn: true, cookie: 'kept' });
    expect(asked.every(({ as, method }) => as === 'nobody' && method === 'GET')).toBe(true);
    expect(asked).toHaveLength(4);
    expect(session.cookie).toBe('kept');
  });

  it('that fills a cart leaves it as it was', () => {
    const { shop: small, asked } = walked(shop.fillCart);
    expect(small.cart.size).toBe(0);
    expect(asked.filter(({ method }) => method !== 'GET')).toHaveLength(2);
    expect(small.orders).toBe(0);
  });

  it('that buys says what it costs, and looks at the order', () => {
    const { shop: small, asked } = walked(shop.checkOut);
    expect(small.orders).toBe(1);
    const bought = asked.filter(({ totalCents }) => totalCents !== undefined);
    expect(named(bought)).toEqual([checkout]);
    expect(bought[0]?.totalCents).toBeGreaterThan(0);
    expect(asked.at(-1)?.target).toMatch(/orders\/1$/);
  });

  it('that logs in ends in a session of its own', () => {
    const { shop: small, session } = walked(shop.logIn, { loggedIn: true, cookie: 'old' });
    expect(small.loggedIn).toBe(true);
    expect(session.loggedIn).toBe(true);
    expect(session.cookie).not.toBe('old');
  });
});

it('two checkouts have two keys, also of two users', () => {
  const keys = [1, 2].flatMap((user) => {
    const visitor = visitorOf(planOf(), user, { loggedIn: true });
    return [visitor.newKey(), visitor.newKey()];
  });
  expect(new Set(keys).size).toBe(4);
  for (const key of keys) expect(key).toMatch(/^[A-Za-z0-9_-]{16,64}$/);
});

describe('what visits ask for', () => {
  const paths: Record<string, { $ref?: string }> = parse(
    readFileSync(new URL('../../../contract/openapi.yaml', import.meta.url), 'utf8'),
  ).paths;
  const shops = { browse: pages, buy: pages, mixed: pages, api };

  it.each(Object.entries(shops))(
    '%s: is in the contract, and is all that its routes name',
    (name) => {
      const workload = workloadNamed(name);
      if (!('visits' in workload)) throw new Error(`${name} is not made of visits`);
      const asked = workload.visits.flatMap(({ visit }) =>
        // As many users as it takes to see every way in.
        Array.from(
          { length: 40 },
          (_, user) => walked(visit, { loggedIn: false }, user + 1).asked,
        ).flat(),
      );
      const names = new Set(asked.map((ask) => ask.name));
      for (const route of names) expect(Object.keys(paths)).toContain(route);
      expect(workload.routes).toEqual(expect.arrayContaining([...names]));
      if (name === 'mixed' || name === 'api')
        expect([...names].sort()).toEqual([...workload.routes].sort());
    },
  );
});

describe('a walk', () => {
  const session = (): Session => ({ loggedIn: true, cookie: 'c' });
  const walkOn = (state: Session) => {
    const visitor = visitorOf(planOf(), 1, state);
    let visits = 0;
    const walk = walkOf(visitor, () => {
      visits += 1;
      return pages.fillCart(visitor);
    });
    return { walk, visits: () => visits };
  };
  const refusal = (status: number) => ({ status, body: '', headers: {}, cookies: {} });

  it('begins another visit where an iteration was cut off, or no answer came', () => {
    const { walk, visits } = walkOn(session());
    walk.next();
    walk.next();
    expect(visits()).toBe(2);
    walk.answered(undefined, false);
    walk.next();
    expect(visits()).toBe(3);
  });

  it.each([401, 403, 303])('forgets a session that %i says is over', (status) => {
    const state = session();
    const { walk } = walkOn(state);
    walk.next();
    walk.answered(refusal(status), false);
    expect(state).toMatchObject({ loggedIn: false, cookie: undefined });
  });

  it('keeps the session through an error of the shop', () => {
    const state = session();
    const { walk } = walkOn(state);
    walk.next();
    walk.answered(refusal(503), false);
    expect(state).toEqual(session());
  });
});
