// Where the mean time of a request went: a bar a step, divided into its parts, and the same in ms.
import type { BarSeriesOption } from 'echarts';
import { palette, partColours } from '../../../grafana/src/colours';
import type { TrialResult } from '../../analysis/trial/result';
import type { StepResult } from '../../analysis/trial/steps';
import { howToRead, partNames, partTitles } from '../decomposition-text';
import { countedSteps, sayLoad, sayMs, sayShare } from '../format';
import { appColour, type Chart, renderFigure } from './figure';
import { html, type Markup, raw } from './markup';
import type { ReportedRun } from './reported-run';
import { shownTrials } from './shown-trials';
import { titleOf } from './steps';
import { inks, vertical } from './svg';
import { table } from './table';

type Part = keyof typeof partTitles;
type Divided = StepResult & { decomposition: NonNullable<StepResult['decomposition']> };

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
    .map((trial) => ({ trial, steps: countedSteps(trial).filter(isDivided) }))
    .filter(({ steps }) => steps.length > 0);
  if (trials.length === 0) return null;
  return html`${partLegend(trials.map(({ trial }) => trial.app))}
<div class="charts">${trials.map(({ trial, steps }, index) => renderFigure(chartOf(trial, steps, `${prefix}-${index + 1}`)))}</div>
<ul class="notice">${howToRead.map((line) => html`<li>${line}</li>`)}</ul>
<div class="pairs">${trials.map(({ trial, steps }) => partTable(trial, steps))}</div>`;
}

const isDivided = (step: StepResult): step is Divided => step.decomposition !== null;

function chartOf(trial: TrialResult, steps: readonly Divided[], name: string): Chart {
  const unit = steps.some(({ model }) => model === 'closed') ? 'users' : 'offered a second';
  return {
    name,
    title: titleOf(trial),
    reading: `Shares of the mean time of a request, which stands above each bar in milliseconds; below, the load (${unit}). Pale bars are void steps.`,
    summary: steps
      .map(({ decomposition, ...step }) => {
        const shares = partNames
          .filter((part) => decomposition.parts[part] !== null)
          .map((part) => `${partTitles[part]} ${sayShare(shareOf(decomposition, part))}`);
        return `At ${sayLoad(step as StepResult)} ${unit} ${sayMs(decomposition.clientMs)} ms: ${shares.join(', ') || 'not divided'}.`;
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

const shareOf = ({ clientMs, parts }: Divided['decomposition'], part: Part): number =>
  (parts[part] ?? 0) / clientMs;

const bar = { type: 'bar', stack: 'parts', barWidth: '62%', silent: true } as const;

function partSeries(part: Part, app: string, steps: readonly Divided[]): BarSeriesOption {
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

/** A bar without height that carries the mean above the others. */
const totals = (steps: readonly Divided[]): BarSeriesOption => ({
  ...bar,
  data: steps.map(() => 0),
  label: {
    show: true,
    position: 'top',
    color: inks.text,
    fontSize: 12,
    formatter: ({ dataIndex }) => sayMs(steps[dataIndex]?.decomposition.clientMs),
  },
});

function partTable(trial: TrialResult, steps: readonly Divided[]): Markup {
  const byUsers = steps.some(({ model }) => model === 'closed');
  return table({
    caption: html`${titleOf(trial)} <span class="aside">mean time of a request, ms</span>`,
    header: [
      byUsers ? 'users' : 'offered/s',
      'client',
      ...partNames.map((part) => partTitles[part]),
    ],
    rows: steps.map((step) => {
      const { clientMs, parts, warnings } = step.decomposition;
      return {
        head: sayLoad(step),
        cells: [sayMs(clientMs), ...partNames.map((part) => sayMs(parts[part]))],
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
