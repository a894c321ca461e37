// Answers of a shop in which all goes well, for tests of who asks: as short as they may be.
import { namesFrom } from '../../../contract/names.ts';
import type { Answer, Ask } from './visit.ts';

const { csrfField, sessionCookie } = namesFrom();
const token = `<input type="hidden" name="${csrfField}" value="t0ken">`;
const PRICE_CENTS = 1_050;

/** A shop with one cart and one customer; `asked` has every request. */
export function smallShop() {
  const cart = new Map<number, number>();
  const asked: Ask[] = [];
  let orders = 0;
  let loggedIn = false;
  let bought = 0;

  const total = () => PRICE_CENTS * [...cart.values()].reduce((sum, quantity) => sum + quantity, 0);
  const shown = (cents: number) =>
    `<tfoot><tr><td>€${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}</td></tr></tfoot>`;
  const page = (body: string): Partial<Answer> => ({ body: `${token}${body}` });
  const json = (value: unknown): Partial<Answer> => ({ body: JSON.stringify(value) });
  const to = (Location: string): Partial<Answer> => ({ headers: { Location } });
  const lines = () => [...cart].map(([productId, quantity]) => ({ productId, quantity }));
  const add = (product: number, quantity: number) =>
    cart.set(product, (cart.get(product) ?? 0) + quantity);
  const buy = () => {
    bought = total();
    cart.clear();
    orders += 1;
  };

  function answerOf({ method, target, body = '' }: Ask): Partial<Answer> {
    const [path = '', query = ''] = target.split('?');
    const fields = new URLSearchParams(body);
    const id = Number(path.replace(/.*\//, ''));
    switch (`${method} ${path.replace(/\/\d+$/, '/{id}')}`) {
      case 'POST /login':
        loggedIn = fields.get(csrfField) === 't0ken';
        return { ...to('/'), cookies: { [sessionCookie]: [{ value: 'logged-in' }] } };
      case 'GET /login':
        return {
          ...page('<input name="password">'),
          cookies: { [sessionCookie]: [{ value: 'fresh' }] },
        };
      case 'POST /cart':
        add(Number(fields.get('product')), Number(fields.get('quantity')));
        return to('/cart');
      case 'POST /cart/{id}':
        cart.delete(id);
        return to('/cart');
      case 'GET /cart':
        return page(
          `${lines().map(({ productId }) => `data-product="${productId}"`)} href="/checkout"`,
        );
      case 'GET /checkout':
        return page(`<input name="idempotency_key" value="k3y">${shown(total())}`);
      case 'POST /checkout':
        buy();
        return to(`/orders/${orders}`);
      case 'GET /orders/{id}':
        return page(shown(bought));
      case 'GET /search':
        return page('<title>Search</title>');
      case 'GET /products/{id}':
        return page(`data-product="${id}"`);
      case 'GET /api/session':
        return json({ customer: null, csrfToken: 'a-token' });
      case 'POST /api/session':
        loggedIn = true;
        return json({ customer: { id: 1 }, csrfToken: 'another' });
      case 'POST /api/cart': {
        const { productId, quantity } = JSON.parse(body);
        add(productId, quantity);
        return json({ lines: lines(), totalCents: total() });
      }
      case 'GET /api/cart':
        return json({ lines: lines(), totalCents: total() });
      case 'DELETE /api/cart/{id}':
        cart.delete(id);
        return json({ lines: lines(), totalCents: total() });
      case 'POST /api/orders':
        buy();
        return { ...json({ id: orders, totalCents: bought }), ...to(`/api/orders/${orders}`) };
      case 'GET /api/orders/{id}':
        return json({ id, totalCents: bought });
      case 'GET /api/products/{id}':
        return json({ id });
      case 'GET /api/products':
      case 'GET /api/search':
        return json({ items: [], query });
      default:
        return page('data-products');
    }
  }

  return {
    asked,
    get orders() {
      return orders;
    },
    get loggedIn() {
      return loggedIn;
    },
    cart,
    answer(ask: Ask): Answer {
      asked.push(ask);
      return { status: ask.status, body: '', headers: {}, cookies: {}, ...answerOf(ask) };
    },
  };
}
