// A capacity run, for the terminal and for the page.
import { analyseCapacity, type SearchResult } from '../analysis/capacity';
import type { SearchedTrial } from '../analysis/search-state';
import type { RunRecord } from '../store/schemas';
import { coresOf } from './cores';
import type { Kind } from './experiments';
import { plural, sayMs, sayRate } from './format';
import { renderTable } from './table';

export const capacity: Kind<'capacity'> = {
  analyse: (design, trials, run) => {
    const result = analyseCapacity(design, trials, coresOf(run, 0));
    const { warnings } = result;
    return run.status === 'partial'
      ? { ...result, warnings: [...warnings, sayResume(run)] }
      : result;
  },
  renderText: ({ searches }) => searches.map(renderSearch).join('\n\n'),
  sections: () => [],
};

export const sayResume = ({ id }: RunRecord): string =>
  `This run was cut off; \`npm run lab -- capacity --resume ${id}\` goes on with it.`;

function renderSearch(search: SearchResult, index: number, all: readonly SearchResult[]): string {
  const title = all.length > 1 ? `Search ${index + 1} of ${all.length}` : 'Search';
  const rows = search.trials.map((trial) => [
    String(trial.number),
    String(trial.load),
    `${trial.durationSeconds} s`,
    trial.lossRatio === null ? '-' : sayLoss(trial.lossRatio),
    sayMs(trial.p99Ms),
    sayBound(trial.bounds.lower),
    sayBound(trial.bounds.upper),
    sayTrial(trial),
  ]);
  return [
    `${title}: ${plural(search.trials.length, 'trial')}, ${sayMinutes(search.spentSeconds)}`,
    renderTable(
      ['trial', 'offered/s', 'step', 'lost', 'p99 ms', 'holds', 'fails', 'verdict'],
      rows,
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

export const sayLoss = (ratio: number): string => `${(100 * ratio).toFixed(2)} %`;
const sayBound = (load: number | null): string => (load === null ? '-' : String(load));
const sayMinutes = (seconds: number): string =>
  seconds < 100 ? `${Math.round(seconds)} s` : `${(seconds / 60).toFixed(1)} min`;

const sayTrial = ({ outcome, reasons }: SearchedTrial): string =>
  outcome === 'void' ? `void: ${reasons.map(withoutReason).join('; ')}` : outcome;

/** Why a bound is what it is stands under validity: said of each of fifty trials, it hides them. */
export const withoutReason = (text: string): string => text.split(': ')[0] ?? text;
