// The history as series: each with its comparable nights, its baseline and its open regression.

import { z } from 'zod';
import { coefficientOfVariation } from '../statistics/descriptive';
import { machineOfNight } from './machine';
import {
  type HistoryEntry,
  type MeasuredSeries,
  type NightChange,
  type NightEntry,
  seriesId,
} from './night-schema';

/** What one night measured of one series. */
export type NightMeasurement = Omit<MeasuredSeries, 'state' | 'change' | 'warnings'>;

export const seriesNightSchema = z.strictObject({
  night: z.string(),
  endedAt: z.string(),
  revision: z.string().nullable(),
  values: z.array(z.number()).readonly(),
  /** Measured during a regression that was fixed later: it counts towards no level. */
  leftOut: z.boolean(),
});
export type SeriesNight = z.infer<typeof seriesNightSchema>;

/** A series' nights under one set of conditions. */
export interface NightHistory {
  readonly name: string;
  readonly identity: NightMeasurement;
  readonly conditions: Readonly<Record<string, string>>;
  /** Oldest first, without void nights. */
  readonly nights: readonly SeriesNight[];
  /** The first night since the last accepted change. */
  readonly baselineFrom: number;
  /** A confirmed regression that is neither accepted nor fixed. */
  readonly open: NightChange | null;
  /** As the nights recorded them, oldest first. */
  readonly changes: readonly NightChange[];
  readonly state: MeasuredSeries['state'];
}

export interface NamedHistory {
  readonly name: string;
  /** The conditions of the latest night. */
  readonly current: NightHistory;
  /** Where the conditions changed, and how. */
  readonly splits: readonly { readonly night: string; readonly what: readonly string[] }[];
  /** All of them, in order of their first nights. */
  readonly all: readonly NightHistory[];
}

type Mutable = { -readonly [Key in keyof NightHistory]: NightHistory[Key] } & {
  nights: SeriesNight[];
  changes: NightChange[];
};

/**
 * Replays the history. Two nights are comparable only when they differ in nothing but the revision:
 * same machine, runtime, tools and configuration. Nights under earlier conditions are kept, and
 * compared again when those conditions return.
 */
export function nightHistories(entries: readonly HistoryEntry[]): Map<string, NamedHistory> {
  const segments = new Map<string, Map<string, Mutable>>();
  const splits = new Map<string, { night: string; what: string[] }[]>();
  const current = new Map<string, Mutable>();
  for (const entry of entries) {
    if (entry.type === 'acceptance') {
      accept([...(segments.get(entry.series)?.values() ?? [])], entry.night);
      continue;
    }
    if (entry.status === 'void') continue;
    for (const measured of entry.series) {
      const name = seriesId(measured);
      const conditions = conditionsOf(entry.conditions, measured);
      const own = segments.get(name) ?? new Map<string, Mutable>();
      segments.set(name, own);
      const key = keyOf(conditions);
      const segment = own.get(key) ?? begin(name, measured, conditions);
      own.set(key, segment);
      const before = current.get(name);
      if (before !== undefined && before !== segment) {
        const what = differences(before.conditions, conditions);
        splits.set(name, [...(splits.get(name) ?? []), { night: entry.night, what }]);
      }
      current.set(name, segment);
      remember(segment, entry, measured);
    }
  }
  return new Map(
    [...current].map(([name, segment]) => [
      name,
      {
        name,
        current: segment,
        splits: splits.get(name) ?? [],
        all: [...(segments.get(name)?.values() ?? [])],
      },
    ]),
  );
}

export const conditionsOf = (
  ofNight: Readonly<Record<string, string>>,
  { configuration }: NightMeasurement,
): Record<string, string> => ({
  ...ofNight,
  ...(ofNight.machine !== undefined && { machine: machineOfNight(ofNight.machine) }),
  configuration,
});

/** The nights that are comparable with tonight under these conditions; undefined if none are. */
export const comparableTo = (
  history: NamedHistory | undefined,
  conditions: Readonly<Record<string, string>>,
): NightHistory | undefined =>
  history?.all.find((candidate) => keyOf(candidate.conditions) === keyOf(conditions));

/** The nights since the last accepted change, without those of a fixed regression. */
export const baselineOf = ({ nights, baselineFrom }: NightHistory): SeriesNight[] =>
  nights.slice(baselineFrom).filter(({ leftOut }) => !leftOut);

/** The nights of the level that tonight is compared with: those before an open regression. */
export function levelOf(history: NightHistory): SeriesNight[] {
  const nights = baselineOf(history);
  const from = nights.findIndex(({ night }) => night === history.open?.night);
  return from < 0 ? nights : nights.slice(0, from);
}

/** Spread from night to night about that level, as a ratio; null with too few nights. */
export function nightlySpread(history: NightHistory): number | null {
  const values = levelOf(history).map(({ values: [first] }) => first as number);
  return values.length < 3 ? null : coefficientOfVariation(values);
}

/** The differences between two sets of conditions, in words. */
export function differences(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names
    .filter((name) => before[name] !== after[name])
    .map((name) => `${name}: ${before[name] ?? 'none'} became ${after[name] ?? 'none'}`);
}

const keyOf = (conditions: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.entries(conditions).sort(([a], [b]) => (a < b ? -1 : 1)));

const begin = (
  name: string,
  identity: NightMeasurement,
  conditions: Record<string, string>,
): Mutable => ({
  name,
  identity,
  conditions,
  nights: [],
  baselineFrom: 0,
  open: null,
  changes: [],
  state: 'short',
});

function remember(segment: Mutable, entry: NightEntry, measured: MeasuredSeries): void {
  const { night, endedAt, revision } = entry;
  const { values, state, change } = measured;
  segment.state = state;
  if (state === 'mended' && segment.open !== null) {
    const from = segment.nights.findIndex((one) => one.night === segment.open?.night);
    segment.nights = segment.nights.map((one, index) =>
      from >= 0 && index >= from ? { ...one, leftOut: true } : one,
    );
    segment.open = null;
  }
  segment.nights.push({ night, endedAt, revision, values, leftOut: false });
  if (state !== 'changed' || change === null) return;
  segment.changes.push(change);
  if (change.direction === 'regression') segment.open = change;
  // An improvement needs no acceptance: it is the new baseline, so that its loss would be found.
  else startBaseline(segment, change.night);
}

function accept(segments: readonly Mutable[], night: string): void {
  for (const segment of segments) {
    if (segment.open?.night !== night) continue;
    segment.open = null;
    segment.state = 'short';
    startBaseline(segment, night);
  }
}

function startBaseline(segment: Mutable, night: string): void {
  const from = segment.nights.findIndex((one) => one.night === night);
  if (from >= 0) segment.baselineFrom = from;
}
