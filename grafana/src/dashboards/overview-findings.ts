import type { Section } from '../model';
import * as findings from '../queries/findings';

/** The answer first, in the words of the report. */
export const latestAnswer: Section = {
  title: 'The latest run',
  inGrafanaOnly: true,
  panels: [
    {
      kind: 'table',
      title: 'What the latest run found',
      description: {
        shows:
          'The sentences of the latest run that has ended, as its report and terminal say them.',
        read: 'In their order. Its report.html has the figures behind them.',
        bad: 'Void: a disturbance was measured, not the apps. Partial: the run was cut off.',
      },
      unit: 'none',
      width: 24,
      rows: { sentence: 'Answer', run: 'Run', status: 'Status' },
      queries: [findings.latestAnswer],
      ascending: true,
    },
  ],
};

/** What was found before, to hold the live charts against. */
export const latestFindings: Section = {
  title: 'Found before on this machine',
  collapsed: true,
  panels: [
    {
      kind: 'table',
      title: 'Capacity',
      description: {
        shows:
          'The highest rate that held the SLO in the latest search that found one, and the lowest that broke it.',
        read: 'Compare the throughput above with it: beyond `holds` the SLO is at risk.',
        bad: 'A plan that runs above 70 % of what holds: a burst breaks the SLO.',
      },
      unit: 'reqps',
      width: 12,
      rows: { app: 'App', profile: 'Profile', workload: 'Workload' },
      queries: [findings.capacityHolds, findings.capacityFails],
    },
    {
      kind: 'table',
      title: 'How they scale',
      description: {
        shows:
          'The Universal Scalability Law of the latest scaling run: contention, coherency, gamma.',
        read: 'Contention is the share that waits in one line; coherency above 0 means a peak.',
        bad: 'Coherency above 0 with a peak inside the range that is used: more users or workers give less throughput.',
      },
      unit: 'none',
      width: 12,
      rows: { app: 'App', profile: 'Profile', workload: 'Workload', by: 'By' },
      queries: [findings.uslContention, findings.uslCoherency, findings.uslGamma],
    },
    {
      kind: 'table',
      title: 'Verdicts',
      description: {
        shows: 'The latest comparisons: the ratio of B over A with its 95 % interval.',
        read: 'An interval that contains 1: no difference was found. `lab show` has the noise floor.',
        bad: 'None is bad by itself.',
      },
      unit: 'none',
      width: 24,
      rows: { a: 'A', b: 'B', workload: 'Workload', measure: 'Measure', verdict: 'Verdict' },
      queries: [findings.verdictRatio, findings.verdictLow, findings.verdictHigh],
    },
  ],
};
