import { changeMark } from '../marks';
import type { Dashboard } from '../model';
import * as nights from '../queries/nightly';

export const nightly: Dashboard = {
  uid: 'headroom-nightly',
  title: 'Nightly',
  question: 'Has anything become slower since earlier nights?',
  span: 'nights',
  marks: [changeMark],
  sections: [
    {
      title: 'State',
      panels: [
        {
          kind: 'stat',
          title: 'Open regressions',
          description: {
            shows: 'Series whose regression was confirmed, and neither accepted nor fixed since.',
            read: '0. `lab history` names the revisions on both sides of each.',
            bad: 'Anything else: see the runbook, NightRegression.',
          },
          unit: 'none',
          width: 8,
          queries: [nights.nightlyRegressions],
          colour: { badFrom: 1 },
        },
        {
          kind: 'stat',
          title: 'Age of the latest night',
          description: {
            shows: 'Time since the latest night ended.',
            read: 'A day at most, and the hours that a night takes.',
            bad: 'More than a day and a half: nothing is measured, so nothing is found.',
          },
          unit: 's',
          width: 8,
          queries: [nights.nightAge],
          colour: { badFrom: 36 * 3600 },
        },
        {
          kind: 'stat',
          title: 'Latest night',
          description: {
            shows: 'Whether the latest night counts or is void.',
            read: 'It counts.',
            bad: 'Void: too many of its trials were. A busy neighbour does that; a second such night is a fault.',
          },
          unit: 'none',
          width: 8,
          queries: [nights.nightValid],
          colour: { goodFrom: 1 },
        },
        {
          kind: 'table',
          title: 'Series of the latest night',
          description: {
            shows:
              'How far each series lies from its level, its spread from night to night, and whether it has an open regression.',
            read: 'A drift of the size of the spread is noise. Each metric is worse when it rises.',
            bad: 'An open regression, in red and on top.',
          },
          unit: 'percentunit',
          width: 24,
          rows: { app: 'App', profile: 'Profile', workload: 'Workload', metric: 'Metric' },
          queries: [nights.nightlyRegressed, nights.nightlyDrift, nights.nightlyNoise],
          units: { nightlyRegressed: 'none' },
          badFrom: { nightlyRegressed: 1 },
          size: 'many',
        },
      ],
    },
    {
      title: 'Trends',
      panels: [
        {
          kind: 'timeseries',
          title: 'CPU per request over the yardstick, night by night',
          description: {
            shows: 'CPU per request of the app over that of its yardstick, in the same turns.',
            read: 'Level, but for the noise in the table; 1 is as the accepted revision. Marks are confirmed changes.',
            bad: 'A step up: the same work costs more.',
          },
          unit: 'none',
          width: 8,
          queries: [nights.nightlyCpu],
        },
        {
          kind: 'timeseries',
          title: 'Median latency over the yardstick, night by night',
          description: {
            shows:
              'Median latency at the rate of lab/nightly.yaml over that of the yardstick, in the same turns.',
            read: 'Level, but for the noise in the table; 1 is as the accepted revision.',
            bad: 'A step up.',
          },
          unit: 'none',
          width: 8,
          queries: [nights.nightlyMedian],
        },
        {
          kind: 'timeseries',
          title: 'p99 over the yardstick, night by night',
          description: {
            shows:
              'p99 at the rate of lab/nightly.yaml over that of the yardstick, in the same turns.',
            read: 'It depends on a few stalls, so it is kept and not judged.',
            bad: 'Many nights above their neighbours: look at the pools and statements of their trials.',
          },
          unit: 'none',
          width: 8,
          queries: [nights.nightlyP99],
        },
      ],
    },
  ],
};
