// A capacity run on the page: each search with its bounds closing in.

import type { SearchResult } from '../../measure/search/search-result';
import { describeChange, describeHighestHeld } from '../../measure/search/search-result';
import { plural, sayMs, sayRate } from '../../render/format';
import { renderFigure } from '../../render/page/figure';
import { searchLegend } from '../../render/page/legend';
import { html, type Markup } from '../../render/page/markup';
import type { Section } from '../../render/page/shell';
import { facts, table } from '../../render/page/table';
import { appTitle } from '../../results/findings';
import type { CapacityResult } from './analyse';
import { capacityChart } from './chart';
import { columns, describeEnding, formatMinutes } from './text';

export const capacitySections = ({ searches }: CapacityResult): Section[] => [
  {
    id: 'search',
    title: searches.length > 1 ? 'Searches' : 'Search',
    body: html`${searches.slice(0, 1).map(({ app }) => searchLegend(app))}<div class="rows">${searches.map(searchOnPage)}</div>`,
  },
];

function searchOnPage(search: SearchResult, index: number, all: readonly SearchResult[]): Markup {
  const title = `${appTitle(search.app)}: ${all.length > 1 ? `search ${index + 1}` : 'the bounds closing in'}`;
  const [first, ...rest] = columns;
  return html`${renderFigure(capacityChart(search, `search-${index + 1}`, title))}
${facts(factsOf(search))}
${table({
  caption: html`${title} <span class="aside">${describeEnding(search)}</span>`,
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
    ? { name: 'Highest load that held', value: describeHighestHeld(search) }
    : { name: 'Holds', value: perSecond(search.holdsRps) },
  ...known('Fails', search.failsRps, perSecond),
  ...known('Conditional throughput', search.conditionalThroughput, perSecond),
  ...known('p99 where it holds', search.p99Ms, (ms) => `${sayMs(ms)} ms`),
  ...search.changes.map((change) => ({ name: 'The machine', value: describeChange(change) })),
  {
    name: 'Trials and time',
    value: `${plural(search.trials.length, 'trial')}, ${formatMinutes(search.spentSeconds)}`,
  },
  { name: 'What limits it', value: search.bottleneck.words },
];

const perSecond = (rate: number): string => `${sayRate(rate)}/s`;

/** A fact that is not known is left out. */
const known = (name: string, value: number | null, say: (value: number) => string) =>
  value === null ? [] : [{ name, value: say(value) }];
