// Values that would be statements, if any were put together from text.
import { expect } from 'vitest';
import type { Case } from '../case';
import { ask } from '../orderly';
import { newCustomer } from '../shop';
import { Visitor } from '../visitor';

/** A statement that was injected sleeps this long; an app that is merely slow does not. */
const napSeconds = 12;

const injections = [
  `'; SELECT pg_sleep(${napSeconds}); --`,
  `' OR pg_sleep(${napSeconds}) IS NULL --`,
  `1; SELECT pg_sleep(${napSeconds})`,
  `1 AND (SELECT 1 FROM pg_sleep(${napSeconds})) = 1`,
  `') UNION SELECT pg_sleep(${napSeconds})::text --`,
  `$1 || pg_sleep(${napSeconds})`,
  `\\'; DROP TABLE product; --`,
  `%' OR '1'='1`,
];

export const injection: Case[] = injections.map((text) => ({
  name: `${text} is data, wherever it is put`,
  run: async (subject) => {
    const before = JSON.parse((await ask(subject, '/api/products')).text);
    const escaped = encodeURIComponent(text);
    const replies = [];
    for (const path of [
      `/api/search?q=${escaped}`,
      `/search?q=${escaped}`,
      `/api/products?category=${escaped}`,
      `/api/products?sort=${escaped}`,
      `/api/products?page=${escaped}`,
      `/api/products/${escaped}`,
      `/categories/${escaped}`,
    ]) {
      replies.push(await ask(subject, path));
    }
    const visitor = new Visitor(subject);
    visitor.sessionId = escaped;
    replies.push(await visitor.get('/'));
    replies.push(await visitor.logIn(text, text));
    replies.push(await visitor.apiLogIn(`${text}@example.com`, text));
    replies.push(
      await visitor.submit('/register', '/register', { email: text, name: text, password: text }),
    );
    const program = await newCustomer(subject);
    replies.push(await program.api('POST', '/api/cart', { productId: text, quantity: text }));
    replies.push(await program.api('POST', '/api/orders', undefined, { 'Idempotency-Key': text }));
    replies.push(await program.api('GET', `/api/orders/${escaped}`));
    for (const reply of replies) {
      expect(reply.status, `${reply.what}: status`).toBeLessThan(500);
      expect(reply.seconds, `${reply.what}: seconds`).toBeLessThan(napSeconds - 1);
    }
    const search = JSON.parse(replies[0]?.text ?? '');
    if (replies[0]?.status === 200) expect(search.pages, 'pages that it finds').toBeLessThan(10);
    expect(JSON.parse((await ask(subject, '/api/products')).text)).toEqual(before);
  },
}));
