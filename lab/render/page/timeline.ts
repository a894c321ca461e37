// What happened when: the trials, the rate of each step, and who used the processors.
import type { EChartsOption, LineSeriesOption, SeriesOption } from 'echarts';
import { partColours } from '../../../grafana/src/colours';
import { appTitle } from '../../results/findings';
import type { ReportedRun } from '../../results/reported-run';
import { plural } from '../format';
import { appColour, appsOf } from '../looks';
import { drawBlocks, drawLegend, nothingToShow } from './draw-view';
import { type Figure, renderFigure } from './figure';
import { html } from './markup';
import type { Section } from './shell';
import { horizontal, inks, type Size, vertical } from './svg';
import {
  type Cores,
  type Phase,
  type Seen,
  type TimedStep,
  type Timeline,
  timelineOf,
  type Whose,
} from './timeline-data';

/** False when no trial left anything to put on a time axis. */
export function timelines(runs: readonly ReportedRun[]): Section | false {
  const figures = runs.map((reported, index) => timelineFigure(reported, `timeline-${index + 1}`));
  const cores = runs.flatMap((reported) => timelineOf(reported)?.cores ?? []);
  const phases = runs.flatMap((reported) => timelineOf(reported)?.phases ?? []);
  const isAlone = (app: string) => phases.some((one) => one.app === app && one.rival === undefined);
  const isSeen = (part: Seen) => cores.some((reading) => reading[part] !== null);
  const legend = drawLegend([
    ...appsOf(runs)
      .filter(isAlone)
      .map((app) => ({ line: { colour: appColour(app) }, text: appTitle(app) })),
    ...(phases.some(({ rival }) => rival !== undefined)
      ? [{ line: { colour: inks.text }, text: 'both apps, in turns' }]
      : []),
    ...(['database', 'generator', 'others'] as const).filter(isSeen).map((part) => ({
      line: { colour: coreColours[part], ...(part === 'others' && { dash: [2, 2] }) },
      text: coreTitles[part],
    })),
  ]);
  const body = figures.map((figure, index) => {
    const name = drawBlocks([
      { kind: 'heading', text: `Run ${index + 1}`, id: runs[index]?.run.id },
    ]);
    return html`${runs.length > 1 && name}${figure ? renderFigure(figure) : runs.length > 1 && drawBlocks([nothingToShow])}`;
  });
  return (
    figures.some((figure) => figure !== null) && {
      id: 'timeline',
      title: 'Timeline',
      body: html`${legend}${body}`,
    }
  );
}

function timelineFigure(reported: ReportedRun, name: string): Figure | null {
  const timeline = timelineOf(reported);
  if (timeline === null) return null;
  const { phases, steps, toS } = timeline;
  return {
    name,
    title: 'What happened when',
    reading:
      'Trials above; then requests per second, achieved (solid) and offered (dashed); then processor cores in use. Grey bands are void steps.',
    summary: `${plural(phases.length, 'trial')} in ${clock(toS)} minutes: ${phases.map(({ label, fromS, toS: end, ...whose }) => `${titleOf(whose)} ${label} ${clock(fromS)} to ${clock(end)}`).join(', ')}. ${plural(steps.filter((step) => step.void).length, 'void step')}.`,
    sizes: { wide: { width: 1120, height: 340 }, narrow: { width: 358, height: 360 } },
    option: (size) => optionOf(timeline, size),
  };
}

const titleOf = ({ app, rival }: Whose): string =>
  rival === undefined ? appTitle(app) : `${appTitle(app)} and ${appTitle(rival)}`;

/** What is of both has neither's colour. */
const colourOf = ({ app, rival }: Whose): string =>
  rival === undefined ? appColour(app) : inks.text;

const clock = (seconds: number): string => {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
};

const coreColours: Record<Exclude<Seen, 'subject'>, string> = {
  database: partColours.database,
  generator: partColours.generator,
  others: inks.text,
};

const coreTitles: Record<keyof typeof coreColours, string> = {
  database: 'PostgreSQL',
  generator: 'k6',
  others: 'processes that are not the lab’s',
};

function optionOf({ phases, steps, cores, toS }: Timeline, { width, height }: Size): EChartsOption {
  const [left, right, laneHeight, axisHeight, gap] = [46, 12, 24, 24, 30];
  const plotHeight = (height - laneHeight - axisHeight - 2 * gap) / 2;
  const time = { type: 'value' as const, min: 0, max: Math.ceil(toS) };
  const interval = tickSeconds(toS, width);
  const xAxis = [0, 1, 2].map((gridIndex) => ({
    ...horizontal(time),
    interval,
    gridIndex,
    show: gridIndex > 0,
    axisLabel: {
      color: inks.text,
      fontSize: 12,
      show: gridIndex === 2,
      formatter: clock,
      showMaxLabel: Math.ceil(toS) % interval === 0,
    },
  }));
  const top = (index: number) => laneHeight + gap + index * (plotHeight + gap);
  const yAxis = [
    { type: 'value' as const, gridIndex: 0, show: false, min: 0, max: 1 },
    { ...titled('requests per second'), gridIndex: 1 },
    { ...titled('cores'), gridIndex: 2 },
  ];
  return {
    grid: [
      { left, right, top: 0, height: laneHeight },
      { left, right, top: top(0), height: plotHeight },
      { left, right, top: top(1), height: plotHeight },
    ],
    xAxis,
    yAxis,
    series: [
      lane(phases, (width - left - right) / Math.ceil(toS), laneHeight),
      ...voidBands(steps),
      ...rates(steps),
      ...usage(cores),
    ],
  };
}

