// A night as it stands in the history, for tests.
import type { MeasuredSeries, NightEntry } from './night-schema';

export const seriesFixture = (change: Partial<MeasuredSeries> = {}): MeasuredSeries => ({
  app: 'express',
  profile: 'default',
  workload: 'micro',
  metric: 'cpu',
  better: 'lower',
  values: [0.001],
  configuration: '1 worker',
  state: 'quiet',
  change: null,
  warnings: [],
  ...change,
});

export const nightFixture = (night: string, change: Partial<NightEntry> = {}): NightEntry => ({
  schemaVersion: 1,
  type: 'night',
  night,
  run: `${night}-run`,
  startedAt: `${night}T03:00:00.000Z`,
  endedAt: `${night}T04:00:00.000Z`,
  status: 'valid',
  trials: { valid: 5, void: 0 },
  revision: `rev-${night}`,
  locks: {},
  machine: 'machine',
  conditions: { machine: 'machine', node: '24' },
  series: [seriesFixture()],
  warnings: [],
  ...change,
});

/** The nth day of a month of its own. */
export const dayOf = (day: number): string =>
  new Date(Date.UTC(2026, 0, day)).toISOString().slice(0, 10);
