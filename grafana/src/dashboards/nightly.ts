import { changeMark } from '../marks';
import type { Dashboard } from '../model';
import * as nights from '../queries/nightly';

export const nightly: Dashboard = {
  uid: 'headroom-nightly',
  title: 'Nightly',
  question: 'Has anything become slower since the nights before?',
  span: 'nights',
  marks: [changeMark],
  sections: [
    {
      title: 'State',
      panels: [
        {
          kind: 'stat',
          title: 'Regressions that stand',
          description: {
            shows: 'Series whose regression was confirmed, and neither accepted nor fixed since.',
            read: '0. `lab history` names the revisions on both sides of each.',
            bad: 'Anything else: docs/runbook.md, NightRegression.',
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
            read: 'A day at the most, and whatever a night takes.',
            bad: 'More than a day and a half: nothing measures any more, so nothing is found.',
          },
          unit: 's',
          width: 8,
          queries: [nights.nightAge],
          colour: { badFrom: 36 * 3600 },
        },
        {
          kind: 'stat',
          title: 'Latest night counts',
          description: {
            shows: 'Whether the latest night is valid.',
            read: 'Yes.',
            bad: 'No: too many trials were void. A busy neighbour does that; a second such night is a fault.',
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
              'How far each series lies from its level, its spread from night to night, and whether a regression stands.',
            read: 'A drift of the size of the spread is noise: only confirmed changes are reported.',
            bad: 'A yes in the first column of figures, by which the table is sorted.',
          },
          unit: 'percentunit',
          width: 24,
          rows: { app: 'App', profile: 'Profile', workload: 'Workload', metric: 'Metric' },
          queries: [nights.nightlyRegressed, nights.nightlyDrift, nights.nightlyNoise],
          units: { nightlyRegressed: 'none' },
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
            read: 'Level but for the noise floor of the table. Marks are confirmed changes.',
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
            read: 'The noisiest of the four: look at it with its spread.',
            bad: 'A step up.',
          },
          unit: 's',
          width: 12,
          queries: [nights.nightlyP99],
        },
        {
          kind: 'timeseries',
          title: 'CPU a request, night by night',
          description: {
            shows: 'CPU time of the app for a request, at the fixed rate.',
            read: 'The steadiest of the four: it sees a small change first.',
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
            read: 'Every trial begins with fresh processes, so a leak shows only as far as it goes within one.',
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
