// Counts and times every request, whatever becomes of it.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
// Imported: the global of that name is looked up again at each use, which shows at 30,000 requests per second.
import { performance } from 'node:perf_hooks';
import type { Request } from 'express';
import { Gauge, type Registry } from 'prom-client';
import { DURATION_BUCKETS } from './buckets';
import { LeanHistogram, type Series } from './lean-histogram';

/** What a request is counted under when it is no operation of the app: an unknown path, a wrong method. */
const NO_ROUTE = '';
/** Methods that keep their name there; clients may invent others without end. */
const SAFE_METHODS = new Set(['GET', 'HEAD']);
const OTHER_METHOD = '_OTHER';

/** The staff's pages are one route. It takes what any of them does. */
const STAFF_ROUTE = '/staff/';
const STAFF_METHODS = new Set(['GET', 'HEAD', 'POST']);

/** nginx's status for a client that went away before its answer was complete. */
const CLIENT_CLOSED_REQUEST = 499;

/** The part of Express's route that tells which requests it takes. */
interface Route {
  path: string;
  methods: Record<string, boolean>;
}

/**
 * The request that a connection is busy with; what is sent ahead of its answer has no place here. So one
 * listener serves all requests: a closure for each would add 1 % to the CPU time of GET /json.
 */
const SLOT = Symbol('slot');
interface Slot {
  startedAt: number;
  isTaken: boolean;
}
type Connection = Socket & { [SLOT]?: Slot };

interface Last {
  sent: string;
  status: number;
  series: Series;
}

export function measureRequests(
  registry: Registry,
): (req: IncomingMessage, res: ServerResponse) => void {
  let active = 0;
  new Gauge({
    name: 'http_server_active_requests',
    help: 'Requests being answered now.',
    registers: [registry],
    collect() {
      this.set(active);
    },
  });
  const duration = new LeanHistogram({
    name: 'http_server_request_duration_seconds',
    help: 'Time from the app taking a request to the end of its answer.',
    labelNames: ['http_request_method', 'http_route', 'http_response_status_code'],
    buckets: DURATION_BUCKETS,
    registers: [registry],
  });
  // What each route counted into last: its next answer is most often of the same method and status, and
  // three comparisons take less time than joining the three values to a key.
  const lastOfRoute = new Map<Route | undefined, Last>();

  function seriesOf(route: Route | undefined, sent: string, status: number): Series {
    const last = lastOfRoute.get(route);
    if (last?.sent === sent && last.status === status) return last.series;
    const operation = operationOf(sent, route);
    const series = duration.series({
      http_request_method: operation.method,
      http_route: templateOf(operation.route),
      http_response_status_code: String(status),
    });
    lastOfRoute.set(route, { sent, status, series });
    return series;
  }

  function countIn(req: IncomingMessage, res: ServerResponse, startedAt: number): void {
    active -= 1;
    const status = res.writableFinished ? res.statusCode : CLIENT_CLOSED_REQUEST;
    const series = seriesOf((req as Request).route, req.method ?? '', status);
    series.observe((performance.now() - startedAt) / 1_000);
  }

  function freeSlot(this: ServerResponse): void {
    const slot = (this.req.socket as Connection)[SLOT] as Slot;
    slot.isTaken = false;
    countIn(this.req, this, slot.startedAt);
  }

  return (req, res) => {
    const startedAt = performance.now();
    active += 1;
    const connection = req.socket as Connection;
    connection[SLOT] ??= { startedAt, isTaken: false };
    const slot = connection[SLOT];
    // 'close' is emitted once for each response: after its last byte, or when the client went away.
    if (slot.isTaken) {
      res.on('close', () => countIn(req, res, startedAt));
      return;
    }
    slot.isTaken = true;
    slot.startedAt = startedAt;
    res.on('close', freeSlot);
  };
}

/**
 * Method and route where the route takes the method. All else is counted together: whatever a
 * client makes up, it adds no series for each route or for each method.
 *
 * @param route the one that Express chose, for any method; undefined where no path matched
 */
export function operationOf(method: string, route: Route | undefined) {
  if (route && takes(route, method)) return { method, route: route.path };
  return { method: SAFE_METHODS.has(method) ? method : OTHER_METHOD, route: NO_ROUTE };
}

function takes({ path, methods }: Route, method: string): boolean {
  if (path.startsWith(STAFF_ROUTE)) return STAFF_METHODS.has(method);
  return methods[method === 'HEAD' ? 'get' : method.toLowerCase()] === true;
}

/** Express's spelling of a route in OpenAPI's. */
function templateOf(route: string): string {
  return route.startsWith(STAFF_ROUTE) ? STAFF_ROUTE : route.replaceAll(/:(\w+)/g, '{$1}');
}
