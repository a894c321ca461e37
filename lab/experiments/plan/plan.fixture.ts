// A plan of both apps as it lies on disk: one replica of each measured, Express's by number too,
// Django validated. The figures are worked out by hand, not measured.

import { findings } from '../../results/findings';
import { analyseExperiment, type ReportedRun } from '../index';
import { compareFixture } from '../turns.fixture';
import type { PlanDesign } from './analyse';
import type { Evidence } from './evidence';
import type { Quantity, ValidationRow } from './validation';

const reference = (id: string, runtime = 'native') => ({
  id,
  startedAt: '2026-01-08T09:00:00.000Z',
  commit: null,
  runtime,
});

const express: Evidence = {
  app: 'express',
  workload: 'micro',
  slo: { share: 0.99, thresholdSeconds: 0.1 },
  run: reference('20260108T090000Z-capacity-e001'),
  unit: {
    profile: 'default',
    workers: 1,
    threads: 1,
    pool: 10,
    cores: { subject: 1, database: 1, shared: 1 },
  },
  capacity: {
    rps: 800,
    holdsRps: 810,
    failsRps: 850,
    interval: [800, 820],
    searches: 10,
    bottleneck: { factor: 'app CPU', words: 'The app’s CPU limits it.' },
  },
  demand: { appSeconds: 0.0008, databaseSeconds: 0.0002, steps: 12 },
  servers: { serviceTimeSeconds: 0.001, servers: 1 },
  latency: {
    mean: { baseSeconds: 0.002, factor: 0.6 },
    p99: { baseSeconds: 0.005, factor: 0.9 },
    ratesRps: [160, 840],
    points: 9,
  },
  stairs: reference('20260108T100000Z-tour-e002'),
  ratesRps: [160, 320, 480, 640, 800, 840],
  scaling: {
    run: reference('20260108T110000Z-scale-e003', 'compose'),
    fit: { alpha: 0.04, beta: 0, gamma: 800 },
    testedTo: 2,
  },
  warnings: [],
};

const django: Evidence = {
  ...express,
  app: 'django',
  run: reference('20260108T093000Z-capacity-d001'),
  unit: { ...express.unit, workers: 3, threads: 4, pool: 4 },
  capacity: { ...express.capacity, rps: 400, holdsRps: 400, interval: null, searches: 1 },
  demand: { appSeconds: 0.0018, databaseSeconds: 0.0003, steps: 12 },
  servers: { serviceTimeSeconds: 0.0021, servers: 1 },
  latency: null,
  stairs: null,
  scaling: null,
};

const row = (quantity: Quantity, predicted: number, measured: number): ValidationRow => {
  const error = measured / predicted - 1;
  const within = Math.abs(error) <= 0.1;
  return {
    ...{ app: 'django', rateRps: 200, quantity, predicted, measured, spread: 0.02, trials: 3 },
    ...{ error, within, reason: within ? null : 'the latency is M/M/c’s, not fitted' },
  };
};

export const planDesign: PlanDesign = {
  kind: 'plan',
  workload: 'micro',
  question: { rateRps: 900, pricePerHour: 0.05, spare: 1, maxConnections: 200, databaseCores: 1 },
  evidence: [express, django],
  missing: [],
  validations: [
    {
      app: 'django',
      run: '20260108T120000Z-validation-d004',
      rows: [row('achievedRps', 200, 199), row('appCores', 0.36, 0.37), row('p99Ms', 12, 17)],
    },
  ],
};

export function planFixture(): ReportedRun {
  const { run: base } = compareFixture();
  const run = {
    ...base,
    id: '20260109T090000Z-plan-4d5e',
    kind: 'plan' as const,
    arguments: ['plan', '--rate', '900', '--price', '0.05/h'],
    design: planDesign,
    trials: [],
  };
  const experiment = analyseExperiment(run, []);
  if (experiment === undefined) throw new Error('a plan has an answer');
  const { sentences, warnings } = experiment;
  return { run, trials: [], found: { ...findings([]), sentences, warnings, experiment } };
}
