// A capacity run, for the terminal.

import type { SearchResult } from '../../measure/search/search-result';
import type { SearchedTrial } from '../../measure/search/search-state';
import { plural, sayCount, sayMs, sayRate, withoutReason } from '../../render/format';
import { renderTable } from '../../render/table';
import type { CapacityResult } from './analyse';

export const renderSearches = ({ searches }: CapacityResult): string =>
  searches.map(renderSearch).join('\n\n');

/** Of a search's trials; `holds` and `fails` are the bounds after each, in brackets until known. */
export const columns: readonly { title: string; cell: (trial: SearchedTrial) => string }[] = [
  { title: 'trial', cell: ({ number }) => String(number) },
  { title: 'offered/s', cell: ({ load }) => String(load) },
  { title: 'step', cell: ({ durationSeconds }) => `${durationSeconds} s` },
  {
    title: 'late or failed',
    cell: ({ lossRatio }) => (lossRatio === null ? '-' : formatLoss(lossRatio)),
  },
  { title: 'p99 ms', cell: ({ p99Ms }) => sayMs(p99Ms) },
  { title: 'holds', cell: (trial) => formatBound(trial, 'lower') },
  { title: 'fails', cell: (trial) => formatBound(trial, 'upper') },
  { title: 'verdict', cell: describeTrial },
];

function renderSearch(search: SearchResult, index: number, all: readonly SearchResult[]): string {
  const title = all.length > 1 ? `Search ${index + 1} of ${all.length}` : 'Search';
  return [
    `${title}: ${plural(search.trials.length, 'trial')}, ${formatMinutes(search.spentSeconds)}`,
    renderTable(
      columns.map(({ title: name }) => name),
      search.trials.map((trial) => columns.map(({ cell }) => cell(trial))),
    ),
    `  ${describeEnding(search)}`,
  ].join('\n');
}

export function describeEnding({ ending, conditionalThroughput }: SearchResult): string {
  const throughput =
    conditionalThroughput === null
      ? ''
      : `Conditional throughput ${sayRate(conditionalThroughput)}/s. `;
  return `${throughput}${ending === null ? 'Not ended.' : `Ended: ${ending.reason}.`}`;
}

function formatBound({ bounds, leaning }: SearchedTrial, bound: 'lower' | 'upper'): string {
  const [known, leans] = [bounds[bound], leaning[bound]];
  return known !== null || leans === null ? sayCount(known) : `(${leans})`;
}

export const formatLoss = (ratio: number): string => `${(100 * ratio).toFixed(2)} %`;
export const formatMinutes = (seconds: number): string =>
  seconds < 100 ? `${Math.round(seconds)} s` : `${(seconds / 60).toFixed(1)} min`;

function describeTrial({ outcome, reasons }: SearchedTrial): string {
  return outcome === 'void' ? `void: ${reasons.map(withoutReason).join('; ')}` : outcome;
}
