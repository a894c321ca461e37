// A night on the terminal, and as the summary of a job's page.

import { plural } from '../../render/format';
import { renderTable } from '../../render/table';
import type { MeasuredSeries, NightEntry } from '../../results/night-schema';
import { metricTitle, sayChange, sayEffect, sayMetric, sayRevision } from './night-format';
import { gateOf, sayTrials, standingRegressions } from './night-news';
import { seriesName } from './night-series';

const states: Record<MeasuredSeries['state'], string> = {
  short: 'too few nights yet',
  quiet: 'quiet',
  unconfirmed: 'quiet: its re-runs did not bear it out',
  changed: 'changed',
  open: 'regression stands',
  mended: 'mended',
};

function sayState({ state, change }: MeasuredSeries): string {
  if (change === null) return states[state];
  const { effect, direction, night } = change;
  if (state === 'changed') return `${direction}, ${sayEffect(effect)}`;
  return `${states[state]}: ${sayEffect(effect)} since ${night}`;
}

const rows = (entry: NightEntry): string[][] =>
  entry.series.map((one) => [
    `${one.app}/${one.profile}/${one.workload}`,
    metricTitle(one.metric),
    one.values.map((value) => sayMetric(one.metric, value)).join(', '),
    sayState(one),
  ]);

const header = ['series', 'metric', 'tonight', 'verdict'];

export function renderVerdict(entry: NightEntry): string {
  const standing = standingRegressions(entry);
  if (gateOf(entry) === 4) return `Void: ${sayTrials(entry)}. The night counts for nothing.`;
  if (standing.length === 0) return 'No regression.';
  return standing
    .map(
      (one) => `Regression: ${seriesName(one)}: ${one.change ? sayChange(one, one.change) : ''}.`,
    )
    .join('\n');
}

function warningsOf(entry: NightEntry): string[] {
  // The same of many series is said once.
  const bySaying = Map.groupBy(
    entry.series.flatMap((one) => one.warnings.map((text) => ({ text, name: seriesName(one) }))),
    ({ text }) => text,
  );
  return [
    ...entry.warnings,
    ...[...bySaying].map(([text, those]) =>
      those.length === entry.series.length && those.length > 1
        ? `All series: ${text}`
        : `${those.map(({ name }) => name).join(', ')}: ${text}`,
    ),
  ];
}

export function renderNight(entry: NightEntry): string {
  const lines = [
    `Night of ${entry.night}, revision ${sayRevision(entry.revision)}, ${sayTrials(entry)}`,
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
    `Revision \`${sayRevision(entry.revision)}\`, ${sayTrials(entry)}, run \`${entry.run}\`.`,
    '',
    row(header),
    row(header.map(() => '---')),
    ...rows(entry).map(row),
    '',
    ...warningsOf(entry).map((warning) => `- ${warning}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** What is said when nothing was for so many days, so that silence is noticed. */
export function renderHeartbeat(nights: readonly NightEntry[], days: number): string {
  const latest = nights.at(-1);
  if (latest === undefined) return '';
  const since = new Date(Date.parse(latest.endedAt) - days * 86_400_000).toISOString();
  const recent = nights.filter(({ endedAt }) => endedAt > since);
  const voids = recent.filter(({ status }) => status === 'void').length;
  const standing = standingRegressions(latest).map(seriesName);
  return [
    `Headroom nightly: still here. ${plural(recent.length, 'night')} in the last ${plural(days, 'day')}, ${voids} void; ${latest.series.length} series in the night of ${latest.night}.`,
    standing.length === 0 ? 'No regression stands.' : `Still standing: ${standing.join(', ')}.`,
  ].join(' ');
}

const escapeCell = (text: string): string => text.replace(/[|\\]/g, '\\$&').replace(/\n/g, ' ');
