// What the page knows of the last minutes, put together from frames. Pure: no clock, no browser.
import { type Cell, type Frame, type Point, presence, type Series } from './messages';

/** A missed scrape leaves a hole of this much, which is drawn over; a longer one is shown. */
export const bridgedSeconds = 6;

export type Span = { fromS: number; toS: number };

/** What the page knew at one moment. */
export type History = {
  /** Of the latest frame; 0 before the first. */
  readonly toS: number;
  readonly answers: Readonly<Record<string, readonly Series[]>>;
};

export const nothingYet: History = { toS: 0, answers: {} };

/** The frame replaces what was known of its time; what is older than the window is dropped. */
export function withFrame(history: History, frame: Frame, windowSeconds: number): History {
  const oldest = frame.toS - windowSeconds;
  const names = new Set([...Object.keys(history.answers), ...Object.keys(frame.answers)]);
  const merged = [...names].map((name) => [
    name,
    mergeSeries(history.answers[name] ?? [], frame.answers[name] ?? [], frame, oldest),
  ]);
  return { toS: frame.toS, answers: Object.fromEntries(merged) };
}

function mergeSeries(
  known: readonly Series[],
  fresh: readonly Series[],
  { fromS, toS }: Span,
  oldest: number,
): Series[] {
  const byLabels = new Map(fresh.map((series) => [keyOf(series), series]));
  const stays = (atS: number) => atS >= oldest && (atS < fromS || atS > toS);
  const merged = new Map<string, Series>();
  for (const series of known) {
    const points = series.points.filter(([atS]) => stays(atS));
    const cells = series.cells?.filter(({ atS }) => stays(atS));
    merged.set(keyOf(series), { ...series, points, ...(cells && { cells }) });
  }
  for (const [key, { labels, points, cells }] of byLabels) {
    const before = merged.get(key);
    merged.set(key, {
      labels,
      points: [...(before?.points ?? []), ...points].sort(([a], [b]) => a - b),
      ...(cells && { cells: [...(before?.cells ?? []), ...cells] }),
    });
  }
  return [...merged.values()].filter(
    ({ points, cells = [] }) => points.length > 0 || cells.length > 0,
  );
}

const keyOf = ({ labels }: Series): string =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));

/** A lab that has just begun fills the width, from its first minute on. */
const leastWidthSeconds = 60;

/** Where the time axis begins: the window is not shown before there was anything to see. */
export function beginning(history: History, toS: number, windowSeconds: number): number {
  const firstS = history.answers[presence.name]?.[0]?.points[0]?.[0] ?? toS;
  return Math.max(toS - windowSeconds, Math.min(firstS, toS - leastWidthSeconds));
}

/** Prometheus missed more than one scrape of itself: too much to be an accident. */
const longestBlinkSeconds = 4;

/** Times in which nobody watched: Prometheus had no sample of itself, or was started again. */
export function gapsOf(history: History, untilS: number): Span[] {
  const seen = history.answers[presence.name]?.[0]?.points ?? [];
  return seen.flatMap(([fromS, startedAtS], index) => {
    const [toS, nextStartedAtS] = seen[index + 1] ?? [untilS, startedAtS];
    const isGap = toS - fromS > longestBlinkSeconds || nextStartedAtS !== startedAtS;
    return isGap ? [{ fromS, toS }] : [];
  });
}

const isIn = (gaps: readonly Span[], atS: number): boolean =>
  gaps.some(({ fromS, toS }) => atS > fromS && atS < toS);

/** Without what Prometheus says of times in which it saw nothing: it repeats a last value awhile. */
export function outsideGaps(series: readonly Series[], gaps: readonly Span[]): Series[] {
  if (gaps.length === 0) return [...series];
  return series.map(({ points, cells, ...rest }) => ({
    ...rest,
    points: points.filter(([atS]) => !isIn(gaps, atS)),
    ...(cells && { cells: cells.filter(({ atS }) => !isIn(gaps, atS)) }),
  }));
}

/** Broken, by a point without a value, wherever more is missing than a scrape. */
export function brokenLine(points: readonly Point[]): [atS: number, value: number | null][] {
  return points.flatMap(([atS, value], index) => {
    const next = points[index + 1]?.[0];
    const breaks = next !== undefined && next - atS > bridgedSeconds;
    return breaks
      ? [
          [atS, value],
          [atS + 1, null],
        ]
      : [[atS, value]];
  });
}

/** Cumulative buckets (a series for each `le`) as cells. */
export function cellsOfBuckets(series: readonly Series[]): Cell[] {
  const byBound = series
    .map(({ labels, points }) => ({
      bound: labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le),
      counts: new Map(points),
    }))
    .sort((a, b) => a.bound - b.bound);
  return byBound.flatMap(({ bound, counts }, index) => {
    const below = byBound[index - 1];
    return [...counts].flatMap(([atS, count]) => {
      const inside = count - (below?.counts.get(atS) ?? 0);
      return inside > 0 ? [{ atS, low: below?.bound ?? 0, high: bound, count: inside }] : [];
    });
  });
}

/** The latest value, unless it is older than a scrape may be late. */
export function latest({ points }: Series, nowS: number): number | undefined {
  const point = points.at(-1);
  return point && nowS - point[0] <= bridgedSeconds ? point[1] : undefined;
}
