// The idioms that every expression is made of.

/** Series of the apps' own metrics pages. */
export const ofApp = 'app=~"$app",instance=~"$replica"';
/** Series that k6 pushes. */
export const ofLoad = 'app=~"$app",run=~"$run",workload=~"$workload"';
/** Series of the exporter, and recorded ones, that belong to an app as a whole. */
export const ofAppAsAWhole = 'app=~"$app"';

/** Per second, over Grafana's window if no other is named. */
export const rate = (metric: string, matchers: string, window = '$__rate_interval'): string =>
  `rate(${metric}{${matchers}}[${window}])`;

/** Events of a counter in the time that is shown. An increase is extrapolated, and events are whole. */
export const happened = (metric: string, matchers = ''): string =>
  `round(increase(${metric}{${matchers}}[$__range]))`;

export const byApp = (expr: string): string => `sum by (app) (${expr})`;

/** Which labels a sum keeps. */
export type Sum = 'sum' | `sum by (${string})`;

// --- what k6 counts ---
//
// k6 sends a series for each step, route and status, from its first event on, and only when it has
// counted something. So a series is born above 0, which a rate never counts: it loses the first
// push of every step, and a step of a few seconds is hardly anything else. A rare event comes after a
// silence that is longer than Prometheus looks back, and the last push of a run is followed by a
// stale marker at once. Hence a difference of counts: what a series had before the window is taken
// off, one that had nothing counts whole, and one that has less than before belongs to a new k6.

/** Two pushes, which come every 2 s: 5 s would hold two of them or three. */
const countedSeconds = 4;

/** How long a series may be silent and is still known: longer than any step but a soak's. */
const remembered = '15m';

const nowOf = (selector: string): string => `last_over_time(${selector}[${countedSeconds}s])`;

const beforeOf = (selector: string): string =>
  `last_over_time(${selector}[${remembered}] offset ${countedSeconds}s)`;

const perSecond = (sum: string, now: string, before: string): string =>
  `(${sum} (${now}) - (${sum} (${before}) or 0 * ${sum} (${now}))) / ${countedSeconds}`;

/** Events per second of a counter of k6. */
export function eventsPerSecond(
  counter: string,
  matchers: string,
  sum: Sum = 'sum by (app)',
): string {
  const selector = `${counter}{${matchers}}`;
  const now = nowOf(selector);
  return perSecond(sum, now, `${beforeOf(selector)} <= ${now}`);
}

/** Histograms have no order: their counts tell which is of an earlier k6. */
const isOfThisRun = (selector: string): string =>
  `histogram_count(${beforeOf(selector)}) <= histogram_count(${nowOf(selector)})`;

/** The same of a native histogram of k6: a histogram of what was observed, per second. */
export function observationsPerSecond(
  histogram: string,
  matchers: string,
  sum: Sum = 'sum by (app)',
): string {
  const selector = `${histogram}{${matchers}}`;
  const before = `${beforeOf(selector)} and ${isOfThisRun(selector)}`;
  return perSecond(sum, nowOf(selector), before);
}

/**
 * The count or the sum of these observations, per second. Not `histogram_sum` of the above: of a
 * difference of histograms Prometheus 3.15 finds none where a reset lies in the range.
 */
export function partPerSecond(
  part: 'count' | 'sum',
  histogram: string,
  matchers: string,
  sum: Sum = 'sum by (app)',
): string {
  const selector = `${histogram}{${matchers}}`;
  const before = `histogram_${part}(${beforeOf(selector)}) and ${isOfThisRun(selector)}`;
  return perSecond(sum, `histogram_${part}(${nowOf(selector)})`, before);
}

/** All events of a counter of k6 in the time that is shown. k6 counts from 0 in each step. */
export const eventsInAll = (counter: string, matchers: string, sum: Sum = 'sum by (app)'): string =>
  `${sum} (last_over_time(${counter}{${matchers}}[$__range]))`;

/** The same of a native histogram: all that was observed in the time that is shown. */
export const observationsInAll = eventsInAll;

/** Without an event there is no series of events: then as many zeros as `like` has series. */
export const orZero = (expr: string, like: string): string => `(${expr} or 0 * ${like})`;

/** A ratio, where there is anything to divide by: a share of nothing is no share. */
export const ratio = (part: string, whole: string): string => `${part} / (${whole} > 0)`;

/** Parts and wholes are counted at times that differ a little: a share is held to what one can be. */
export const asShare = (expr: string): string => `clamp(${expr}, 0, 1)`;

export const share = (part: string, whole: string): string =>
  asShare(ratio(orZero(part, whole), whole));

/** Drops the NaN that a figure of no observations is. */
const ifAny = (expr: string): string => `${expr} >= 0`;

/** Of a classic histogram: `by` names the labels to keep besides le. */
export const classicQuantile = (
  q: number,
  histogram: string,
  matchers: string,
  by: string,
  window?: string,
): string =>
  ifAny(
    `histogram_quantile(${q}, sum by (${by}, le) (${rate(`${histogram}_bucket`, matchers, window)}))`,
  );

export const classicMean = (
  histogram: string,
  matchers: string,
  by: string,
  window?: string,
): string =>
  ratio(
    `sum by (${by}) (${rate(`${histogram}_sum`, matchers, window)})`,
    `sum by (${by}) (${rate(`${histogram}_count`, matchers, window)})`,
  );

export const nativeQuantile = (q: number, histogram: string, matchers: string): string =>
  ifAny(`histogram_quantile(${q}, ${observationsPerSecond(histogram, matchers)})`);

export const nativeMean = (histogram: string, matchers: string): string =>
  ratio(partPerSecond('sum', histogram, matchers), partPerSecond('count', histogram, matchers));