/** The shortest time between two labels that leaves them room, in steps of a clock. */
const tickSeconds = (toS: number, width: number): number =>
  [5, 10, 15, 30, 60, 120, 300, 600, 1800].find((step) => (toS / step) * 60 <= width) ?? 3600;

const titled = (name: string) => ({
  ...vertical({ type: 'value', min: 0 }),
  name,
  nameGap: 8,
  nameTextStyle: { color: inks.text, align: 'left' as const, padding: [0, 0, 0, -40] },
  splitNumber: 3,
});

/** A block a trial, with as much of its name as there is room for. */
function lane(phases: readonly Phase[], pixelsPerSecond: number, height: number): SeriesOption {
  const pixelsPerLetter = 6.4;
  return {
    type: 'custom',
    xAxisIndex: 0,
    yAxisIndex: 0,
    silent: true,
    data: phases.map(({ fromS, toS }) => [fromS, toS]),
    renderItem: (params, api) => {
      const phase = phases[params.dataIndex];
      if (phase === undefined) return null;
      const [x = 0, y = 0] = api.coord([phase.fromS, 1]);
      const width = (phase.toS - phase.fromS) * pixelsPerSecond;
      const room = width - 12;
      const full = `${titleOf(phase)} ${phase.label}`;
      const text = [full, phase.label].find((words) => words.length * pixelsPerLetter <= room);
      const colour = colourOf(phase);
      return {
        type: 'group',
        children: [
          {
            type: 'rect',
            shape: { x, y, width: Math.max(2, width), height },
            style: { fill: colour, opacity: 0.22 },
          },
          { type: 'rect', shape: { x, y, width: 2, height }, style: { fill: colour } },
          {
            type: 'text',
            style: {
              text: text ?? '',
              x: x + 8,
              y: y + height / 2,
              verticalAlign: 'middle',
              fill: 'var(--ink)',
              fontSize: 12,
            },
          },
        ],
      };
    },
  };
}

const onGrid = (index: number) => ({ xAxisIndex: index, yAxisIndex: index });

function voidBands(steps: readonly TimedStep[]): LineSeriesOption[] {
  const bands = steps.filter((step) => step.void);
  return [1, 2].map((index) => ({
    type: 'line',
    ...onGrid(index),
    data: [],
    silent: true,
    markArea: {
      silent: true,
      itemStyle: { color: inks.text, opacity: 0.18 },
      data: bands.map(({ fromS, toS }) => [{ xAxis: fromS }, { xAxis: toS }]),
    },
  }));
}

function rates(steps: readonly TimedStep[]): LineSeriesOption[] {
  return steps.flatMap(({ fromS, toS, offeredRps, achievedRps, warmup, ...whose }) => {
    const level = (rate: number, style: LineSeriesOption['lineStyle']): LineSeriesOption => ({
      type: 'line',
      ...onGrid(1),
      symbol: 'none',
      silent: true,
      data: [
        [fromS, rate],
        [toS, rate],
      ],
      lineStyle: { color: colourOf(whose), opacity: warmup ? 0.45 : 1, ...style },
    });
    return [
      level(achievedRps, { width: 3 }),
      ...(offeredRps === null ? [] : [level(offeredRps, { width: 1.5, type: [4, 3] })]),
    ];
  });
}

/** Steps of a line, not joined over the time between two trials. */
function usage(cores: readonly Cores[]): LineSeriesOption[] {
  const line = (part: Seen, colour: string, of: readonly Cores[]): LineSeriesOption => ({
    type: 'line',
    ...onGrid(2),
    symbol: 'none',
    silent: true,
    lineStyle: {
      color: colour,
      width: part === 'others' ? 1.5 : 2,
      type: part === 'others' ? [2, 2] : 'solid',
    },
    data: of.flatMap((reading, index) => {
      const joins = of[index - 1]?.toS === reading.fromS;
      const middle = (reading.fromS + reading.toS) / 2;
      return [...(joins ? [] : [[middle, null]]), [middle, reading[part]]];
    }) as NonNullable<LineSeriesOption['data']>,
  });
  return [
    line('others', coreColours.others, cores),
    line('generator', coreColours.generator, cores),
    line('database', coreColours.database, cores),
    ...[...Map.groupBy(cores, colourOf)].map(([colour, own]) => line('subject', colour, own)),
  ];
}
