// The history as series: each with its comparable nights, its baseline and its open regression.

import { z } from 'zod';
import { median } from '../statistics/descriptive';
import { machineOfNight } from './machine';
import {
  type HistoryEntry,
  type MeasuredSeries,
  type NightChange,
  type NightEntry,
  nightStateSchema,
  seriesId,
} from './night-schema';

/** What one night measured of one series. */
export type NightMeasurement = Omit<MeasuredSeries, 'state' | 'change' | 'warnings'>;

export const seriesNightSchema = z.strictObject({
  night: z.string(),
  endedAt: z.string(),
  revision: z.string().nullable(),
  values: z.array(z.number()).readonly(),
  /** Of each block, where there were any. */
  blocks: z.array(z.number()).readonly().exactOptional(),
  state: nightStateSchema,
  /** Measured during a regression that was fixed later: it counts towards no level. */
  leftOut: z.boolean(),
  /** Measured against an earlier yardstick, and divided by what the new one was then: it counts towards no level. */
  rebased: z.literal(true).exactOptional(),
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

/** By pair, such as APP/default/micro: the yardstick that somebody's acceptance made, and its first night. */
type Moves = Map<string, { yardstick: string; night: string }>;

/**
 * Replays the history. Two nights are comparable only when they have the same yardstick, and differ in
 * nothing but the revision: same machine, runtime and configuration. Nights under earlier conditions are
 * kept, and compared again when those conditions return.
 */
export function nightHistories(entries: readonly HistoryEntry[]): Map<string, NamedHistory> {
  const segments = new Map<string, Map<string, Mutable>>();
  const splits = new Map<string, { night: string; what: string[] }[]>();
  const current = new Map<string, Mutable>();
  const moves: Moves = new Map();
  for (const entry of entries) {
    if (entry.type === 'acceptance') {
      const { series, night, yardstick } = entry;
      const pair = pairOf(series);
      if (yardstick !== undefined) moves.set(pair, { yardstick, night });
      for (const [name, own] of segments) {
        const isMeant = yardstick === undefined ? name === series : pairOf(name) === pair;
        if (isMeant) accept([...own.values()], yardstick === undefined ? night : undefined);
      }
      continue;
    }
    if (entry.status === 'void') continue;
    for (const measured of entry.series) {
      const name = seriesId(measured);
      const conditions = conditionsOf(entry.conditions, measured);
      const own = segments.get(name) ?? new Map<string, Mutable>();
      segments.set(name, own);
      const key = keyOf(conditions);
      const before = current.get(name);
      const segment =
        own.get(key) ?? begin(name, measured, conditions, movedFrom(before, conditions, moves));
      own.set(key, segment);
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
  { configuration, yardstick }: Pick<NightMeasurement, 'configuration' | 'yardstick'>,
): Record<string, string> => ({
  ...ofNight,
  ...(ofNight.machine !== undefined && { machine: machineOfNight(ofNight.machine) }),
  configuration,
  ...(yardstick !== undefined && { yardstick }),
});

/** "APP/default/micro" of "APP/default/micro/cpu-ratio". */
export const pairOf = (series: string): string => series.replace(/\/[^/]*$/, '');

/** The nights that are comparable with tonight under these conditions; undefined if none are. */
export const comparableTo = (
  history: NamedHistory | undefined,
  conditions: Readonly<Record<string, string>>,
): NightHistory | undefined =>
  history?.all.find((candidate) => keyOf(candidate.conditions) === keyOf(conditions));

/** The nights since the last accepted change, without those of a fixed regression. */
const baselineOf = ({ nights, baselineFrom }: NightHistory): SeriesNight[] =>
  nights.slice(baselineFrom).filter(({ leftOut, rebased }) => !leftOut && !rebased);

export const measuredOf = ({ values }: Pick<SeriesNight, 'values'>): number => values[0] as number;

/** The first nights of a baseline say where it lies and how nights differ: later ones may drift. */
const MOST_NIGHTS_OF_A_LEVEL = 30;

/** What was measured in these, before an open regression; a suspicious one may be the first of another level. */
export function levelValues(history: NightHistory): number[] {
  const nights = baselineOf(history);
  const from = nights.findIndex(({ night }) => night === history.open?.night);
  const before = from < 0 ? nights : nights.slice(0, from);
  return before
    .filter(({ state }) => state !== 'suspicious')
    .slice(0, MOST_NIGHTS_OF_A_LEVEL)
    .map(measuredOf);
}

/**
 * Whether the level is 1 without any night: the yardstick is the accepted revision of the app itself, and
 * no improvement has come since.
 */
export const isLevelKnown = ({ conditions, identity, baselineFrom }: NightHistory): boolean =>
  baselineFrom === 0 && Boolean(conditions.yardstick?.startsWith(`${identity.app}@`));

/** What tonight is compared with; null where there is nothing yet. */
export function levelOf(history: NightHistory): number | null {
  if (isLevelKnown(history)) return 1;
  const values = levelValues(history);
  return values.length === 0 ? null : median(values);
}

/** Of normal noise, a standard deviation for each median absolute deviation. */
const PER_MEDIAN = 1.4826;

/**
 * Spread from night to night, as a ratio, whatever single nights did; null with too few nights. It is about the
 * nights' own median: how far they all lie from a level that is known is no scatter.
 */
export function nightlySpread(history: NightHistory): number | null {
  const values = levelValues(history);
  if (values.length < 3) return null;
  const centre = median(values);
  return PER_MEDIAN * median(values.map((value) => Math.abs(value / centre - 1)));
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
  moved: Pick<Mutable, 'nights' | 'changes'> = { nights: [], changes: [] },
): Mutable => ({
  name,
  identity,
  conditions,
  ...moved,
  baselineFrom: 0,
  open: null,
  state: 'short',
});

function remember(segment: Mutable, entry: NightEntry, measured: MeasuredSeries): void {
  const { night, endedAt } = entry;
  const { values, state, change, revision = entry.revision } = measured;
  segment.state = state;
  if (state === 'mended' && segment.open !== null) {
    const from = segment.nights.findIndex((one) => one.night === segment.open?.night);
    segment.nights = segment.nights.map((one, index) =>
      from >= 0 && index >= from ? { ...one, leftOut: true } : one,
    );
    segment.open = null;
  }
  const { blocks } = measured;
  segment.nights.push({
    ...{ night, endedAt, revision, values, state, leftOut: false },
    ...(blocks && { blocks }),
  });
  if (state !== 'changed' || change === null) return;
  segment.changes.push(change);
  if (change.direction === 'regression') segment.open = change;
  // An improvement needs no acceptance: it is the new baseline, so that its loss would be found.
  else startBaseline(segment, change.night);
}

/** @param night of the regression that is meant; absent: whichever is open, as the yardstick moves */
function accept(segments: readonly Mutable[], night?: string): void {
  for (const segment of segments) {
    const { open } = segment;
    if (open === null || (night !== undefined && open.night !== night)) continue;
    segment.open = null;
    segment.state = night === undefined ? 'quiet' : 'short';
    startBaseline(segment, open.night);
  }
}

/** The nights before the yardstick moved, as multiples of the new one: what they show is the trend. */
function movedFrom(
  before: Mutable | undefined,
  conditions: Readonly<Record<string, string>>,
  moves: Moves,
): Pick<Mutable, 'nights' | 'changes'> | undefined {
  if (before === undefined) return undefined;
  const move = moves.get(pairOf(before.name));
  const { yardstick } = conditions;
  if (move === undefined || move.yardstick !== yardstick) return undefined;
  if (keyOf({ ...before.conditions, yardstick }) !== keyOf(conditions)) return undefined;
  const from = before.nights.findIndex(({ night }) => night === move.night);
  if (from < 0) return undefined;
  const over = median(before.nights.slice(from).map(measuredOf));
  const nights = before.nights.map(
    ({ blocks: _, ...night }): SeriesNight => ({
      ...night,
      values: night.values.map((value) => value / over),
      rebased: true,
    }),
  );
  return { nights, changes: [...before.changes] };
}

function startBaseline(segment: Mutable, night: string): void {
  const from = segment.nights.findIndex((one) => one.night === night);
  if (from >= 0) segment.baselineFrom = from;
}
