import { alertMark } from '../marks';
import type { Dashboard } from '../model';
import * as database from '../queries/database';
import * as generator from '../queries/generator';
import * as load from '../queries/load';
import * as requests from '../queries/requests';
import * as runtime from '../queries/runtime';
import { shareBounds, strictestShare } from '../slo';
import { latestAnswer, latestFindings } from './overview-findings';

export const overview: Dashboard = {
  uid: 'headroom-overview',
  title: 'Overview',
  question: 'Which app serves more, and at what latency?',
  marks: [alertMark],
  sections: [
    latestAnswer,
    {
      title: 'Now',
      panels: [
        {
          kind: 'stat',
          title: 'Throughput',
          description: {
            shows: 'Correct answers per second of each app, as k6 receives them.',
            read: 'The load decides as much as the app: compare the two under the same load only.',
            bad: 'Less than is offered (see Scaling).',
          },
          unit: 'reqps',
          width: 6,
          queries: [{ ...load.achievedRate, legend: '{{app}}' }],
          colour: 'app',
        },
        {
          kind: 'stat',
          title: 'p99 latency',
          description: {
            shows: 'The time within which 99 of 100 correct answers arrive, as k6 measures it.',
            read: 'One request in a hundred takes longer. Failed requests are not in it.',
            bad: "Above the SLO's bound for the workload.",
          },
          unit: 's',
          width: 6,
          queries: [{ ...load.latencyP99, legend: '{{app}}' }],
          colour: 'app',
        },
        {
          kind: 'stat',
          title: 'Within the SLO',
          description: {
            shows: "The share of requests that were answered correctly within the SLO's bound.",
            read: 'A failed request counts as too slow, and so does one that found no user free.',
            bad: `Below ${strictestShare * 100} %, or the share that a workload of your own asks for: the SLO is broken.`,
          },
          unit: 'percentunit',
          width: 6,
          queries: [load.withinSloShare],
          colour: { goodFrom: strictestShare },
        },
        {
          kind: 'stat',
          title: 'Alerts',
          description: {
            shows: 'How many alerts fire now.',
            read: 'The list below names them, and leads to the paragraph of each in the runbook.',
            bad: 'Any. The last steps of a scaling run break the SLO on purpose.',
          },
          unit: 'none',
          width: 6,
          queries: [generator.alertsFiring],
          colour: { badFrom: 1 },
        },
      ],
    },
    {
      title: 'Side by side: rate, errors, duration',
      panels: [
        {
          kind: 'timeseries',
          title: 'Requests per second',
          description: {
            shows: 'Requests that each app finishes per second, by its own count.',
            read: 'The higher plateau under the same load serves more.',
            bad: 'A plateau that falls while the load still climbs.',
          },
          unit: 'reqps',
          width: 8,
          queries: [requests.requestRate],
        },
        {
          kind: 'timeseries',
          title: 'Errors',
          description: {
            shows:
              "The share of 5xx answers (solid, the server's count) and of failures (dashed, k6's).",
            read: 'k6 also sees refused and broken connections, which no server counts.',
            bad: 'Anything above 0; failures without 5xx mean that requests never got in.',
          },
          unit: 'percentunit',
          width: 8,
          queries: [requests.serverErrorShare, load.failedShare],
        },
        {
          kind: 'timeseries',
          title: 'Duration',
          description: {
            shows: 'p50 (dotted) and p99 (solid) of correct answers, as k6 measures them.',
            read: 'The grey line is the bound of the workload that is on. The scale is logarithmic.',
            bad: 'A p99 above the grey line.',
          },
          unit: 's',
          width: 8,
          queries: [...load.latencyPoints, load.latencyBound],
          scale: 'log',
        },
        {
          kind: 'timeseries',
          title: 'Requests that miss the SLO, as servers see it',
          description: {
            shows: 'The share of requests that failed or took too long, over 10 s, by workload.',
            read: 'The scale is logarithmic: without a miss there is no line. Time in front of the app (queues, network) is not in it: k6 may see more misses. An app that serves nothing of the contract has no line: k6 alone judges its workloads.',
            bad: 'Above 1 %, the grey line: the error budget burns.',
          },
          unit: 'percentunit',
          width: 24,
          queries: [requests.sloMissShare],
          scale: 'log',
          min: 0.001,
          max: 1,
          bounds: shareBounds.map(({ value, meaning }) => ({
            value: Number((1 - value).toFixed(6)),
            meaning,
          })),
        },
        {
          kind: 'table',
          title: 'Routes',
          description: {
            shows:
              "Rate, latency and errors of each route over the last minute, by the servers' own count.",
            read: 'Sorted by rate. A mean is exact, a p99 as fine as its bucket. Compare a route of one app with the same of the other.',
            bad: 'A 5xx, in red; or one route with a p99 far above the others: it delays all that wait behind it.',
          },
          unit: 's',
          width: 24,
          rows: { app: 'App', http_route: 'Route' },
          queries: [
            requests.routeRate,
            requests.routeMean,
            requests.routeP99,
            requests.routeRefused,
            requests.routeFailed,
          ],
          units: { routeRate: 'reqps', route4xx: 'percentunit', route5xx: 'percentunit' },
          badFrom: { route5xx: 0.0001 },
          size: 'many',
        },
      ],
    },
    {
      title: 'Who is the bottleneck now?',
      panels: [
        {
          kind: 'timeseries',
          title: 'CPU in use, of what each part may use',
          description: {
            shows: 'The share of its cores that each app, the database and the generator use.',
            read: 'What touches 100 % is the limit. On two cores app and database share one: add them.',
            bad: 'The generator above 80 %, the grey line: then it is k6 that is measured.',
          },
          unit: 'percentunit',
          width: 8,
          queries: [runtime.cpuShare, runtime.databaseCpuShare, generator.generatorCpuShare],
          max: 1,
          bounds: [{ value: 0.8, meaning: 'The most that a generator may use' }],
        },
        {
          kind: 'timeseries',
          title: 'Database at work',
          description: {
            shows: "Each app's backends that execute a statement (solid) or wait in one (dashed).",
            read: 'Means of 10 s. Where the CPU of the database cannot be read, this tells how busy it is.',
            bad: 'As many active as the pools hold, most of them waiting: the database is the limit.',
          },
          unit: 'short',
          width: 8,
          queries: [database.backendsAtWork, database.backendsWaiting],
        },
        {
          kind: 'timeseries',
          title: 'Pool in use',
          description: {
            shows: 'The share of its database connections that each app uses.',
            read: 'At 100 % requests wait for a connection before their first statement.',
            bad: '100 % for seconds, with a database that is not busy: the pool is the limit.',
          },
          unit: 'percentunit',
          width: 8,
          queries: [database.poolUsedShare],
          max: 1,
        },
        {
          kind: 'timeseries',
          title: 'Users',
          description: {
            shows: 'Users at work (solid) and users that the step plans (dotted).',
            read: 'In the open model k6 takes as many users as it needs to hold the rate.',
            bad: 'Users that climb while the rate does not: everybody waits.',
          },
          unit: 'short',
          width: 12,
          queries: [load.usersNow, load.plannedUsers],
        },
        {
          kind: 'table',
          title: 'Alerts by name',
          description: {
            shows: 'Alerts that are pending or firing, and for how long they have been either.',
            read: 'A pending one fires if it lasts. Its name leads to its paragraph of the runbook (docs/runbook.md).',
            bad: 'The paragraph says what to do.',
          },
          unit: 's',
          width: 12,
          rows: {
            alertname: 'Alert',
            alertstate: 'State',
            app: 'App',
            workload: 'Workload',
          },
          queries: [generator.alertList],
          leadsTo: 'runbook',
        },
      ],
    },
    latestFindings,
  ],
};
