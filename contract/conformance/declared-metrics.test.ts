// The comparison with contract/metrics.yaml finds every way in which a page can depart from it.
import { describe, expect, test } from 'vitest';
import { type DeclaredMetric, departures, metricsOf } from './declared-metrics';
import { parseMetricsPage } from './metrics-page';

const declared: DeclaredMetric[] = [
  {
    name: 'requests_seconds',
    type: 'histogram',
    help: 'Requests.',
    buckets: [0.1, 1],
    labels: { method: { values: ['GET', 'HEAD'] }, route: { pattern: '^(/[a-z]+)*$' } },
  },
  { name: 'pool', type: 'gauge', help: 'Pool.', labels: { state: { values: ['idle', 'used'] } } },
  { name: 'limit', type: 'gauge', help: 'Limit.', optional: true },
];

const page = `# HELP requests_seconds Requests.
# TYPE requests_seconds histogram
requests_seconds_bucket{method="GET",route="/db",le="0.1"} 2
requests_seconds_bucket{method="GET",route="/db",le="1.0"} 3
requests_seconds_bucket{method="GET",route="/db",le="+Inf"} 3
requests_seconds_sum{method="GET",route="/db"} 0.7
requests_seconds_count{method="GET",route="/db"} 3
# HELP pool Pool.
# TYPE pool gauge
pool{state="idle"} 1
pool{state="used"} 0
`;

const departuresIn = (text: string) => departures(parseMetricsPage(text), declared);

test('a page as declared departs in nothing, whichever way its bounds are written', () => {
  expect(departuresIn(page)).toEqual([]);
  expect(departuresIn(page.replace('le="1.0"', 'le="1"'))).toEqual([]);
});

test.each([
  [
    'a metric too many',
    (text: string) => `${text}# HELP x X.\n# TYPE x gauge\nx 1\n`,
    'x: exposed, and not in contract/metrics.yaml',
  ],
  [
    'a metric too few',
    (text: string) => text.slice(0, text.indexOf('# HELP pool')),
    'pool: declared, and not exposed',
  ],
  [
    'a metric that is described and has no series',
    (text: string) => text.slice(0, text.indexOf('pool{')),
    'pool: declared, and not exposed',
  ],
  [
    'another type',
    (text: string) => text.replace('pool gauge', 'pool counter'),
    'pool: expected type "gauge", got "counter"',
  ],
  [
    'other words',
    (text: string) => text.replace('Pool.', 'Multiprocess metric'),
    'pool: expected help "Pool.", got "Multiprocess metric"',
  ],
  [
    'a label too many',
    (text: string) => text.replaceAll('state=', 'pid="7",state='),
    'pool: expected labels {state}, got {pid,state}',
  ],
  [
    'a label too few',
    (text: string) => text.replaceAll('method="GET",', ''),
    'requests_seconds: expected labels {method,route}, got {route}',
  ],
  [
    'a value that is not allowed',
    (text: string) => text.replaceAll('"GET"', '"PROPFIND"'),
    'requests_seconds: label method has the value "PROPFIND"',
  ],
  [
    'a raw path for a route',
    (text: string) => text.replaceAll('"/db"', '"/db/1?x=2"'),
    'requests_seconds: label route has the value "/db/1?x=2"',
  ],
  [
    'a state left out',
    (text: string) => text.replace('pool{state="used"} 0\n', ''),
    'pool: no series with state="used"',
  ],
  [
    'a gauge below zero',
    (text: string) => text.replace('"used"} 0', '"used"} -1'),
    'pool{state="used"}: expected a number from 0, got -1',
  ],
  [
    'a bucket left out',
    (text: string) => text.replace(/.*le="1.0".*\n/, ''),
    'requests_seconds{method="GET",route="/db"}: expected buckets 0.1,1,Infinity, got 0.1,Infinity',
  ],
  [
    'buckets that do not add up',
    (text: string) => text.replace('le="1.0"} 3', 'le="1.0"} 1'),
    'requests_seconds{method="GET",route="/db"}: expected buckets that add up, got 2,1,3',
  ],
  [
    'a count of its own',
    (text: string) => text.replace(/_count(.*) 3/, '_count$1 4'),
    'requests_seconds{method="GET",route="/db"}: expected _count to be the last bucket\'s 3, got 4',
  ],
])('%s is a departure', (_fault, spoil, departure) => {
  expect(departuresIn(spoil(page))).toContain(departure);
});

describe('what an app must expose', () => {
  const namesOf = (subject: Parameters<typeof metricsOf>[0]) =>
    metricsOf(subject).map(({ name }) => name);

  test('is its own, not the other app’s', () => {
    expect(namesOf({ app: 'express' })).toContain('nodejs_heap_used_bytes');
    expect(namesOf({ app: 'express' })).not.toContain('python_threads');
    expect(namesOf({ app: 'django' })).toContain('python_threads');
  });

  test('includes its container only where it has one', () => {
    expect(namesOf({ app: 'django' })).not.toContain('container_cpu_usage_seconds_total');
    expect(namesOf({ app: 'django', container: true })).toContain(
      'container_cpu_usage_seconds_total',
    );
  });

  test('has each bound of contract/slo.json among the buckets of the request duration', () => {
    const duration = metricsOf({ app: 'django' }).find(
      ({ name }) => name === 'http_server_request_duration_seconds',
    );
    expect(duration?.buckets).toEqual(expect.arrayContaining([0.1, 1]));
  });
});
