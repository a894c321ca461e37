// Requests as the servers see them.
import type { AppName } from '../colours';
import type { Query } from '../model';
import {
  byApp,
  classicMean,
  classicQuantile,
  ofApp,
  ofAppAsAWhole,
  orZero,
  rate,
  share,
} from './promql';

const duration = 'http_server_request_duration_seconds';
const all = byApp(rate(`${duration}_count`, ofApp));

export const requestRate: Query = { name: 'requestRate', expr: all, legend: '{{app}}' };

export const serverErrorShare: Query = {
  name: 'serverErrorShare',
  expr: share(byApp(rate(`${duration}_count`, `${ofApp},http_response_status_code=~"5.."`)), all),
  legend: '{{app}} server: 5xx',
};

export const serverMeanExpr = classicMean(duration, ofApp, 'app');

export const serverMean: Query = {
  name: 'serverMean',
  expr: serverMeanExpr,
  legend: '{{app}} server',
  line: 'dashed',
};

export const activeRequests: Query = {
  name: 'activeRequests',
  expr: byApp(`http_server_active_requests{${ofApp}}`),
  legend: '{{app}} in flight',
};

/** Little's law: rate x mean duration, which is the seconds of request in a second. */
export const requestsAtATime: Query = {
  name: 'requestsAtATime',
  expr: byApp(rate(`${duration}_sum`, ofApp)),
  legend: '{{app}} rate x duration',
  line: 'dashed',
};

/** Answers of a status class that is no success, per second. */
export const errorRate = (status: '4xx' | '5xx'): Query => ({
  name: `serverRate${status}`,
  expr: orZero(
    byApp(rate(`${duration}_count`, `${ofApp},http_response_status_code=~"${status[0]}.."`)),
    all,
  ),
  legend: `{{app}} ${status}`,
  line: status === '5xx' ? 'solid' : 'dashed',
});

/** Rare routes and answers would come and go in a window of a few seconds. */
const lastMinute = '1m';
const counted = (labels: string, matchers: string): string =>
  `sum by (${labels}) (${rate(`${duration}_count`, matchers, lastMinute)})`;

export const statusRate: Query = {
  name: 'statusRate',
  expr: `${counted('app, http_route, http_response_status_code', ofApp)} > 0`,
  legend: 'Answers/s',
};

export const sloMissShare: Query = {
  name: 'sloMissShare',
  // As the alerts have it: of less than a request per second one slow answer would be a burn.
  expr:
    `app_workload:http_server_requests_slo_missed:ratio_rate10s{${ofAppAsAWhole}} >= 0` +
    ` and avg_over_time(app_workload:http_server_requests:rate5s{${ofAppAsAWhole}}[1m]) > 1`,
  legend: '{{app}} {{workload}}',
};

const byRoute = (name: string, legend: string, expr: string): Query => ({ name, legend, expr });

const route = 'app, http_route';

export const routeRate = byRoute('routeRate', 'Requests/s', `${counted(route, ofApp)} > 0`);
/** A mean is exact, where a quantile is a guess within its bucket. */
export const routeMean = byRoute(
  'routeMean',
  'Mean',
  classicMean(duration, ofApp, route, lastMinute),
);
export const routeP99 = byRoute(
  'routeP99',
  'p99',
  classicQuantile(0.99, duration, ofApp, route, lastMinute),
);

/** Shares of a route's requests. */
const routeErrors = (status: '4xx' | '5xx'): Query =>
  byRoute(
    `route${status}`,
    status,
    share(
      counted(route, `${ofApp},http_response_status_code=~"${status[0]}.."`),
      counted(route, ofApp),
    ),
  );
export const routeRefused = routeErrors('4xx');
export const routeFailed = routeErrors('5xx');

type Exhibit = 'wait' | 'work';
const onRoute = (exhibit: Exhibit) => `${ofApp},http_route="/${exhibit}"`;

export const exhibitAtATime = (exhibit: Exhibit): Query => ({
  name: `${exhibit}AtATime`,
  expr: byApp(rate(`${duration}_sum`, onRoute(exhibit))),
  legend: '{{app}}',
});

export const exhibitMean = (exhibit: Exhibit): Query => ({
  name: `${exhibit}Mean`,
  expr: classicMean(duration, onRoute(exhibit), 'app'),
  legend: '{{app}} mean',
  when: 'exhibit',
});

export const exhibitP99 = (exhibit: Exhibit): Query => ({
  name: `${exhibit}P99`,
  expr: classicQuantile(0.99, duration, onRoute(exhibit), 'app'),
  legend: '{{app}} p99',
  when: 'exhibit',
  line: 'dashed',
});

/** Of each bucket the share of the moment's requests. */
export const serverHeatmap = (app: AppName): Query => ({
  name: `${app}ServerHeatmap`,
  expr:
    `sum by (le) (${rate(`${duration}_bucket`, `${ofApp},app="${app}"`)})` +
    ` / on () group_left () (sum(${rate(`${duration}_count`, `${ofApp},app="${app}"`)}) > 0)`,
  legend: '{{le}}',
});

export const requestRateByReplica: Query = {
  name: 'requestRateByReplica',
  expr: `sum by (app, instance) (${rate(`${duration}_count`, ofApp)})`,
  legend: '{{app}} {{instance}}',
};
