import { type AppName, apps } from '../colours';
import type { Dashboard, TimeSeries } from '../model';
import * as client from '../queries/client';
import * as requests from '../queries/requests';
import { strictestShare } from '../slo';

export const requestsDashboard: Dashboard = {
  uid: 'headroom-requests',
  title: 'Requests',
  question: 'Which requests are slow or fail, and in which phase?',
  sections: [
    {
      title: 'In the time that is shown',
      panels: [
        {
          kind: 'stat',
          title: 'Requests',
          description: {
            shows: 'Requests of k6 that ended.',
            read: 'Counts are those of the runs chosen above, from the first request of each step.',
            bad: 'None is bad by itself.',
          },
          unit: 'short',
          width: 8,
          queries: [client.requestsInAll],
          colour: 'app',
        },
        {
          kind: 'stat',
          title: 'Failed',
          description: {
            shows: 'Requests without an answer, or with another status than the expected one.',
            read: 'The table of failures has them by status and error code.',
            bad: 'Any.',
          },
          unit: 'short',
          width: 8,
          queries: [client.failedInAll],
          colour: { badFrom: 1 },
        },
        {
          kind: 'stat',
          title: 'Answered within the SLO',
          description: {
            shows: 'The share of requests that were answered correctly within their bound.',
            read: 'Arrivals that found no user free were never sent, and are not in it.',
            bad: `Below ${strictestShare * 100} %, or the share that a workload of your own asks for: the SLO is broken.`,
          },
          unit: 'percentunit',
          width: 8,
          queries: [client.metInAll],
          colour: { goodFrom: strictestShare },
        },
        {
          kind: 'table',
          title: 'Requests by name, method and status',
          description: {
            shows: 'Count and latency of each kind of request, as k6 measured it.',
            read: 'Sorted by count. Quantiles are those of all requests in the time shown; min and max are the ends of the outermost buckets of a native histogram. Status 0: no answer came.',
            bad: 'One request with a p99 far above the others: it delays all that wait behind it.',
          },
          unit: 's',
          width: 24,
          rows: { app: 'App', name: 'Request', method: 'Method', status: 'Status' },
          queries: [client.countByName, ...client.quantilesByName],
          units: { countByName: 'short' },
          size: 'many',
        },
        {
          kind: 'table',
          title: 'Failures by status and error code',
          description: {
            shows: 'Requests that failed, by status and by the error code of k6.',
            read: 'Codes: https://grafana.com/docs/k6/latest/javascript-api/error-codes/. 1050 is a timeout, 1212 a refused connection, 1400 to 1499 a 4xx, 1500 to 1599 a 5xx.',
            bad: 'Any row.',
          },
          unit: 's',
          width: 24,
          rows: { app: 'App', name: 'Request', status: 'Status', error_code: 'Error code' },
          queries: client.failures,
          units: { failuresByCode: 'short' },
          size: 'few',
        },
      ],
    },
    {
      title: 'Where the time of a request goes',
      panels: [
        ...apps.map(phases),
        {
          kind: 'table',
          title: 'Mean time by phase',
          description: {
            shows: 'The mean of each phase over all requests in the time shown.',
            read: 'blocked is the wait for a connection, and contains connecting and TLS. The lab speaks HTTP without TLS and keeps connections open, so all three are near 0.',
            bad: 'connecting above a fraction of a millisecond: connections are not kept open.',
          },
          unit: 's',
          width: 24,
          rows: { app: 'App' },
          queries: client.phaseMeans,
          size: 'few',
        },
      ],
    },
    {
      title: 'Answers and bytes',
      panels: [
        {
          kind: 'timeseries',
          title: '4xx and 5xx per second',
          description: {
            shows: "Answers with a 5xx (solid) and with a 4xx (dashed), by the servers' own count.",
            read: 'No workload asks for something that is refused; the scenario smoke does, on purpose. A 409 is a checkout of something sold out.',
            bad: 'Any 5xx; a 4xx rate that rises faster than the load.',
          },
          unit: 'reqps',
          width: 8,
          queries: [requests.errorRate('5xx'), requests.errorRate('4xx')],
        },
        {
          kind: 'timeseries',
          title: 'Bytes per second',
          description: {
            shows: 'Bytes that k6 received (solid) and sent (dashed), headers included.',
            read: 'It follows the rate and the size of the answers.',
            bad: 'Near what the network carries: then the network is measured.',
          },
          unit: 'binBps',
          width: 8,
          queries: [client.bytesReceived, client.bytesSent],
        },
        {
          kind: 'timeseries',
          title: 'Bytes per answer',
          description: {
            shows: 'Bytes received per request.',
            read: 'Equal work means about equal sizes; the headers of the two frameworks differ.',
            bad: 'A sudden drop under load: error pages in place of answers.',
          },
          unit: 'bytes',
          width: 8,
          queries: [client.bytesPerAnswer],
        },
        {
          kind: 'table',
          title: 'Answers by route and status',
          description: {
            shows:
              'Answers per second of each route and status, by the servers, over the last minute.',
            read: 'Redirects (302, 303) belong to logins and orders. 499: the client left first. Without a route: a static file, a method that the route does not take, or an address at which nothing is served.',
            bad: '500: a bug. 503: the database could not serve the request; the log of the app says why.',
          },
          unit: 'reqps',
          width: 24,
          rows: { app: 'App', http_route: 'Route', http_response_status_code: 'Status' },
          queries: [requests.statusRate],
          size: 'many',
        },
      ],
    },
    {
      title: 'Checks of the scenario smoke',
      collapsed: true,
      panels: [
        {
          kind: 'stat',
          title: 'Checks passed',
          description: {
            shows: 'The share of the checks of the scenario smoke that passed.',
            read: 'Other scenarios count wrong answers instead (Generator, late and wrong answers).',
            bad: 'Below 100 %.',
          },
          unit: 'percentunit',
          width: 24,
          queries: [client.checksPassed],
          colour: { goodFrom: 1 },
        },
        {
          kind: 'table',
          title: 'Checks that failed',
          description: {
            shows: 'Checks that did not always pass, and how often they did.',
            read: 'No row: all passed.',
            bad: 'Any row.',
          },
          unit: 'percentunit',
          width: 24,
          rows: { app: 'App', check: 'Check' },
          queries: [client.checksFailed],
        },
      ],
    },
  ],
};

function phases(app: AppName): TimeSeries {
  return {
    kind: 'timeseries',
    title: `Phases of a request to ${app}`,
    description: {
      shows: 'Mean time per request: blocked, sending, waiting for the first byte, receiving.',
      read: 'The phases follow one another, so their sum is the whole. Waiting is the app and the queues in front of it.',
      bad: 'Blocked or receiving that grows with load: the generator or the network is busy.',
    },
    unit: 's',
    width: 12,
    queries: client.phasesOf(app),
    words: client.phaseWords,
    stacked: true,
  };
}
