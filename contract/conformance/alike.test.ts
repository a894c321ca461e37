// The two apps' pages are the same document, for the same visitor on the same data.
import { describe, expect, test } from 'vitest';
import type { Reply } from './client';
import { withDatabase } from './database';
import { readPage } from './html';
import { outlineOf } from './outline';
import { expectStatus, headingOn, loggedIn, newPassword } from './shop';
import { type Subject, subjects } from './subjects';
import { Visitor } from './visitor';

const [express, django] = (['express', 'django'] as const).map((app) =>
  subjects().find((subject) => subject.app === app && !subject.debug),
);

/** Without head and body's own attributes, which an outline has as well. */
function outline(reply: Reply): string[] {
  const [html] = readPage(reply.text).elements('html');
  if (!html) throw new Error(`${reply.what}: no page`);
  // Ids of what was made by a case differ, as do the days on which it was.
  return outlineOf(html).map((line) =>
    line
      .replaceAll(/orders\/\d+|Order \d+|data-order="\d+"/g, (found) => found.replace(/\d+/, 'N'))
      .replaceAll(/datetime="\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"/g, 'datetime="T"'),
  );
}

async function expectAlike(ask: (visitor: Visitor) => Promise<Reply>, visitors: Visitor[]) {
  const replies = [];
  for (const visitor of visitors) replies.push(await ask(visitor));
  const [one, other] = replies as [Reply, Reply];
  expect(other.status, `${other.what}: status, against ${one.what}`).toBe(one.status);
  expect(outline(other), `${other.what}: outline, against ${one.what}`).toEqual(outline(one));
  return one;
}

/** What earlier cases left in carts and orders is not compared. */
async function forget(subject: Subject, customerId: number): Promise<void> {
  await withDatabase(subject, async (client) => {
    await client.query('DELETE FROM cart_line WHERE customer_id = $1', [customerId]);
    await client.query('DELETE FROM customer_order WHERE customer_id = $1', [customerId]);
  });
}

const forEverybody = [
  '/',
  '/products',
  '/products?page=2',
  '/products?sort=price&page=3',
  '/products?sort=-price',
  '/products?sort=name&page=42',
  '/categories/lamps',
  '/categories/pots-and-pans?sort=name&page=2',
  '/search',
  '/search?q=oak',
  '/search?q=oak%20or%20birch&page=2',
  `/search?q=${encodeURIComponent('"<b>" & co')}`,
  '/search?q=nothinglikethis',
  '/products/1',
  '/login',
  '/login?next=/cart',
  '/register',
];

const ownPages = ['/', '/products/17', '/cart', '/orders', '/search'];
const customerId = 8_888;

if (!express || !django) {
  test('the apps’ pages are alike', (context) =>
    context.skip(`both apps are needed, and ${(express ?? django)?.app} alone is there`));
} else {
  describe('the apps’ pages are alike', () => {
    test.each(['shop.css', 'shop.svg'])('/static/%s, to the byte', async (file) => {
      const bytes = async ({ baseUrl }: Subject) =>
        Buffer.from(await (await fetch(`${baseUrl}/static/${file}`)).arrayBuffer()).toString('hex');
      const ours = await bytes(express);
      expect(ours.length).toBeGreaterThan(100);
      expect(await bytes(django)).toBe(ours);
    });

    test.each(forEverybody)('%s', async (path) => {
      const reply = await expectAlike(
        (visitor) => visitor.get(path),
        [new Visitor(express), new Visitor(django)],
      );
      expectStatus(reply, 200);
    });

    test('for a customer, from an empty cart to an order', async () => {
      const visitors: Visitor[] = [];
      for (const subject of [express, django]) {
        await forget(subject, customerId);
        visitors.push(await loggedIn(subject, customerId));
      }
      for (const path of ownPages) await expectAlike((visitor) => visitor.get(path), visitors);
      for (const visitor of visitors) {
        await visitor.submit('/products/17', '/cart', { quantity: 2 });
        await visitor.submit('/products/4', '/cart', { quantity: 1 });
      }
      for (const path of ['/cart', '/checkout']) {
        await expectAlike((visitor) => visitor.get(path), visitors);
      }
      const order = await expectAlike(async (visitor) => {
        const bought = await visitor.submit('/checkout', '/checkout');
        return visitor.get(bought.headers.location ?? '');
      }, visitors);
      expect(headingOn(order)).toMatch(/^Order \d+$/);
      for (const path of ['/cart', '/orders']) {
        await expectAlike((visitor) => visitor.get(path), visitors);
      }
    });

    test('a form that was refused keeps what was given', async () => {
      const fields = { email: 'customer1@example.com', name: 'A <b>', password: newPassword };
      await expectAlike(
        (visitor) => visitor.logIn('customer1@example.com', 'not the password'),
        [new Visitor(express), new Visitor(django)],
      );
      const replies = [];
      for (const subject of [express, django]) {
        replies.push(await new Visitor(subject).submit('/register', '/register', fields));
      }
      // The words of advice are each app's own: whatever else there is, is alike.
      const [one, other] = replies.map((reply) => {
        expectStatus(reply, 400);
        const lines = outline(reply);
        return lines.filter((_, i) => !lines[i - 1]?.includes('data-error='));
      });
      expect(other).toEqual(one);
    });
  });
}
