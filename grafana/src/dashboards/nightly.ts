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
            read: 'A drift of the size of the spread is noise. Capacity is worse when it falls, the other metrics when they rise.',
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
          title: 'Capacity, night by night',
          description: {
            shows: 'The highest rate that holds the SLO.',
            read: 'Level, but for the noise in the table. Marks are confirmed changes.',
            bad: 'A step down.',
          },
          unit: 'reqps',
          width: 12,
          queries: [nights.nightlyCapacity],
        },
        {
          kind: 'timeseries',
          title: 'p99 at the fixed rate, night by night',
          description: {
            shows: 'The median p99 of the valid trials at the rate of lab/nightly.yaml.',
            read: 'The noisiest of the four: compare it with its spread.',
            bad: 'A step up.',
          },
          unit: 's',
          width: 12,
          queries: [nights.nightlyP99],
        },
        {
          kind: 'timeseries',
          title: 'CPU per request, night by night',
          description: {
            shows: 'CPU time of the app per request, at the fixed rate.',
            read: 'The steadiest of the four: a small change shows here first.',
            bad: 'A step up: the same work costs more.',
          },
          unit: 's',
          width: 12,
          queries: [nights.nightlyCpu],
        },
        {
          kind: 'timeseries',
          title: 'Memory, night by night',
          description: {
            shows: 'Resident memory of all processes of the app at the end of a trial.',
            read: 'Every trial begins with new processes, so only a leak within a trial shows.',
            bad: 'A step up.',
          },
          unit: 'bytes',
          width: 12,
          queries: [nights.nightlyMemory],
        },
      ],
    },
  ],
};
