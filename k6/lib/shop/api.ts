// The same visits as in pages.ts by the JSON API, as a program makes them. Pure.
import type { Answer, Ask, Visit, Visitor } from './visit.ts';
import { forget } from './visit.ts';

/** Every route that the visits below ask for: a test walks them all. */
export const API_ROUTES = [
  ...['/api/products', '/api/products/{id}', '/api/search', '/api/session'],
  ...['/api/cart', '/api/cart/{id}', '/api/orders', '/api/orders/{id}'],
];

export function* browse({ choice }: Visitor): Visit {
  const list = `/api/products?category=${choice.category()}&page=1`;
  yield get('/api/products', list, isPage);
  yield product(choice.product());
  yield get('/api/search', `/api/search?q=${encodeURIComponent(choice.words())}`, isPage);
  yield product(choice.product());
}

export function* fillCart(visitor: Visitor): Visit {
  const productId = visitor.choice.product();
  yield addToCart(visitor, productId);
  yield { ...get('/api/cart', '/api/cart', holds(productId)), as: 'customer' };
  yield send(visitor, 'DELETE', '/api/cart/{id}', `/api/cart/${productId}`, 200, isCart);
}

export function* checkOut(visitor: Visitor): Visit {
  const lines = visitor.choice.upTo(3);
  let totalCents = 0;
  for (let line = 0; line < lines; line += 1) {
    const cart = yield addToCart(visitor, visitor.choice.product());
    totalCents = Number(json(cart).totalCents);
  }
  const costs = (answer: Answer) => json(answer).totalCents === totalCents;
  const ask = send(visitor, 'POST', '/api/orders', '/api/orders', 201, costs);
  const headers = { ...ask.headers, 'Idempotency-Key': visitor.newKey() };
  const bought = yield { ...ask, headers, totalCents };
  yield {
    ...get('/api/orders/{id}', bought.headers.Location ?? '', costs),
    as: 'customer',
    read: true,
  };
}

export function* logIn(visitor: Visitor): Visit {
  const { session, email, password } = visitor;
  forget(session);
  const begun = yield {
    ...get('/api/session', '/api/session', hasToken),
    as: 'customer',
    read: true,
  };
  session.csrfToken = tokenIn(begun);
  const credentials = { email, password };
  const isLoggedIn = (answer: Answer) => json(answer).customer !== null && hasToken(answer);
  const answer = yield send(
    visitor,
    'POST',
    '/api/session',
    '/api/session',
    200,
    isLoggedIn,
    credentials,
  );
  session.csrfToken = tokenIn(answer);
  session.loggedIn = true;
}

type IsRight = Ask['isRight'];

const isPage: IsRight = (answer) => Array.isArray(json(answer).items);
const isCart: IsRight = (answer) => Array.isArray(json(answer).lines);
const hasToken: IsRight = (answer) => tokenIn(answer) !== '';
const tokenIn = (answer: Answer): string => String(json(answer).csrfToken ?? '');

const holds =
  (productId: number): IsRight =>
  (answer) => {
    const { lines } = json(answer);
    return Array.isArray(lines) && lines.some((line) => line.productId === productId);
  };

const ACCEPT = { Accept: 'application/json' };

const get = (name: string, target: string, isRight: IsRight): Ask => ({
  method: 'GET',
  name,
  target,
  headers: ACCEPT,
  as: 'nobody',
  status: 200,
  isRight,
  read: false,
});

const product = (id: number): Ask =>
  get('/api/products/{id}', `/api/products/${id}`, (answer) => json(answer).id === id);

function addToCart(visitor: Visitor, productId: number): Ask {
  const addition = { productId, quantity: visitor.choice.upTo(2) };
  return send(visitor, 'POST', '/api/cart', '/api/cart', 200, holds(productId), addition);
}

function send(
  { session }: Visitor,
  method: 'POST' | 'DELETE',
  name: string,
  target: string,
  status: number,
  isRight: IsRight,
  body?: unknown,
): Ask {
  return {
    method,
    name,
    target,
    as: 'customer',
    status,
    isRight,
    read: true,
    headers: {
      ...ACCEPT,
      'X-CSRF-Token': session.csrfToken ?? '',
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
}

/** An empty object where the body is none. */
function json({ body }: Answer): Record<string, unknown> {
  try {
    const value = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
