import { type AppName, apps } from '../colours';
import { stepMarks } from '../marks';
import type { Dashboard, Heatmap } from '../model';
import * as load from '../queries/load';
import * as requests from '../queries/requests';
import { shareBounds } from '../slo';

export const scaling: Dashboard = {
  uid: 'headroom-scaling',
  title: 'Scaling',
  question: 'What happens as load climbs?',
  marks: stepMarks,
  sections: [
    {
      title: 'Offered and achieved',
      panels: [
        {
          kind: 'timeseries',
          title: 'Offered against achieved rate',
          description: {
            shows:
              'Correct answers per second (solid) against arrivals (dashed) and the plan (dotted).',
            read: 'While the lines coincide, the app keeps up. Bands mark the steps. Rates are means of 4 s and lag the plan: read steps under 10 s in the report.',
            bad: 'A solid line that leaves the dashed one: that step lies beyond what the app can do.',
          },
          unit: 'reqps',
          width: 12,
          queries: [load.achievedRate, load.offeredRate, load.plannedRate],
        },
        {
          kind: 'timeseries',
          title: 'Failed and dropped',
          description: {
            shows: 'Requests that failed (solid) and arrivals that found no user free (dashed).',
            read: 'Dropped arrivals were never sent: the users that the plan allows all waited. While two apps take turns, those of both stand under the first.',
            bad: 'Either above 0. With drops, latency is only that of the requests that were sent.',
          },
          unit: 'reqps',
          width: 12,
          queries: [load.failedRate, load.droppedRate],
        },
      ],
    },
    {
      title: 'Latency',
      panels: [
        {
          kind: 'timeseries',
          title: 'Latency over time',
          description: {
            shows: 'p50 (dotted), p95 (dashed) and p99 (solid) of correct answers.',
            read: 'The grey line is the bound of the workload that is on. The scale is logarithmic.',
            bad: 'A p99 that jumps from one step to the next: the knee lies between them.',
          },
          unit: 's',
          width: 12,
          queries: [...load.latencyQuantiles, load.latencyBound],
          scale: 'log',
        },
        {
          kind: 'scatter',
          title: 'Latency against achieved rate',
          description: {
            shows:
              'p50 (hollow) and p99 (filled) against the rate at that moment, a point every 2 s.',
            read: 'Points run flat to the right, then rise: the bend is the capacity. A point between two steps belongs to neither.',
            bad: 'Points that turn back to the left: more load, less served.',
          },
          unit: 's',
          width: 12,
          x: load.achievedRate,
          xUnit: 'reqps',
          queries: load.latencyPoints,
          scale: 'log',
        },
        ...apps.map(clientHeatmap),
      ],
    },
    {
      title: 'SLO, and where the time goes',
      panels: [
        {
          kind: 'timeseries',
          title: 'Share of requests within the SLO',
          description: {
            shows:
              "The share of requests that were answered correctly within their workload's bound.",
            read: 'Capacity is the highest rate at which it stays above the grey line. The axis begins at 90 %: below that a line leaves the chart.',
            bad: 'Below the line, or the share that a workload of your own asks for: the step breaks the SLO.',
          },
          unit: 'percentunit',
          width: 12,
          queries: [load.withinSloShare],
          min: 0.9,
          max: 1,
          bounds: shareBounds,
        },
        {
          kind: 'timeseries',
          title: 'Client and server latency',
          description: {
            shows:
              'Mean time as k6 sees it (solid), as the app sees it (dashed), and the difference (dotted).',
            read: 'The difference is connection, kernel queues and waiting for a worker to take the request. The scale is logarithmic, from 0.1 ms.',
            bad: 'A difference that grows with load: requests queue in front of the app, unseen by it.',
          },
          unit: 's',
          width: 12,
          queries: [load.clientMean, requests.serverMean, load.outsideTheApp],
          scale: 'log',
          min: 0.0001,
        },
      ],
    },
    {
      title: 'Inside the servers',
      panels: [...apps.map(serverHeatmap)],
    },
  ],
};

function clientHeatmap(app: AppName): Heatmap {
  return {
    kind: 'heatmap',
    title: `Latency of ${app}, every answer`,
    description: {
      shows: `Which share of the correct answers of ${app} took how long, as k6 measures it.`,
      read: 'Brighter means more, on one scale for both apps. Two bands are two kinds of request, or two kinds of waiting.',
      bad: 'A band that drifts upwards within a step: a queue is growing.',
    },
    unit: 's',
    width: 12,
    queries: [load.clientHeatmap(app)],
    histogram: 'native',
  };
}

function serverHeatmap(app: AppName): Heatmap {
  return {
    kind: 'heatmap',
    title: `Time inside ${app}`,
    description: {
      shows: `Which share of the requests spent how long inside ${app}, by its own buckets.`,
      read: 'Compare with the heat map of what k6 sees: what is missing here was spent outside the app.',
      bad: 'Cells above the bound of the SLO.',
    },
    unit: 's',
    width: 12,
    queries: [requests.serverHeatmap(app)],
    histogram: 'classic',
  };
}
