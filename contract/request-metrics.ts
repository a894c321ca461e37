// What libraries call the duration of a request, and its labels: the lab reads and shows all of them under
// the names of OpenTelemetry's semantic conventions, which the contract has too.

export const requestDuration = 'http_server_request_duration_seconds';

type Family = {
  /** Whose default it is. */
  libraries: string;
  name: string;
  /** Its labels by what the contract calls them. */
  labels: Readonly<Record<string, readonly string[]>>;
};

export const otherFamilies: readonly Family[] = [
  {
    // Its Prometheus exporter for Node.js leaves the unit out of the name.
    libraries: 'OpenTelemetry for Node.js',
    name: 'http_server_request_duration',
    labels: {},
  },
  {
    // The handler is prometheus-fastapi-instrumentator's, the path express-prom-bundle's.
    libraries: 'prom-client, express-prom-bundle, prometheus-fastapi-instrumentator',
    name: 'http_request_duration_seconds',
    labels: {
      http_route: ['route', 'handler', 'path'],
      http_request_method: ['method'],
      http_response_status_code: ['status_code', 'status', 'code'],
    },
  },
  {
    libraries: 'Micrometer',
    name: 'http_server_requests_seconds',
    labels: {
      http_route: ['uri'],
      http_request_method: ['method'],
      http_response_status_code: ['status'],
    },
  },
];

type Relabelling = Record<string, string | string[]>;

/** For Prometheus: it stores every family under the one name, so that all panels and rules find it. */
export const relabellings: readonly Relabelling[] = otherFamilies.flatMap(({ name, labels }) => [
  ...Object.entries(labels).flatMap(([target, sources]) =>
    sources.map((source) => ({
      source_labels: ['__name__', source],
      regex: `${name}_(?:bucket|count|sum);(.+)`,
      target_label: target,
      replacement: '$1',
    })),
  ),
  {
    source_labels: ['__name__'],
    regex: `${name}_(bucket|count|sum)`,
    target_label: '__name__',
    replacement: `${requestDuration}_$1`,
  },
]);
