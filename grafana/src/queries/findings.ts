// What runs found before now: the latest capacities, laws and verdicts, as the exporter reads them
// from disk.
import type { Query } from '../model';
import { ofAppAsAWhole } from './promql';

const finding = (name: string, expr: string, legend: string): Query => ({
  name,
  expr,
  legend,
  when: 'finding',
});

const ofSubject = (metric: string): string =>
  `max by (app, profile, workload) (headroom_${metric}{${ofAppAsAWhole}})`;

/** The sentences of the latest run, in their order. */
export const latestAnswer: Query = {
  name: 'latestAnswer',
  expr: 'max by (run, status, sentence) (headroom_answer)',
  legend: 'Line',
  when: 'answer',
};

export const capacityHolds = finding('capacityHolds', ofSubject('capacity_rps'), 'holds');
export const capacityFails = finding('capacityFails', ofSubject('capacity_fails_rps'), 'fails');

const ofLaw = (parameter: string): string =>
  `max by (app, profile, workload, by) (headroom_usl_${parameter}{${ofAppAsAWhole}})`;

export const uslContention = finding('uslContention', ofLaw('alpha'), 'contention');
export const uslCoherency = finding('uslCoherency', ofLaw('beta'), 'coherency');
export const uslGamma = finding('uslGamma', ofLaw('gamma'), 'gamma/s');

/** Two subjects at once: no app filters them. */
const ofVerdict = (figure: string): string =>
  `max by (a, b, workload, measure, verdict) (headroom_verdict_${figure})`;

export const verdictRatio = finding('verdictRatio', ofVerdict('ratio'), 'B over A');
export const verdictLow = finding('verdictLow', ofVerdict('low'), '95 % from');
export const verdictHigh = finding('verdictHigh', ofVerdict('high'), 'to');
