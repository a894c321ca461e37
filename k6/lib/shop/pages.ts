// Visits to the shop's pages, as contract/shop-pages.md has them. Pure.
import type { Answer, Ask, Visit, Visitor } from './visit.ts';
import { forget } from './visit.ts';

/** Every route that the visits below ask for: a test walks them all. */
export const PAGE_ROUTES = [
  ...['/', '/products', '/categories/{slug}', '/products/{id}', '/search', '/login'],
  ...['/cart', '/cart/{id}', '/checkout', '/orders/{id}'],
];

/** Somebody looks around: a list, a product, a search, another product. */
export function* browse({ choice }: Visitor): Visit {
  const entry = choice.upTo(4);
  if (entry === 1) yield page('/', '/', has('data-products'));
  else if (entry === 2) yield page('/products', '/products?sort=price', has('data-products'));
  else yield page('/categories/{slug}', `/categories/${choice.category()}`, has('data-products'));
  yield productPage(choice.product());
  // Two words may find nothing, and that is an answer too.
  const target = `/search?q=${encodeURIComponent(choice.words())}`;
  yield page('/search', target, has('<title>Search'));
  yield productPage(choice.product());
}

/** Puts a product into the cart, looks, and takes it out: most carts are never bought. */
export function* fillCart(visitor: Visitor): Visit {
  const product = visitor.choice.product();
  yield* addToCart(visitor, product);
  const cart = yield read(
    customerPage('/cart', '/cart', isForm(visitor, `data-product="${product}"`)),
  );
  const fields = { ...tokenOf(visitor, cart), quantity: '0' };
  yield form('/cart/{id}', `/cart/${product}`, fields, goesTo('/cart'));
}

/** Up to three products, and the order that comes of them. */
export function* checkOut(visitor: Visitor): Visit {
  const lines = visitor.choice.upTo(3);
  for (let line = 0; line < lines; line += 1) yield* addToCart(visitor, visitor.choice.product());
  yield customerPage('/cart', '/cart', has('href="/checkout"'));
  const checkout = yield read(
    customerPage(
      '/checkout',
      '/checkout',
      (answer) => isForm(visitor, 'idempotency_key')(answer) && totalIn(answer) > 0,
    ),
  );
  const fields = { ...tokenOf(visitor, checkout), idempotency_key: keyIn(checkout) };
  const totalCents = totalIn(checkout);
  const bought = yield {
    ...form('/checkout', '/checkout', fields, goesTo(/^\/orders\/\d+$/)),
    totalCents,
  };
  yield read(
    customerPage(
      '/orders/{id}',
      bought.headers.Location ?? '',
      (answer) => totalIn(answer) === totalCents,
    ),
  );
}

export function* logIn(visitor: Visitor): Visit {
  const { session, email, password } = visitor;
  forget(session);
  const login = yield read(customerPage('/login', '/login', isForm(visitor, 'name="password"')));
  const fields = { ...tokenOf(visitor, login), next: '', email, password };
  yield form('/login', '/login', fields, goesTo('/'));
  session.loggedIn = true;
}

function* addToCart(visitor: Visitor, product: number): Visit {
  const shown = yield read({
    ...productPage(product, isForm(visitor, `data-product="${product}"`)),
    as: 'customer',
  });
  const fields = {
    ...tokenOf(visitor, shown),
    product: String(product),
    quantity: String(visitor.choice.upTo(2)),
  };
  yield form('/cart', '/cart', fields, goesTo('/cart'));
}

type IsRight = Ask['isRight'];

const has =
  (text: string): IsRight =>
  ({ body }) =>
    body.includes(text);

/** A page with this text and a form that can be sent. */
const isForm =
  ({ names }: Visitor, text: string): IsRight =>
  (answer) =>
    answer.body.includes(text) && fieldIn(answer, names.csrfField) !== '';

const goesTo =
  (where: string | RegExp): IsRight =>
  ({ headers }) => {
    const { Location = '' } = headers;
    return typeof where === 'string' ? Location === where : where.test(Location);
  };

const ACCEPT = { Accept: 'text/html' };
const FORM = { ...ACCEPT, 'Content-Type': 'application/x-www-form-urlencoded' };

const page = (name: string, target: string, isRight: IsRight): Ask => ({
  method: 'GET',
  name,
  target,
  headers: ACCEPT,
  as: 'nobody',
  status: 200,
  isRight,
  read: false,
});

const productPage = (id: number, isRight: IsRight = has(`data-product="${id}"`)): Ask =>
  page('/products/{id}', `/products/${id}`, isRight);

const customerPage = (name: string, target: string, isRight: IsRight): Ask => ({
  ...page(name, target, isRight),
  as: 'customer',
});

const read = (ask: Ask): Ask => ({ ...ask, read: true });

const form = (
  name: string,
  target: string,
  fields: Record<string, string>,
  isRight: IsRight,
): Ask => ({
  method: 'POST',
  name,
  target,
  headers: FORM,
  as: 'customer',
  status: 303,
  isRight,
  read: true,
  body: Object.entries(fields)
    .map(([field, value]) => `${field}=${encodeURIComponent(value)}`)
    .join('&'),
});

/** The value of a hidden field, wherever its attributes stand; empty where there is none. */
function fieldIn({ body }: Answer, name: string): string {
  const [input] = body.match(new RegExp(`<input[^>]*\\bname="${name}"[^>]*>`)) ?? [];
  return input?.match(/\bvalue="([^"]*)"/)?.[1] ?? '';
}

const tokenOf = ({ names: { csrfField } }: Visitor, answer: Answer): Record<string, string> => ({
  [csrfField]: fieldIn(answer, csrfField),
});
const keyIn = (answer: Answer): string => fieldIn(answer, 'idempotency_key');

/** The total of the table of lines; NaN where there is none. */
function totalIn({ body }: Answer): number {
  const foot = body.slice(body.indexOf('<tfoot'));
  const [, euros, cents] = /€(\d+)\.(\d\d)/.exec(foot) ?? [];
  return Number(euros) * 100 + Number(cents);
}
