// Requests as the servers see them.
import type { AppName } from '../colours';
import type { Query } from '../model';
import { byApp, classicMean, classicQuantile, ofApp, ofAppAsAWhole, rate, share } from './promql';

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

export const sloMissShare: Query = {
  name: 'sloMissShare',
  expr: `app_workload:http_server_requests_slo_missed:ratio_rate10s{${ofAppAsAWhole}} >= 0`,
  legend: '{{app}} {{workload}}',
};

const byRoute = (name: string, legend: string, expr: string): Query => ({ name, legend, expr });

export const routeRate = byRoute(
  'routeRate',
  'Requests/s',
  `sum by (app, http_route) (${rate(`${duration}_count`, ofApp)}) > 0`,
);
/** A mean is exact, where a quantile is a guess within its bucket. */
export const routeMean = byRoute(
  'routeMean',
  'Mean',
  classicMean(duration, ofApp, 'app, http_route'),
);
export const routeP99 = byRoute(
  'routeP99',
  'p99',
  classicQuantile(0.99, duration, ofApp, 'app, http_route'),
);

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

export const serverHeatmap = (app: AppName): Query => ({
  name: `${app}ServerHeatmap`,
  expr: `sum by (le) (${rate(`${duration}_bucket`, `${ofApp},app="${app}"`)})`,
  legend: '{{le}}',
});

export const requestRateByReplica: Query = {
  name: 'requestRateByReplica',
  expr: `sum by (app, instance) (${rate(`${duration}_count`, ofApp)})`,
  legend: '{{app}} {{instance}}',
};
