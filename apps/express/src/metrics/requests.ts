// Counts and times every request, whatever becomes of it.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request } from 'express';
import { Gauge, type Registry } from 'prom-client';
import { DURATION_BUCKETS } from './buckets';
import { LeanHistogram, type Series } from './lean-histogram';

/** Those of OpenTelemetry's conventions; any other counts as `_OTHER`. */
export const KNOWN_METHODS = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'CONNECT',
  'TRACE',
]);

/** nginx's status for a client that went away before its answer was complete. */
const CLIENT_CLOSED_REQUEST = 499;

/**
 * To be called with each request before the app is: so it sees what Express refuses by itself, and
 * costs less than a middleware.
 */
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
  type ByMethod = Map<string, Map<number, Series>>;
  const byRoute = new Map<string, ByMethod>();
  /** Routes that share a template share its series. */
  const byTemplate = new Map<string, ByMethod>();

  /** A map in a map in a map: joining three values to one key takes longer than counting does. */
  function seriesOf(method: string, route: string, status: number): Series {
    const byMethod = entry(byRoute, route, () =>
      entry(byTemplate, templateOf(route), (): ByMethod => new Map()),
    );
    const byStatus = entry(byMethod, method, () => new Map());
    return entry(byStatus, status, () =>
      duration.series({
        http_request_method: method,
        http_route: templateOf(route),
        http_response_status_code: String(status),
      }),
    );
  }

  return (req, res) => {
    const startedAt = performance.now();
    active += 1;
    // Emitted once for each response: after its last byte, or when the client went away.
    res.on('close', () => {
      active -= 1;
      const method = req.method && KNOWN_METHODS.has(req.method) ? req.method : '_OTHER';
      // Express notes the route it chose; where none matched there is none.
      const route = (req as Request).route?.path ?? '';
      const status = res.writableFinished ? res.statusCode : CLIENT_CLOSED_REQUEST;
      seriesOf(method, route, status).observe((performance.now() - startedAt) / 1_000);
    });
  };
}

/** Express's spelling of a route in OpenAPI's; the staff's pages are one route to who counts. */
function templateOf(route: string): string {
  return route.startsWith('/admin/') ? '/admin/' : route.replaceAll(/:(\w+)/g, '{$1}');
}

function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
