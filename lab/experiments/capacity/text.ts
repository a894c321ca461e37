// A capacity run, for the terminal and for the page.

import type { SearchedTrial } from '../../measure/search/search-state';
import { sayChange, sayHighestHeld } from '../../measure/search/search-words';
import { coresOf } from '../../render/cores';
import { plural, sayCount, sayMs, sayRate } from '../../render/format';
import { searchLegend } from '../../render/page/experiment-legend';
import { renderFigure } from '../../render/page/figure';
import { html, type Markup } from '../../render/page/markup';
import { facts, table } from '../../render/page/table';
import { renderTable } from '../../render/table';
import { appTitle } from '../../results/findings';
import type { RunRecord } from '../../results/schemas';
import type { Kind } from '../kind';
import { analyseCapacity, type SearchResult } from './analyse';
import { capacityChart } from './chart';

export const capacity: Kind<'capacity'> = {
  analyse: (design, trials, run) => {
    const result = analyseCapacity(design, trials, coresOf(run, 0));
    const { warnings } = result;
    return run.status === 'partial'
      ? { ...result, warnings: [...warnings, sayResume(run)] }
      : result;
  },
  renderText: ({ searches }) => searches.map(renderSearch).join('\n\n'),
  sections: ({ searches }) => [
    {
      id: 'search',
      title: searches.length > 1 ? 'Searches' : 'Search',
      body: html`${searches.slice(0, 1).map(({ app }) => searchLegend(app))}<div class="rows">${searches.map(searchOnPage)}</div>`,
    },
  ],
};

/** Of a search's trials; `holds` and `fails` are the bounds after each, in brackets until known. */
const columns: readonly { title: string; cell: (trial: SearchedTrial) => string }[] = [
  { title: 'trial', cell: ({ number }) => String(number) },
  { title: 'offered/s', cell: ({ load }) => String(load) },
  { title: 'step', cell: ({ durationSeconds }) => `${durationSeconds} s` },
  {
    title: 'late or failed',
    cell: ({ lossRatio }) => (lossRatio === null ? '-' : sayLoss(lossRatio)),
  },
  { title: 'p99 ms', cell: ({ p99Ms }) => sayMs(p99Ms) },
  { title: 'holds', cell: (trial) => sayBound(trial, 'lower') },
  { title: 'fails', cell: (trial) => sayBound(trial, 'upper') },
  { title: 'verdict', cell: sayTrial },
];

export const sayResume = ({ id }: RunRecord): string =>
  `This run was cut off; \`npm run lab -- capacity --resume ${id}\` goes on with it.`;

function searchOnPage(search: SearchResult, index: number, all: readonly SearchResult[]): Markup {
  const title = `${appTitle(search.app)}: ${all.length > 1 ? `search ${index + 1}` : 'the bounds closing in'}`;
  const [first, ...rest] = columns;
  return html`${renderFigure(capacityChart(search, `search-${index + 1}`, title))}
${facts(factsOf(search))}
${table({
  caption: html`${title} <span class="aside">${sayEnding(search)}</span>`,
  header: columns.map(({ title: name }) => name),
  rows: search.trials.map((trial) => ({
    head: first?.cell(trial) ?? '',
    cells: rest.map(({ cell }) => cell(trial)),
    kind: trial.outcome,
  })),
  words: [columns.length - 1],
})}`;
}

const factsOf = (search: SearchResult): { name: string; value: string }[] => [
  search.holdsRps === null
    ? { name: 'Highest load that held', value: sayHighestHeld(search) }
    : { name: 'Holds', value: perSecond(search.holdsRps) },
  ...known('Fails', search.failsRps, perSecond),
  ...known('Conditional throughput', search.conditionalThroughput, perSecond),
  ...known('p99 where it holds', search.p99Ms, (ms) => `${sayMs(ms)} ms`),
  ...search.changes.map((change) => ({ name: 'The machine', value: sayChange(change) })),
  {
    name: 'Trials and time',
    value: `${plural(search.trials.length, 'trial')}, ${sayMinutes(search.spentSeconds)}`,
  },
  { name: 'What limits it', value: search.bottleneck.words },
];

const perSecond = (rate: number): string => `${sayRate(rate)}/s`;

/** A fact that is not known is left out. */
const known = (name: string, value: number | null, say: (value: number) => string) =>
  value === null ? [] : [{ name, value: say(value) }];

function renderSearch(search: SearchResult, index: number, all: readonly SearchResult[]): string {
  const title = all.length > 1 ? `Search ${index + 1} of ${all.length}` : 'Search';
  return [
    `${title}: ${plural(search.trials.length, 'trial')}, ${sayMinutes(search.spentSeconds)}`,
    renderTable(
      columns.map(({ title: name }) => name),
      search.trials.map((trial) => columns.map(({ cell }) => cell(trial))),
    ),
    `  ${sayEnding(search)}`,
  ].join('\n');
}

export function sayEnding({ ending, conditionalThroughput }: SearchResult): string {
  const throughput =
    conditionalThroughput === null
      ? ''
      : `Conditional throughput ${sayRate(conditionalThroughput)}/s. `;
  return `${throughput}${ending === null ? 'Not ended.' : `Ended: ${ending.reason}.`}`;
}

function sayBound({ bounds, leaning }: SearchedTrial, bound: 'lower' | 'upper'): string {
  const [known, leans] = [bounds[bound], leaning[bound]];
  return known !== null || leans === null ? sayCount(known) : `(${leans})`;
}

export const sayLoss = (ratio: number): string => `${(100 * ratio).toFixed(2)} %`;
const sayMinutes = (seconds: number): string =>
  seconds < 100 ? `${Math.round(seconds)} s` : `${(seconds / 60).toFixed(1)} min`;

function sayTrial({ outcome, reasons }: SearchedTrial): string {
  return outcome === 'void' ? `void: ${reasons.map(withoutReason).join('; ')}` : outcome;
}

/** Why a bound is what it is stands under validity: said of each of fifty trials, it hides them. */
export const withoutReason = (text: string): string => text.split(': ')[0] ?? text;
