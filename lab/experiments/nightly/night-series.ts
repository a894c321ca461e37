// The nights as series: what each remembers, where its baseline begins, what stands open.

import { coefficientOfVariation } from '../../statistics/descriptive';

export interface RecordedChange {
  /** The first night of the new regime, and the revision that it measured. */
  readonly night: string;
  readonly revision: string | null;
  /** The last night before it. */
  readonly nightBefore: string;
  readonly revisionBefore: string | null;
  readonly before: number;
  readonly after: number;
  readonly effect: number | null;
  readonly p: number;
  readonly direction: 'regression' | 'improvement';
}

export type SeriesState = 'short' | 'quiet' | 'unconfirmed' | 'changed' | 'open' | 'mended';

/** What one night measured of one series. */
export interface NightMeasurement {
  readonly app: string;
  readonly profile: string;
  readonly workload: string;
  readonly metric: string;
  readonly better: 'higher' | 'lower';
  readonly values: readonly number[];
  readonly configuration: string;
}

interface RecordedMeasurement extends NightMeasurement {
  readonly state: SeriesState;
  readonly change: RecordedChange | null;
}

interface RecordedNight {
  readonly type: 'night';
  readonly night: string;
  readonly endedAt: string;
  readonly status: 'valid' | 'void';
  readonly revision: string | null;
  readonly conditions: Readonly<Record<string, string>>;
  readonly series: readonly RecordedMeasurement[];
}

interface RecordedAcceptance {
  readonly type: 'acceptance';
  readonly series: string;
  readonly night: string;
}

export interface SeriesNight {
  readonly night: string;
  readonly endedAt: string;
  readonly revision: string | null;
  readonly values: readonly number[];
  /** Measured while a regression stood that was mended later: no part of any level. */
  readonly leftOut: boolean;
}

/** A series under conditions that are the same for all of its nights. */
export interface NightHistory {
  readonly name: string;
  readonly identity: NightMeasurement;
  readonly conditions: Readonly<Record<string, string>>;
  /** Oldest first; void nights are none. */
  readonly nights: readonly SeriesNight[];
  /** The first night since the last accepted change. */
  readonly baselineFrom: number;
  /** A confirmed regression that is neither accepted nor mended. */
  readonly open: RecordedChange | null;
  /** As the nights recorded them, oldest first. */
  readonly changes: readonly RecordedChange[];
  readonly state: SeriesState;
}

export interface NamedHistory {
  readonly name: string;
  /** The one that the latest night belongs to. */
  readonly current: NightHistory;
  /** Where nights stop being comparable, and why. */
  readonly splits: readonly { readonly night: string; readonly what: readonly string[] }[];
  /** All of them, in order of their first nights. */
  readonly all: readonly NightHistory[];
}

export const seriesName = ({ app, profile, workload, metric }: NightMeasurement): string =>
  `${app}/${profile}/${workload}/${metric}`;

type Mutable = { -readonly [Key in keyof NightHistory]: NightHistory[Key] } & {
  nights: SeriesNight[];
  changes: RecordedChange[];
};

/**
 * Replays what the nights recorded. Two nights belong to one series only when nothing differs that
 * is not the revision: machine, runtime, tools, configuration. What was measured under earlier
 * conditions waits until they return.
 */
export function nightHistories(
  entries: readonly (RecordedNight | RecordedAcceptance)[],
): Map<string, NamedHistory> {
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
      const name = seriesName(measured);
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
): Record<string, string> => ({ ...ofNight, configuration });

/** The nights that tonight, under these conditions, may be compared with; undefined: none yet. */
export const comparableTo = (
  history: NamedHistory | undefined,
  conditions: Readonly<Record<string, string>>,
): NightHistory | undefined =>
  history?.all.find((candidate) => keyOf(candidate.conditions) === keyOf(conditions));

/** The nights since the last accepted change, without those of a regression that was mended. */
export const baselineOf = ({ nights, baselineFrom }: NightHistory): SeriesNight[] =>
  nights.slice(baselineFrom).filter(({ leftOut }) => !leftOut);

/** The nights of the level that tonight is held against: before a regression that stands open. */
export function levelOf(history: NightHistory): SeriesNight[] {
  const nights = baselineOf(history);
  const from = nights.findIndex(({ night }) => night === history.open?.night);
  return from < 0 ? nights : nights.slice(0, from);
}

/** The spread from night to night about that level, as a ratio; null for too few nights. */
export function nightlySpread(history: NightHistory): number | null {
  const values = levelOf(history).map(({ values: [first] }) => first as number);
  return values.length < 3 ? null : coefficientOfVariation(values);
}

/** What changed from one set of conditions to another, in words. */
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

function remember(segment: Mutable, entry: RecordedNight, measured: RecordedMeasurement): void {
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
  // Nobody need accept an improvement: it is the new baseline, so that its loss would be found.
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
