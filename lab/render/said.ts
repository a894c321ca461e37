// Ratios inside sentences: as many digits as a reader can use.

/** 0.0312 is "3.1 %". Beyond tenfold, digits would only pretend. */
export const percent = (ratio: number): string =>
  ratio > 10 ? 'over 1000 %' : `${Number((100 * ratio).toPrecision(2))} %`;

/** A factor between two subjects. */
export const times = (ratio: number | null): string =>
  ratio === null ? 'unknown' : ratio.toFixed(3);

export const timesInterval = ([low, high]: readonly [number | null, number | null]): string =>
  low === null || high === null ? 'no interval' : `${times(low)} to ${times(high)}`;

/** A doubt about all of `all` is said once, and any other with what it is about. */
export function saidOnce(
  doubts: readonly { where: string; text: string }[],
  all: number,
): string[] {
  return [...Map.groupBy(doubts, ({ text }) => text)].map(([text, places]) =>
    places.length === all ? text : `${places.map(({ where }) => where).join(', ')}: ${text}`,
  );
}
