// A night in words: its figures, its news for messages and the gate, the terminal's table and the
// summary of a CI job.

import type { ExitCode } from '../../errors';
import { plural } from '../../render/format';
import { paint, paper, type Screen, wrapProse } from '../../render/screen';
import { renderTable } from '../../render/terminal';
import {
  type MeasuredSeries,
  type NightChange,
  type NightEntry,
  type NightMetric,
  seriesId,
} from '../../results/night-schema';

const metrics: Record<NightMetric, { title: string; unit: string; scale: number }> = {
  'cpu-ratio': { title: 'CPU per request, over the yardstick', unit: '', scale: 1 },
  'p50-ratio': { title: 'median latency, over the yardstick', unit: '', scale: 1 },
  'p99-ratio': { title: 'p99, over the yardstick', unit: '', scale: 1 },
  capacity: { title: 'capacity', unit: 'req/s', scale: 1 },
  p99: { title: 'p99 at a fixed rate', unit: 'ms', scale: 1e3 },
  cpu: { title: 'CPU per request', unit: 'ms', scale: 1e3 },
  memory: { title: 'memory', unit: 'MB', scale: 1e-6 },
};

export const metricTitle = (metric: NightMetric): string => metrics[metric].title;
export const metricUnit = (metric: NightMetric): string => metrics[metric].unit;

/** In the unit that is shown. */
export const scaled = (metric: NightMetric, value: number): number => value * metrics[metric].scale;

/** Three digits: a night is no more precise. */
export function formatMetric(metric: NightMetric, value: number): string {
  const figure = scaled(metric, value);
  if (metrics[metric].unit === '') return figure.toFixed(3);
  const rounded = Math.abs(figure) >= 1000 ? Math.round(figure) : Number(figure.toPrecision(3));
  return `${rounded} ${metrics[metric].unit}`;
}

/** "APP@COMMIT", with as much of the commit as git shows. */
export const yardstickTitle = (yardstick: string): string =>
  yardstick.replace(/@(.*)$/, (_, version: string) => `@${formatRevision(version)}`);

export const formatEffect = (effect: number | null): string =>
  effect === null ? '-' : `${effect > 0 ? '+' : ''}${Number((100 * effect).toPrecision(3))} %`;

/** As git shortens it; `-dirty` stays. */
export const formatRevision = (revision: string | null): string =>
  revision === null ? 'unknown' : revision.replace(/^([0-9a-f]{12})[0-9a-f]+/, '$1');

/** Two digits of a p-value. */
export const formatP = (p: number): string => String(Number(p.toPrecision(2)));

/** The series, both levels and the revisions between which the change came. */
function describeChange(series: MeasuredSeries, change: NightChange): string {
  const { metric } = series;
  return (
    `${seriesId(series)}: ${metricTitle(metric)} went from ${formatMetric(metric, change.before)} to ` +
    `${formatMetric(metric, change.after)} (${formatEffect(change.effect)}, p ${formatP(change.p)}) ` +
    `in the night of ${change.night}: revision ${formatRevision(change.revision)}, ` +
    `after ${formatRevision(change.revisionBefore)} in the night of ${change.nightBefore}.`
  );
}

const isRegression = ({ change }: MeasuredSeries): boolean => change?.direction === 'regression';

/** Open regressions that were measured: found tonight, or earlier and neither accepted nor fixed. */
const openRegressions = ({ series }: NightEntry): MeasuredSeries[] =>
  series.filter((one) => one.state === 'open' || (one.state === 'changed' && isRegression(one)));

/** Names of all series with an open regression, measured or not. */
const openSeries = (entry: NightEntry): string[] => [
  ...openRegressions(entry).map(seriesId),
  ...(entry.stillOpen ?? []),
];

type News = {
  kind: 'regression' | 'improvement' | 'fixed' | 'void' | 'valid again';
  text: string;
};

/** @param before the night before, void or not; undefined: there was none */
export function newsOf(entry: NightEntry, before: NightEntry | undefined): News[] {
  const { night, status, series } = entry;
  const wasVoid = before?.status === 'void';
  if (status === 'void') {
    const text = `The night of ${night} is void: ${describeTrials(entry)}.`;
    return wasVoid ? [] : [{ kind: 'void', text }];
  }
  const news: News[] = [];
  if (wasVoid) {
    news.push({ kind: 'valid again', text: `The night of ${night} could be measured again.` });
  }
  for (const one of series) {
    const { state, change } = one;
    if (change === null || (state !== 'changed' && state !== 'mended')) continue;
    const what = describeChange(one, change);
    if (state === 'mended') news.push({ kind: 'fixed', text: `Fixed. ${what}` });
    else if (isRegression(one)) news.push({ kind: 'regression', text: `Regression. ${what}` });
    else {
      news.push({ kind: 'improvement', text: `Improvement. ${what} It is the new baseline.` });
    }
  }
  return news;
}

const describeTrials = ({ trials }: NightEntry): string =>
  `${trials.void} of ${plural(trials.valid + trials.void, 'block')} void`;

