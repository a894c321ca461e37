// Where the mean time of a request went: a bar a step, divided into its parts, and the same in ms.
import type { BarSeriesOption, ScatterSeriesOption } from 'echarts';
import { palette, partColours } from '../../../grafana/src/colours';
import type { ReportedRun } from '../../results/reported-run';
import type { TrialResult } from '../../results/trial/result';
import type { StepResult } from '../../results/trial/steps';
import { howToRead, notRead, partNames, partTitles } from '../decomposition-text';
import { countedSteps, sayLoad, sayMs, sayShare } from '../format';
import { appColour, type Chart, renderFigure } from './figure';
import { html, type Markup, raw } from './markup';
import { shownTrials } from './shown-trials';
import { titleOf } from './steps';
import { inks, vertical } from './svg';
import { table } from './table';

type Part = keyof typeof partTitles;

const sizes = { wide: { width: 540, height: 280 }, narrow: { width: 358, height: 250 } };

/** Neighbours in a bar differ in lightness too. */
const colourOf = (part: Part, app: string): string =>
  ({
    app: appColour(app),
    statements: partColours.database,
    poolWait: palette[2],
    eventLoopWait: palette[3],
    rest: palette[5],
  })[part];

/** Null where the app of no step told what it counted. */
export function decompositions(reported: ReportedRun, prefix: string): Markup | null {
  const trials = shownTrials(reported)
    .filter(({ purpose }) => purpose === 'measure')
    .map((trial) => ({ trial, steps: countedSteps(trial) }))
    .filter(({ steps }) => steps.some(({ decomposition }) => decomposition !== null));
  if (trials.length === 0) return null;
  return html`${partLegend(trials.map(({ trial }) => trial.app))}
<div class="charts">${trials.map(({ trial, steps }, index) => renderFigure(chartOf(trial, steps, `${prefix}-${index + 1}`)))}</div>
<ul class="notice">${howToRead.map((line) => html`<li>${line}</li>`)}</ul>
<div class="pairs">${trials.map(({ trial, steps }) => partTable(trial, steps))}</div>`;
}

export function chartOf(trial: TrialResult, steps: readonly StepResult[], name: string): Chart {
  const unit = steps.some(({ model }) => model === 'closed') ? 'users' : 'offered a second';
  return {
    name,
    title: titleOf(trial),
    reading: `Shares of the mean time of a request, which stands above each bar in milliseconds; below, the load (${unit}). Pale bars are void steps.${steps.every(isDivided) ? '' : ' Where there is no bar, it could not be divided: the table says why.'}`,
    summary: steps
      .map((step) => {
        const { decomposition } = step;
        const shares = partNames
          .filter((part) => decomposition?.parts[part] != null)
          .map((part) => `${partTitles[part]} ${sayShare(shareOf(decomposition, part))}`);
        return `At ${sayLoad(step)} ${unit} ${sayTotal(step)} ms: ${shares.join(', ') || 'not divided'}.`;
      })
      .join(' '),
    sizes,
    option: () => ({
      grid: { left: 46, right: 8, top: 26, bottom: 28 },
      xAxis: {
        type: 'category',
        data: steps.map(sayLoad),
        axisLabel: { color: inks.text, fontSize: 12 },
        axisLine: { lineStyle: { color: inks.text } },
        axisTick: { show: false },
      },
      yAxis: {
        ...vertical({ type: 'value', min: 0, max: 1 }),
        axisLabel: {
          color: inks.text,
          fontSize: 12,
          formatter: (value: number) => sayShare(value),
        },
      },
      series: [...partNames.map((part) => partSeries(part, trial.app, steps)), totals(steps)],
    }),
  };
}

/** Of the whole that the parts add up to, so that no sum is above 1 but by a rounding error. */
function shareOf(decomposition: StepResult['decomposition'], part: Part): number {
  if (decomposition === null) return 0;
  return (decomposition.parts[part] ?? 0) / decomposition.clientMs;
}

/** The client's mean; without the app's counters it has no parts, and is known all the same. */
const sayTotal = ({ decomposition, latencyMs }: StepResult): string =>
  sayMs(decomposition?.clientMs ?? latencyMs?.mean);

const bar = { type: 'bar', stack: 'parts', barWidth: '62%', silent: true } as const;

function partSeries(part: Part, app: string, steps: readonly StepResult[]): BarSeriesOption {
  return {
    ...bar,
    data: steps.map(({ decomposition, validity }) => ({
      value: shareOf(decomposition, part),
      itemStyle: {
        color: colourOf(part, app),
        borderColor: inks.ground,
        borderWidth: 1,
        opacity: validity.state === 'void' ? 0.3 : 1,
      },
    })),
  };
}

/**
 * The mean above each bar, at 1 whatever the parts add up to: their sum may be above it by a rounding
 * error, and what is outside of the axis is not drawn.
 */
const totals = (steps: readonly StepResult[]): ScatterSeriesOption => ({
  type: 'scatter',
  silent: true,
  symbolSize: 0,
  data: steps.map((_, index) => [index, 1]),
  label: {
    show: true,
    position: 'top',
    distance: 4,
    color: inks.text,
    fontSize: 12,
    formatter: ({ dataIndex }) => {
      const step = steps[dataIndex];
      return step ? sayTotal(step) : '';
    },
  },
});

const isDivided = ({ decomposition }: StepResult): boolean =>
  Object.values(decomposition?.parts ?? {}).some((part) => part !== null);

function partTable(trial: TrialResult, steps: readonly StepResult[]): Markup {
  const byUsers = steps.some(({ model }) => model === 'closed');
  return table({
    caption: html`${titleOf(trial)} <span class="aside">mean time of a request, ms</span>`,
    header: [
      byUsers ? 'users' : 'offered/s',
      'client',
      ...partNames.map((part) => partTitles[part]),
    ],
    rows: steps.map((step) => {
      const { parts, warnings } = step.decomposition ?? notRead;
      return {
        head: sayLoad(step),
        cells: [sayTotal(step), ...partNames.map((part) => sayMs(parts?.[part]))],
        kind: step.validity.state,
        ...(warnings.length > 0 && { remark: warnings.join(' ') }),
      };
    }),
  });
}

function partLegend(apps: readonly string[]): Markup {
  const square = (colour: string): Markup =>
    raw(
      `<svg class="swatch" viewBox="0 0 10 10" aria-hidden="true"><rect width="10" height="10" fill="${colour}"/></svg>`,
    );
  return html`<ul class="legend">${partNames.map((part) => {
    const colours = [...new Set(apps.map((app) => colourOf(part, app)))];
    return html`<li>${colours.map(square)} ${partTitles[part]}</li>`;
  })}</ul>`;
}
