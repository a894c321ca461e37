import { stepMarks } from '../marks';
import type { Dashboard } from '../model';
import * as database from '../queries/database';
import * as load from '../queries/load';
import * as requests from '../queries/requests';
import * as runtime from '../queries/runtime';
import { boundOf } from '../slo';

export const concurrency: Dashboard = {
  uid: 'headroom-concurrency',
  title: 'Concurrency',
  question: 'What happens as users wait?',
  marks: stepMarks,
  sections: [
    {
      title: 'Users and throughput',
      panels: [
        {
          kind: 'timeseries',
          title: 'Users and requests in flight',
          description: {
            shows:
              'Users at work (solid), as planned (dotted), and requests inside the app (dashed).',
            read: 'Users who are not in flight think, or wait outside the app.',
            bad: 'Requests in flight that stop growing while users do: the app takes no more at a time.',
          },
          unit: 'short',
          width: 12,
          queries: [
            load.usersNow,
            { ...requests.activeRequests, line: 'dashed' },
            load.plannedUsers,
          ],
        },
        {
          kind: 'scatter',
          title: 'Throughput against users',
          description: {
            shows:
              'Correct answers per second against users at that moment, a point every 2 s. The axis of users is logarithmic.',
            read: 'It climbs, flattens where something is full, and may fall: the shape that the Universal Scalability Law describes.',
            bad: 'A fall to the right: more users, fewer answers.',
          },
          unit: 'reqps',
          width: 12,
          x: load.usersAtWork,
          xUnit: 'short',
          xScale: 'log2',
          queries: [load.achievedRate],
        },
        {
          kind: 'timeseries',
          title: 'Throughput',
          description: {
            shows: 'Correct answers per second.',
            read: 'Each step adds users; a step that adds no answers only adds waiting.',
            bad: 'Fewer answers with more users.',
          },
          unit: 'reqps',
          width: 12,
          queries: [load.achievedRate],
        },
        {
          kind: 'scatter',
          title: 'Latency against users',
          description: {
            shows: 'p50 (hollow) and p99 (filled) against users at that moment.',
            read: 'Beyond the flat part, each further user adds one service time to the wait of all.',
            bad: 'A p99 that rises much faster than the p50: some users always wait longer.',
          },
          unit: 's',
          width: 12,
          x: load.usersAtWork,
          xUnit: 'short',
          xScale: 'log2',
          queries: load.latencyPoints,
          scale: 'log',
        },
      ],
    },
    {
      title: 'Queueing',
      panels: [
        {
          kind: 'timeseries',
          title: 'Waiting outside the app',
          description: {
            shows:
              'Mean time as k6 sees it (solid), as the app sees it (dashed), and the difference (dotted).',
            read: 'Threads that are all busy leave a request in the queue of the socket, outside the app.',
            bad: 'A difference larger than the time inside: most of the latency is waiting for a thread.',
          },
          unit: 's',
          width: 8,
          queries: [load.clientMean, requests.serverMean, load.outsideTheApp],
        },
        {
          kind: 'timeseries',
          title: 'Waiting for a connection',
          description: {
            shows: 'Requests that wait for a database connection.',
            read: 'An app with a connection for each thread never waits here: its requests wait outside.',
            bad: 'A number that stays above 0: the pool is what requests queue for.',
          },
          unit: 'short',
          width: 8,
          queries: [database.poolPending],
        },
        {
          kind: 'timeseries',
          title: 'Threads',
          description: {
            shows: 'Request threads of the apps that have them: busy (solid) and idle (dotted).',
            read: 'Each busy thread holds one request, whether it works or waits.',
            bad: 'None idle: the next request waits outside.',
          },
          unit: 'short',
          width: 8,
          queries: runtime.threads,
        },
      ],
    },
    {
      title: "Little's law: N = X(R + Z)",
      panels: [
        {
          kind: 'timeseries',
          title: 'Users, counted and by the law',
          description: {
            shows:
              'Users at work (solid) and iterations per second times the time of one (dashed).',
            read: 'In the closed model both are the same number, or one of the measurements is wrong. While two apps take turns, the users of both stand under the first.',
            bad: 'A gap in the middle of a step.',
          },
          unit: 'short',
          width: 8,
          queries: [load.usersNow, load.littleProduct],
        },
        {
          kind: 'timeseries',
          title: 'Gap',
          description: {
            shows: 'How far the two are apart, as a share of the users.',
            read: 'The smallest gap of the last 10 s: at the edge of a step, users are new and times still old.',
            bad: 'Over 5 %, the grey line, within a step of the closed model.',
          },
          unit: 'percentunit',
          width: 8,
          queries: [load.littleGap],
          max: 0.5,
          bounds: [{ value: 0.05, meaning: 'The gap that a valid step may have' }],
        },
        {
          kind: 'timeseries',
          title: 'Inside the app: counted, and by the law',
          description: {
            shows: 'Requests in flight, counted (solid), and rate times mean duration (dashed).',
            read: 'The count is a look every 2 s, the law a mean over the time between.',
            bad: 'A lasting gap: the app miscounts one or the other.',
          },
          unit: 'short',
          width: 8,
          queries: [requests.activeRequests, requests.requestsAtATime],
        },
      ],
    },
    {
      title: 'Exhibits: /wait waits idly, /work burns CPU',
      collapsed: true,
      panels: [
        {
          kind: 'timeseries',
          title: '/wait at a time',
          description: {
            shows: 'How many requests to /wait each app keeps waiting at a time.',
            read: 'An event loop keeps as many as come. Threads keep as many as there are threads.',
            bad: 'A ceiling far below the users: idle waiting uses up something scarce.',
          },
          unit: 'short',
          width: 12,
          queries: [requests.exhibitAtATime('wait')],
        },
        {
          kind: 'timeseries',
          title: '/wait duration',
          description: {
            shows: 'The mean time of /wait inside the app.',
            read: 'It should be the time that was asked for: 100 ms in the workload wait.',
            bad: 'Much more: the app woke up late.',
          },
          unit: 's',
          width: 12,
          queries: [requests.exhibitMean('wait')],
          bounds: [{ value: 0.1, meaning: 'what the workload wait asks for' }],
        },
        {
          kind: 'timeseries',
          title: '/work at a time',
          description: {
            shows: 'How many requests to /work are inside each app at a time.',
            read: 'A loop does one after the other; threads take turns at one interpreter lock.',
            bad: 'Many at a time on one core: all of them are slow together.',
          },
          unit: 'short',
          width: 12,
          queries: [requests.exhibitAtATime('work')],
        },
        {
          kind: 'timeseries',
          title: '/work duration',
          description: {
            shows: 'Mean (solid) and p99 (dashed) of /work inside the app.',
            read: 'Under load a loop keeps it short and lets requests wait outside; threads stretch it.',
            bad: 'Above the bound of the SLO.',
          },
          unit: 's',
          width: 12,
          queries: [requests.exhibitMean('work'), requests.exhibitP99('work')],
          bounds: [boundOf('work')],
        },
      ],
    },
  ],
};
