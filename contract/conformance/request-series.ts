// Every method, route and status under which http_server_request_duration_seconds may count a request,
// from the OpenAPI document: what no client can exceed, whatever it sends.
import { declared } from './openapi';

const STAFF_ROUTE = '/staff/';
/** The document has its entry alone; below it are forms. */
const STAFF_METHODS = ['GET', 'HEAD', 'POST'];

/** A client that left, where the app can see it; a fault of the app's own, no database. */
const anywhere = [499, 500, 503];
/** Of unsafe methods: token, body, what is not there, stock, too many logins. */
const unsafe = [400, 403, 404, 409, 413, 415, 429];
/** Parts of the files below /static/, and files that a client has already. */
const ofFiles = [206, 304, 412, 416];
/** Refused before or without a route; and whole files. */
const withoutRoute = [200, 204, 303, 400, 401, 403, 404, 405, 413, 414, 415, 417, 431];

type Operation = (typeof declared)[number];

/** As `METHOD route status`. */
export function possibleSeries(): Set<string> {
  return new Set([
    ...declared.flatMap((one) =>
      methodsOf(one).flatMap((method) =>
        statusesOf(one, method).map((status) => `${method} ${one.path} ${status}`),
      ),
    ),
    ...['GET', 'HEAD', '_OTHER'].flatMap((method) =>
      [...withoutRoute, ...anywhere].map((status) => `${method}  ${status}`),
    ),
    ...['GET', 'HEAD'].flatMap((method) => ofFiles.map((status) => `${method}  ${status}`)),
  ]);
}

function methodsOf({ path, method }: Operation): string[] {
  if (path === STAFF_ROUTE) return STAFF_METHODS;
  return method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()];
}

function statusesOf({ path, operation }: Operation, method: string): number[] {
  const isSafe = method === 'GET' || method === 'HEAD';
  const isStaffs = path === STAFF_ROUTE;
  return [
    ...Object.keys(operation.responses).filter((status) => status !== 'default'),
    ...anywhere,
    ...(isSafe ? [] : unsafe),
    // A parameter that is malformed, or names what is not there.
    ...(operation.parameters || isStaffs ? [400, 404] : []),
    ...(path.startsWith('/api/') ? [401] : []),
    ...(isStaffs ? [403] : []),
  ].map(Number);
}
