// The bounds of a capacity search closing in: every trial in order, at its load.
import type { LineSeriesOption, ScatterSeriesOption } from 'echarts';
import type { SearchResult } from '../../measure/search/search-result';
import { describeHighestHeld } from '../../measure/search/search-result';
import type { SearchedTrial } from '../../measure/search/search-state';
import { appColour, type Chart, type Mark, symbolOf } from '../../render/page/figure';
import { horizontal, inks, vertical } from '../../render/page/svg';
import { appTitle } from '../../results/findings';

const sizes = { wide: { width: 1120, height: 340 }, narrow: { width: 358, height: 300 } };
const grid = { left: 56, right: 24, top: 16, bottom: 44 };

const markOf: Record<SearchedTrial['outcome'], Mark> = {
  held: 'held',
  failed: 'broken',
  void: 'void',
};

/** @param name unique on the page */
export function capacityChart(search: SearchResult, name: string, title: string): Chart {
  const { app, trials, holdsRps, failsRps } = search;
  const colour = appColour(app);
  return {
    name,
    title,
    reading:
      'Each mark is one trial at the rate it offered, in the order they were made. The solid line is the highest rate that holds, the dashed one the lowest that fails: thin where the trials so far lean to it, thick once they are enough to decide. The capacity lies between the thick ones. Do not take one trial for a verdict, and nothing outside the thick lines for a result.',
    summary: `${appTitle(app)}: ${trials.map(sayTrial).join(', ')}. ${holdsRps === null ? describeHighestHeld(search) : `${holdsRps}/s holds.`} ${failsRps === null ? 'No load is known to fail.' : `${failsRps}/s fails.`}`,
    sizes,
    option: () => ({
      grid,
      xAxis: horizontal({
        type: 'value',
        name: 'trial',
        min: 0,
        max: trials.length + 1,
      }),
      yAxis: vertical({ type: 'value', ...rangeOf(trials) }),
      series: [
        boundLine(trials, (trial) => trial.leaning.lower, colour, 'solid', 1),
        boundLine(trials, (trial) => trial.leaning.upper, colour, [6, 4], 1),
        boundLine(trials, (trial) => trial.bounds.lower, colour, 'solid', 3),
        boundLine(trials, (trial) => trial.bounds.upper, colour, [6, 4], 3),
        marks(trials, app),
      ],
    }),
  };
}

function marks(trials: readonly SearchedTrial[], app: string): ScatterSeriesOption {
  return {
    type: 'scatter',
    silent: true,
    data: trials.map(({ number, load, outcome }) => ({
      value: [number, load],
      ...symbolOf(app, markOf[outcome], inks.ground),
    })),
  };
}

/** A bound stands from the trial that made it until another moves it. */
function boundLine(
  trials: readonly SearchedTrial[],
  boundOf: (trial: SearchedTrial) => number | null,
  color: string,
  type: 'solid' | number[],
  width: number,
): LineSeriesOption {
  const points = trials.map((trial): [number, number | null] => [trial.number, boundOf(trial)]);
  // The last bound reaches the edge: it is the answer.
  const last: [number, number | null] = [trials.length + 1, points.at(-1)?.[1] ?? null];
  return {
    type: 'line',
    step: 'end',
    silent: true,
    symbol: 'none',
    data: [...points, last] as NonNullable<LineSeriesOption['data']>,
    lineStyle: { color, width, type },
  };
}

/** From a round number below the loads to one above them: zero says nothing here. */
function rangeOf(trials: readonly SearchedTrial[]): { min?: number; max?: number } {
  if (trials.length === 0) return {};
  const loads = trials.map(({ load }) => load);
  return {
    min: roundTo(Math.min(...loads) * 0.9, Math.floor),
    max: roundTo(Math.max(...loads) * 1.1, Math.ceil),
  };
}

function roundTo(value: number, round: (value: number) => number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1);
  return Math.max(1, round(value / unit) * unit);
}

const sayTrial = ({ number, load, outcome }: SearchedTrial): string =>
  `trial ${number} ${load}/s ${outcome}`;
