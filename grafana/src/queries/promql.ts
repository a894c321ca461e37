// The idioms that every expression is made of.

/** Series of the apps' own metrics pages. */
export const ofApp = 'app=~"$app",instance=~"$replica"';
/** Series that k6 pushes. */
export const ofLoad = 'app=~"$app",run=~"$run",workload=~"$workload"';
/** Series of the exporter, and recorded ones, that belong to an app as a whole. */
export const ofAppAsAWhole = 'app=~"$app"';

/** Per second, over Grafana's window. */
export const rate = (metric: string, matchers: string): string =>
  `rate(${metric}{${matchers}}[$__rate_interval])`;

export const byApp = (expr: string): string => `sum by (app) (${expr})`;

/** Without an event there is no series of events: then as many zeros as `like` has series. */
export const orZero = (expr: string, like: string): string => `(${expr} or 0 * ${like})`;

/** A ratio, where there is anything to divide by: a share of nothing is no share. */
export const ratio = (part: string, whole: string): string => `${part} / (${whole} > 0)`;

export const share = (part: string, whole: string): string => ratio(orZero(part, whole), whole);

/** Drops the NaN that a figure of no observations is. */
const ifAny = (expr: string): string => `${expr} >= 0`;

/** Of a classic histogram: `by` names the labels to keep besides le. */
export const classicQuantile = (q: number, histogram: string, matchers: string, by: string) =>
  ifAny(`histogram_quantile(${q}, sum by (${by}, le) (${rate(`${histogram}_bucket`, matchers)}))`);

export const classicMean = (histogram: string, matchers: string, by: string): string =>
  ratio(
    `sum by (${by}) (${rate(`${histogram}_sum`, matchers)})`,
    `sum by (${by}) (${rate(`${histogram}_count`, matchers)})`,
  );

export const nativeQuantile = (q: number, histogram: string, matchers: string): string =>
  ifAny(`histogram_quantile(${q}, ${byApp(rate(histogram, matchers))})`);

export const nativeMean = (histogram: string, matchers: string): string =>
  ifAny(`histogram_avg(${byApp(rate(histogram, matchers))})`);
