// `lab history`: the trend of the nights with its changes; `lab history accept` makes a regression the
// new baseline.
import os from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { execaSync } from 'execa';
import { appNames } from '../../../contract/apps';
import { printResult } from '../../cli/options';
import { usageError } from '../../errors';
import { resultsDir } from '../../paths';
import { plural } from '../../render/format';
import { sectionsOf } from '../../render/page/draw-view';
import { html } from '../../render/page/markup';
import { renderShell } from '../../render/page/shell';
import type { Screen } from '../../render/screen';
import { renderViews } from '../../render/terminal';
import { writeFileAtomic } from '../../results/atomic';
import { appendToHistory, readHistory } from '../../results/history';
import { historyVersion, type NightChange } from '../../results/night-schema';
import { type NightHistory, nightHistories, pairOf } from '../../results/night-series';
import { makeFolder } from '../../system-errors';
import { historyView, historyViews, type SeriesView } from './history-view';
import { yardstickTitle } from './text';

export function register(program: Command): void {
  const history = program
    .command('history')
    .description('the trend of the nights, with change points and the revisions on both sides')
    .argument('[series]', `the beginning of a name such as ${appNames[0]}/default/micro/p99`)
    .option('--html [file]', 'write the trend page instead: history.html beside the runs')
    .option('--json', 'print JSON')
    .action((series: string | undefined, options: { html?: string | true; json?: boolean }) => {
      const past = readHistory(resultsDir);
      const views = historyView(past, series);
      if (series !== undefined && views.length === 0) throw unknownSeries(series);
      for (const warning of past.warnings) console.error(`Warning: ${warning}`);
      if (options.html !== undefined) {
        if (options.html === true) makeFolder(resultsDir);
        const file =
          options.html === true ? join(resultsDir, 'history.html') : resolve(options.html);
        writeFileAtomic(file, renderTrends(views, past.warnings));
        process.stdout.write(`${file}\n`);
        return;
      }
      printResult({ json: options.json ?? false }, views, renderHistory);
    });
  history
    .command('accept')
    .description(
      'accept an open regression: its revision is the new yardstick of all metrics there',
    )
    .argument('<series>', 'its whole name, as `lab history` prints it')
    .requiredOption('--why <text>', 'the reason, for whoever asks later')
    .option('--who <name>', 'who accepts it; git’s user.name by default')
    .action((series: string, options: { why: string; who?: string }) => accept(series, options));
}

async function accept(
  series: string,
  { why, who = committer() }: { why: string; who?: string },
): Promise<void> {
  if (why.trim() === '') throw usageError('--why is empty: say why the regression is accepted.');
  const current = nightHistories(readHistory(resultsDir).entries).get(series)?.current;
  if (current === undefined) throw unknownSeries(series);
  const { open } = current;
  if (open === null) {
    throw usageError(
      `${series} has no open regression, so there is nothing to accept: \`npm run lab -- history\` lists those that have.`,
    );
  }
  const yardstick = yardstickOf(current, open);
  const warnings = await appendToHistory(resultsDir, {
    schemaVersion: historyVersion,
    type: 'acceptance',
    series,
    night: open.night,
    ...(yardstick !== undefined && { yardstick }),
    who,
    at: new Date().toISOString(),
    why,
  });
  for (const warning of warnings) console.error(`Warning: ${warning}`);
  const what =
    yardstick === undefined
      ? `${series}: the level since the night of ${open.night} is the new baseline`
      : `${pairOf(series)}: ${yardstickTitle(yardstick)} is the yardstick from now on, of every metric`;
  process.stdout.write(`${what} (${who}: ${why}).\n`);
}

/**
 * The first revision since the regression began that can be built again; undefined where the yardstick is none.
 *
 * @throws LabError (exit 2) where there is none
 */
export function yardstickOf(
  { identity, conditions, nights }: Pick<NightHistory, 'identity' | 'conditions' | 'nights'>,
  { night, revision }: NightChange,
): string | undefined {
  const { app } = identity;
  if (!conditions.yardstick?.startsWith(`${app}@`)) return undefined;
  const from = nights.findIndex((one) => one.night === night);
  const since = nights.slice(from).map((one) => one.revision);
  const committed = since.find((one) => one !== null && !one.endsWith('-dirty'));
  if (committed) return `${app}@${committed}`;
  throw usageError(
    `All nights since that of ${night} measured ${revision === null ? 'no known revision' : 'changes that were not committed'}, which nobody can build again as a yardstick. Commit them and let a night measure the commit, or take them back.`,
  );
}

function unknownSeries(series: string): Error {
  const known = historyView(readHistory(resultsDir)).map((view) => view.series);
  return usageError(
    `No night has measured a series "${series}": ${known.length > 0 ? `there are ${known.join(', ')}` : '`npm run lab -- nightly` measures the first'}.`,
  );
}

function committer(): string {
  // Without git, or where git has no name, there is none.
  const { stdout } = execaSync('git', ['config', 'user.name'], { reject: false });
  const named = stdout?.trim();
  if (named) return named;
  try {
    return os.userInfo().username;
  } catch {
    // A container's user may have no name.
    throw usageError('Nobody is known here by name: say who accepts it with --who NAME.');
  }
}

const renderHistory = (views: readonly SeriesView[], screen: Screen): string =>
  views.length === 0
    ? 'No night has been measured yet: `npm run lab -- nightly` measures one.\n'
    : `${renderViews(historyViews(views), screen)}\n`;

/** The trend page: all nights of all series, without Grafana. */
function renderTrends(views: readonly SeriesView[], warnings: readonly string[]): string {
  const nights = new Set(views.flatMap((view) => view.nights.map(({ night }) => night)));
  const [first, ...others] = [...nights].sort();
  const open = views.filter(({ changes }) => changes.some(({ fate }) => fate === 'stands'));
  return renderShell({
    title: 'Nights',
    about: html`<p class="about">${plural(views.length, 'series', 'series')} over ${plural(nights.size, 'night')}${first !== undefined && `, ${first} to ${others.at(-1) ?? first}`}</p>
<p>${open.length === 0 ? 'No open regression.' : `${plural(open.length, 'open regression')}: ${open.map(({ series }) => series).join(', ')}.`}</p>
${warnings.map((warning) => html`<p class="check">${warning}</p>`)}`,
    source: 'history.jsonl',
    sections: sectionsOf(historyViews(views)),
    footer: html`Made by <code>lab history --html</code> from <code>history.jsonl</code>; <code>lab history --json</code> gives the same for machines.`,
  });
}
