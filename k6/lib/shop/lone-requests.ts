// Requests to the shop that need no session, or are refused without one. Pure.
import { isProblem } from '../answers.ts';
import type { ContractRequest } from '../contract-request.ts';

type IsRight = ContractRequest['isRight'];

const has =
  (text: string): IsRight =>
  (body) =>
    body.includes(text);
const anything: IsRight = () => true;

/** Route template, then the target that stands for it. */
type Route = [name: string, target: string];

const page = (operationId: string, [name, target]: Route, text: string, type = 'text/html') =>
  request(operationId, 'GET', [name, target], 200, type, has(text));

/** A customer's page sends an anonymous visitor to log in. */
const toLogin = (operationId: string, route: Route) =>
  request(operationId, 'GET', route, 303, '', anything);

const refused = (
  operationId: string,
  method: ContractRequest['method'],
  route: Route,
  status: number,
) => request(operationId, method, route, status, 'application/problem+json', isProblem(status));

function request(
  operationId: string,
  method: ContractRequest['method'],
  [name, target]: Route,
  status: number,
  contentType: string,
  isRight: IsRight,
): ContractRequest {
  return { operationId, method, name, target, status, contentType, isRight };
}

const api = (operationId: string, route: Route, field: string) =>
  page(operationId, route, `"${field}":`, 'application/json');

export const SHOP_REQUESTS: ContractRequest[] = [
  page('home', ['/', '/'], 'data-products'),
  page('productsPage', ['/products', '/products?sort=-price&page=2'], 'data-products'),
  page('categoryPage', ['/categories/{slug}', '/categories/lamps'], 'data-products'),
  page('searchPage', ['/search', '/search?q=oak'], '<title>Search'),
  page('productPage', ['/products/{id}', '/products/1'], 'data-product="1"'),
  page('registerPage', ['/register', '/register'], 'name="password"'),
  page('loginPage', ['/login', '/login'], 'name="password"'),
  page('feed', ['/feed.xml', '/feed.xml'], '<rss', 'application/rss+xml'),
  page('sitemap', ['/sitemap.xml', '/sitemap.xml'], '<sitemapindex', 'application/xml'),
  page(
    'sitemapSection',
    ['/sitemaps/{section}.xml', '/sitemaps/pages.xml'],
    '<urlset',
    'application/xml',
  ),
  page('robots', ['/robots.txt', '/robots.txt'], 'Disallow: /cart', 'text/plain'),
  api('apiProducts', ['/api/products', '/api/products'], 'items'),
  api('apiProduct', ['/api/products/{id}', '/api/products/1'], 'createdAt'),
  api('apiSearch', ['/api/search', '/api/search?q=oak'], 'items'),
  api('apiSession', ['/api/session', '/api/session'], 'csrfToken'),
  toLogin('cartPage', ['/cart', '/cart']),
  toLogin('checkoutPage', ['/checkout', '/checkout']),
  toLogin('ordersPage', ['/orders', '/orders']),
  toLogin('orderPage', ['/orders/{id}', '/orders/1']),
  refused('register', 'POST', ['/register', '/register'], 403),
  refused('login', 'POST', ['/login', '/login'], 403),
  refused('logout', 'POST', ['/logout', '/logout'], 403),
  refused('addToCart', 'POST', ['/cart', '/cart'], 403),
  refused('changeCart', 'POST', ['/cart/{id}', '/cart/1'], 403),
  refused('checkout', 'POST', ['/checkout', '/checkout'], 403),
  refused('apiLogin', 'POST', ['/api/session', '/api/session'], 403),
  refused('apiLogout', 'DELETE', ['/api/session', '/api/session'], 403),
  refused('apiCart', 'GET', ['/api/cart', '/api/cart'], 401),
  refused('apiAddToCart', 'POST', ['/api/cart', '/api/cart'], 403),
  refused('apiChangeCart', 'PUT', ['/api/cart/{id}', '/api/cart/1'], 403),
  refused('apiRemoveFromCart', 'DELETE', ['/api/cart/{id}', '/api/cart/1'], 403),
  refused('apiOrders', 'GET', ['/api/orders', '/api/orders'], 401),
  refused('apiCheckout', 'POST', ['/api/orders', '/api/orders'], 403),
  refused('apiOrder', 'GET', ['/api/orders/{id}', '/api/orders/1'], 401),
];
