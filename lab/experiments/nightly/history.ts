// `lab history`: the trend of the nights with its changes; `lab history accept` makes a regression the
// new baseline.
import os from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { execaSync } from 'execa';
import { usageError } from '../../errors';
import { resultsDir } from '../../paths';
import { plural } from '../../render/format';
import { renderTable } from '../../render/table';
import { writeFileAtomic } from '../../results/atomic';
import { appendToHistory, readHistory } from '../../results/history';
import { nightHistories } from '../../results/night-series';
import { describeFate, historyView, type SeriesView } from './history-view';
import { formatEffect, formatMetric, formatRevision, metricTitle } from './text';
import { renderTrends } from './trend-page';

export function register(program: Command): void {
  const history = program
    .command('history')
    .description('the trend of the nights, with change points and the revisions on both sides')
    .argument('[series]', 'the beginning of a name such as express/default/micro/p99')
    .option('--html [file]', 'write the trend page instead: history.html beside the runs')
    .option('--json', 'print JSON')
    .action((series: string | undefined, options: { html?: string | true; json?: boolean }) => {
      const past = readHistory(resultsDir);
      const views = historyView(past, series);
      if (series !== undefined && views.length === 0) throw unknownSeries(series);
      for (const warning of past.warnings) console.error(`Warning: ${warning}`);
      if (options.html !== undefined) {
        const file =
          options.html === true ? join(resultsDir, 'history.html') : resolve(options.html);
        writeFileAtomic(file, renderTrends(views, past.warnings));
        process.stdout.write(`${file}\n`);
        return;
      }
      process.stdout.write(
        options.json ? `${JSON.stringify(views, null, 2)}\n` : renderHistory(views),
      );
    });
  history
    .command('accept')
    .description('accept an open regression as the new baseline')
    .argument('<series>', 'its whole name, as `lab history` prints it')
    .requiredOption('--why <text>', 'the reason, for whoever asks later')
    .option('--who <name>', 'who accepts it; git’s user.name if not said')
    .action((series: string, options: { why: string; who?: string }) => accept(series, options));
}

async function accept(
  series: string,
  { why, who = committer() }: { why: string; who?: string },
): Promise<void> {
  if (why.trim() === '') throw usageError('--why is empty: say why the regression is accepted.');
  const open = nightHistories(readHistory(resultsDir).entries).get(series)?.current.open;
  if (open === undefined) throw unknownSeries(series);
  if (open === null) {
    throw usageError(
      `${series} has no open regression, so there is nothing to accept: \`npm run lab -- history\` lists those that have.`,
    );
  }
  const warnings = await appendToHistory(resultsDir, {
    schemaVersion: 1,
    type: 'acceptance',
    series,
    night: open.night,
    who,
    at: new Date().toISOString(),
    why,
  });
  for (const warning of warnings) console.error(`Warning: ${warning}`);
  process.stdout.write(
    `${series}: the level since the night of ${open.night} is the new baseline (${who}: ${why}).\n`,
  );
}

function unknownSeries(series: string): Error {
  const known = historyView(readHistory(resultsDir)).map((view) => view.series);
  return usageError(
    `No night has measured a series "${series}": ${known.length > 0 ? `there are ${known.join(', ')}` : '`npm run lab -- nightly` measures the first'}.`,
  );
}

function committer(): string {
  // Without git, or where nobody told it a name, there is none.
  const { stdout } = execaSync('git', ['config', 'user.name'], { reject: false });
  return stdout?.trim() || os.userInfo().username;
}

function renderHistory(views: readonly SeriesView[]): string {
  const body =
    views.length === 0
      ? ['No night has been measured yet: `npm run lab -- nightly` measures one.']
      : views.map(renderSeries);
  return `${body.join('\n\n')}\n`;
}

function renderSeries(view: SeriesView): string {
  const { metric, nights, latest, level, noiseFloor } = view;
  const lines = [
    `${view.series}: ${metricTitle(metric)}, ${view.better} is better. ${describeState(view)}`,
    `  ${trend(view)}  ${plural(nights.length, 'night')} under the current conditions, ${nights[0]?.night} to ${latest?.night}`,
    `  ${[
      latest && `latest ${formatMetric(metric, latest.value)}`,
      level !== null && `level ${formatMetric(metric, level)}`,
      noiseFloor === null
        ? 'no noise floor yet'
        : `noise floor ${Number((100 * noiseFloor).toPrecision(2))} % from night to night`,
    ]
      .filter(Boolean)
      .join(', ')}`,
    ...view.splits.map(
      ({ night, what }) => `  Conditions changed in the night of ${night}: ${what.join('; ')}.`,
    ),
  ];
  if (view.changes.length > 0) lines.push(changesTable(view));
  return lines.join('\n');
}

const changesTable = ({ metric, changes }: SeriesView): string =>
  renderTable(
    ['change', 'before', 'after', 'effect', 'p', 'revision before', 'revision after', 'fate'],
    changes.map((change) => [
      change.night,
      formatMetric(metric, change.before),
      formatMetric(metric, change.after),
      formatEffect(change.effect),
      String(Number(change.p.toPrecision(2))),
      formatRevision(change.revisionBefore),
      formatRevision(change.revision),
      describeFate(change),
    ]),
  );

function describeState({ state, nightsMissing, changes }: SeriesView): string {
  const open = changes.find(({ fate }) => fate === 'stands');
  if (open) return `OPEN REGRESSION since the night of ${open.night}.`;
  if (nightsMissing > 0) return `Not judged yet: ${plural(nightsMissing, 'night')} missing.`;
  return state === 'mended' ? 'Fixed.' : 'Quiet.';
}

const bars = '▁▂▃▄▅▆▇█';
const widest = 60;

/** The latest nights as bars between the least and the greatest; a night that was left out is a dot. */
function trend({ nights }: SeriesView): string {
  const shown = nights.slice(-widest);
  const values = shown.map(({ values: [first] }) => first as number);
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  return shown
    .map(({ leftOut }, index) => {
      if (leftOut) return '·';
      const share =
        greatest === least ? 0 : ((values[index] as number) - least) / (greatest - least);
      return bars[Math.round(share * (bars.length - 1))];
    })
    .join('');
}
