// A night in words: its figures, its news for messages and the gate, the terminal's table and the
// summary of a CI job.

import type { ExitCode } from '../../errors';
import { plural } from '../../render/format';
import { renderTable } from '../../render/table';
import {
  type MeasuredSeries,
  type NightChange,
  type NightEntry,
  type NightMetric,
  seriesId,
} from '../../results/night-schema';

type Wording = { title: string; unit: string; scale: number };

const metrics: Record<NightMetric, Wording> = {
  capacity: { title: 'capacity', unit: 'req/s', scale: 1 },
  p99: { title: 'p99 at a fixed rate', unit: 'ms', scale: 1e3 },
  cpu: { title: 'CPU per request', unit: 'ms', scale: 1e3 },
  memory: { title: 'memory', unit: 'MB', scale: 1e-6 },
};

const wordingOf = (metric: string): Wording =>
  metrics[metric as NightMetric] ?? { title: metric, unit: '', scale: 1 };

export const metricTitle = (metric: string): string => wordingOf(metric).title;
export const metricUnit = (metric: string): string => wordingOf(metric).unit;

/** In the unit that is shown. */
export const scaled = (metric: string, value: number): number => value * wordingOf(metric).scale;

/** Three digits: a night is no more precise. */
export function formatMetric(metric: string, value: number): string {
  const figure = scaled(metric, value);
  const rounded = Math.abs(figure) >= 1000 ? Math.round(figure) : Number(figure.toPrecision(3));
  return `${rounded} ${wordingOf(metric).unit}`.trim();
}

export const formatEffect = (effect: number | null): string =>
  effect === null ? '-' : `${effect > 0 ? '+' : ''}${Number((100 * effect).toPrecision(3))} %`;

/** As git shortens it; `-dirty` stays. */
export const formatRevision = (revision: string | null): string =>
  revision === null ? 'unknown' : revision.replace(/^([0-9a-f]{12})[0-9a-f]+/, '$1');

/** Both levels and the revisions between which the change came. */
export function describeChange(
  series: Pick<MeasuredSeries, 'metric'>,
  change: NightChange,
): string {
  const { metric } = series;
  return (
    `${metricTitle(metric)} went from ${formatMetric(metric, change.before)} to ` +
    `${formatMetric(metric, change.after)} (${formatEffect(change.effect)}, p ${Number(change.p.toPrecision(2))}) ` +
    `in the night of ${change.night}: revision ${formatRevision(change.revision)}, ` +
    `after ${formatRevision(change.revisionBefore)} in the night of ${change.nightBefore}`
  );
}

export type News = {
  kind: 'regression' | 'improvement' | 'fixed' | 'void' | 'valid again';
  text: string;
};

const isRegression = ({ change }: MeasuredSeries): boolean => change?.direction === 'regression';

/** Open regressions: found tonight, or earlier and neither accepted nor fixed. */
export const openRegressions = ({ series }: NightEntry): MeasuredSeries[] =>
  series.filter((one) => one.state === 'open' || (one.state === 'changed' && isRegression(one)));

/** @param before the night before, void or not; undefined: there was none */
export function newsOf(entry: NightEntry, before: NightEntry | undefined): News[] {
  if (entry.status === 'void') {
    if (before?.status === 'void') return [];
    return [
      { kind: 'void', text: `The night of ${entry.night} is void: ${describeTrials(entry)}.` },
    ];
  }
  const again: News[] =
    before?.status === 'void'
      ? [{ kind: 'valid again', text: `The night of ${entry.night} could be measured again.` }]
      : [];
  return [
    ...again,
    ...entry.series.flatMap((one): News[] => {
      if (one.change === null) return [];
      const what = `${seriesId(one)}: ${describeChange(one, one.change)}.`;
      if (one.state === 'mended') return [{ kind: 'fixed', text: `Fixed. ${what}` }];
      if (one.state !== 'changed') return [];
      return isRegression(one)
        ? [{ kind: 'regression', text: `Regression. ${what}` }]
        : [{ kind: 'improvement', text: `Improvement. ${what} It is the new baseline.` }];
    }),
  ];
}

