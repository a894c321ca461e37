// A night as it stands in the history, for tests.
import { historyVersion, type MeasuredSeries, type NightEntry } from './night-schema';

export const seriesFixture = (change: Partial<MeasuredSeries> = {}): MeasuredSeries => ({
  app: 'express',
  profile: 'default',
  workload: 'micro',
  metric: 'cpu-ratio',
  better: 'lower',
  values: [1],
  yardstick: `express@${'a'.repeat(40)}`,
  blocks: [0.99, 1, 1.01],
  configuration: '1 worker',
  state: 'quiet',
  change: null,
  warnings: [],
  ...change,
});

export const nightFixture = (night: string, change: Partial<NightEntry> = {}): NightEntry => ({
  schemaVersion: historyVersion,
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
  conditions: { machine: 'machine' },
  series: [seriesFixture()],
  warnings: [],
  ...change,
});

/** The nth day of a month of its own. */
export const dayOf = (day: number): string =>
  new Date(Date.UTC(2026, 0, day)).toISOString().slice(0, 10);