/** Exit code: 4 for a void night, 3 while a confirmed regression is open of what the night should measure. */
export function gateOf(entry: NightEntry): ExitCode {
  if (entry.status === 'void') return 4;
  return openSeries(entry).length > 0 ? 3 : 0;
}

/** One message for all news; empty if there is none. */
export function renderMessage(news: readonly News[]): string {
  if (news.length === 0) return '';
  const has = (wanted: News['kind']): boolean => news.some(({ kind }) => kind === wanted);
  return [
    `Headroom nightly: ${has('regression') || has('void') ? 'somebody should look' : 'good news'}.`,
    ...news.map(({ text }) => `- ${text}`),
    ...(has('regression') ? ['docs/runbook.md#nightregression says what to do.'] : []),
  ].join('\n');
}

const states: Record<MeasuredSeries['state'], string> = {
  short: 'too few nights yet',
  quiet: 'quiet',
  suspicious: 'suspicious: the next night decides',
  recorded: 'recorded, not judged',
  unconfirmed: 'quiet: re-runs did not confirm a change',
  changed: 'changed',
  open: 'open regression',
  mended: 'fixed',
};

function describeState({ state, change }: Pick<MeasuredSeries, 'state' | 'change'>): string {
  if (change === null) return states[state];
  const { effect, direction, night } = change;
  if (state === 'changed') return `${direction}, ${formatEffect(effect)}`;
  return `${states[state]}: ${formatEffect(effect)} since ${night}`;
}

const header = ['series', 'metric', 'tonight', 'verdict'];
const rowsOf = ({ series }: NightEntry): string[][] =>
  series.map(({ metric, ...one }) => [
    seriesId(one),
    metricTitle(metric),
    one.values.map((value) => formatMetric(metric, value)).join(', '),
    describeState(one),
  ]);

/** A line for each open regression. */
function verdictOf(entry: NightEntry): string[] {
  const { stillOpen = [] } = entry;
  const unmeasured = stillOpen.map((name) => `Still open, and without a value tonight: ${name}.`);
  if (gateOf(entry) === 4) {
    return [`Void: ${describeTrials(entry)}. The night is left out.`, ...unmeasured];
  }
  const open = openRegressions(entry).flatMap((one) =>
    one.change ? `Regression: ${describeChange(one, one.change)}` : [],
  );
  return gateOf(entry) === 0 ? ['No regression.'] : [...open, ...unmeasured];
}

function warningsOf(entry: NightEntry): string[] {
  // A warning that applies to several series is printed once.
  const byText = Map.groupBy(
    entry.series.flatMap((one) => one.warnings.map((text) => ({ text, name: seriesId(one) }))),
    ({ text }) => text,
  );
  return [
    ...entry.warnings,
    ...[...byText].map(([text, those]) =>
      those.length === entry.series.length && those.length > 1
        ? `All series: ${text}`
        : `${those.map(({ name }) => name).join(', ')}: ${text}`,
    ),
  ];
}

export function renderNight(entry: NightEntry, screen: Screen = paper): string {
  const lines = [
    `Night of ${entry.night}, revision ${formatRevision(entry.revision)}, ${describeTrials(entry)}`,
    ...(entry.series.length > 0
      ? [renderTable(header, rowsOf(entry), { words: [0, 1, 2, 3], screen })]
      : []),
    ...verdictOf(entry).map((line) => paint('bold', wrapProse(line, screen, '  '), screen)),
    ...warningsOf(entry).map((warning) => wrapProse(`Warning: ${warning}`, screen, '  ')),
  ];
  return `${lines.join('\n')}\n`;
}

/** In GitHub's Markdown. */
export function renderSummary(entry: NightEntry): string {
  const row = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(' | ')} |`;
  const lines = [
    `## Night of ${entry.night}`,
    '',
    ...verdictOf(entry).map((line) => `**${line}**\n`),
    `Revision \`${formatRevision(entry.revision)}\`, ${describeTrials(entry)}, run \`${entry.run}\`.`,
    '',
    row(header),
    row(header.map(() => '---')),
    ...rowsOf(entry).map(row),
    '',
    ...warningsOf(entry).map((warning) => `- ${warning}`),
  ];
  return `${lines.join('\n')}\n`;
}

const escapeCell = (text: string): string => text.replace(/[|\\]/g, '\\$&').replace(/\n/g, ' ');

/** Sent when there was no other message for so many days, so that silence is noticed. */
export function renderHeartbeat(nights: readonly NightEntry[], days: number): string {
  const latest = nights.at(-1);
  if (latest === undefined) return '';
  const since = new Date(Date.parse(latest.endedAt) - days * 86_400_000).toISOString();
  const recent = nights.filter(({ endedAt }) => endedAt > since);
  const voids = recent.filter(({ status }) => status === 'void').length;
  const open = openSeries(latest);
  return [
    `Headroom nightly: still here. ${plural(recent.length, 'night')} in the last ${plural(days, 'day')}, ${voids} void; ${latest.series.length} series in the night of ${latest.night}.`,
    open.length === 0 ? 'No open regression.' : `Still open: ${open.join(', ')}.`,
  ].join(' ');
}
