// A capacity run, for the terminal.

import type { SearchedTrial } from '../../measure/search/search-state';
import { plural, sayCount, sayMs, sayRate } from '../../render/format';
import { renderTable } from '../../render/table';
import type { CapacityResult, SearchResult } from './analyse';

export const renderSearches = ({ searches }: CapacityResult): string =>
  searches.map(renderSearch).join('\n\n');

/** Of a search's trials; `holds` and `fails` are the bounds after each, in brackets until known. */
export const columns: readonly { title: string; cell: (trial: SearchedTrial) => string }[] = [
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
export const sayMinutes = (seconds: number): string =>
  seconds < 100 ? `${Math.round(seconds)} s` : `${(seconds / 60).toFixed(1)} min`;

function sayTrial({ outcome, reasons }: SearchedTrial): string {
  return outcome === 'void' ? `void: ${reasons.map(withoutReason).join('; ')}` : outcome;
}

/** Why a bound is what it is stands under validity: said of each of fifty trials, it hides them. */
export const withoutReason = (text: string): string => text.split(': ')[0] ?? text;