export const describeTrials = ({ trials }: NightEntry): string =>
  `${trials.void} of ${plural(trials.valid + trials.void, 'trial')} void`;

/** Exit code: 3 while a confirmed regression is open, 4 for a void night. */
export function gateOf(entry: NightEntry): ExitCode {
  if (entry.status === 'void') return 4;
  return openRegressions(entry).length > 0 ? 3 : 0;
}

/** One message for all news; empty if there is none. */
export function renderMessage(news: readonly News[]): string {
  if (news.length === 0) return '';
  const wakes = news.some(({ kind }) => kind === 'regression' || kind === 'void');
  return [
    `Headroom nightly: ${wakes ? 'somebody should look' : 'good news'}.`,
    ...news.map(({ text }) => `- ${text}`),
    ...(news.some(({ kind }) => kind === 'regression')
      ? ['docs/runbook.md#nightregression says what to do.']
      : []),
  ].join('\n');
}

const states: Record<MeasuredSeries['state'], string> = {
  short: 'too few nights yet',
  quiet: 'quiet',
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

const rows = (entry: NightEntry): string[][] =>
  entry.series.map(({ metric, ...one }) => [
    seriesId(one),
    metricTitle(metric),
    one.values.map((value) => formatMetric(metric, value)).join(', '),
    describeState(one),
  ]);

const header = ['series', 'metric', 'tonight', 'verdict'];

export function renderVerdict(entry: NightEntry): string {
  const open = openRegressions(entry);
  if (gateOf(entry) === 4) return `Void: ${describeTrials(entry)}. The night is left out.`;
  if (open.length === 0) return 'No regression.';
  return open
    .map(
      (one) =>
        `Regression: ${seriesId(one)}: ${one.change ? describeChange(one, one.change) : ''}.`,
    )
    .join('\n');
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

export function renderNight(entry: NightEntry): string {
  const lines = [
    `Night of ${entry.night}, revision ${formatRevision(entry.revision)}, ${describeTrials(entry)}`,
    ...(entry.series.length > 0 ? [renderTable(header, rows(entry))] : []),
    renderVerdict(entry),
    ...warningsOf(entry).map((warning) => `Warning: ${warning}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** In GitHub's Markdown. */
export function renderSummary(entry: NightEntry): string {
  const row = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(' | ')} |`;
  const lines = [
    `## Night of ${entry.night}`,
    '',
    ...renderVerdict(entry)
      .split('\n')
      .map((line) => `**${line}**\n`),
    `Revision \`${formatRevision(entry.revision)}\`, ${describeTrials(entry)}, run \`${entry.run}\`.`,
    '',
    row(header),
    row(header.map(() => '---')),
    ...rows(entry).map(row),
    '',
    ...warningsOf(entry).map((warning) => `- ${warning}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** Sent when there was no other message for so many days, so that silence is noticed. */
export function renderHeartbeat(nights: readonly NightEntry[], days: number): string {
  const latest = nights.at(-1);
  if (latest === undefined) return '';
  const since = new Date(Date.parse(latest.endedAt) - days * 86_400_000).toISOString();
  const recent = nights.filter(({ endedAt }) => endedAt > since);
  const voids = recent.filter(({ status }) => status === 'void').length;
  const open = openRegressions(latest).map(seriesId);
  return [
    `Headroom nightly: still here. ${plural(recent.length, 'night')} in the last ${plural(days, 'day')}, ${voids} void; ${latest.series.length} series in the night of ${latest.night}.`,
    open.length === 0 ? 'No open regression.' : `Still open: ${open.join(', ')}.`,
  ].join(' ');
}

const escapeCell = (text: string): string => text.replace(/[|\\]/g, '\\$&').replace(/\n/g, ' ');
