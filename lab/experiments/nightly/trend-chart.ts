// A series' nights as a chart: each night's value, the level it is held against, what changed.
import type { EChartsOption } from 'echarts';
import { appColour, type Chart, type Mark, symbolOf } from '../../render/page/figure';
import { horizontal, inks, type Size, vertical } from '../../render/page/svg';
import type { SeriesView } from './history-view';
import { metricTitle, sayEffect, sayMetric, sayRevision, scaled } from './night-format';

/** Older nights are in `lab history --json`; a chart of more would show none. */
const mostNights = 400;

export function trendChart(view: SeriesView): Chart {
  const { app, metric, changes, nights } = view;
  const shown = nights.slice(-mostNights);
  return {
    name: `trend-${view.series.replaceAll(/[^a-z0-9]+/g, '-')}`,
    title: `${metricTitle(metric)} (${view.shownIn})`,
    reading: readingOf(view),
    summary:
      `${shown.length} nights, ${shown[0]?.night} to ${shown.at(-1)?.night}. ` +
      changes
        .map(
          (change) =>
            `${change.direction} on ${change.night}: ${sayMetric(metric, change.before)} to ${sayMetric(metric, change.after)} (${sayEffect(change.effect)}), revision ${sayRevision(change.revision)}, ${change.fate}.`,
        )
        .join(' '),
    sizes: { wide: { width: 548, height: 230 }, narrow: { width: 358, height: 220 } },
    option: (size) => optionOf({ ...view, nights: shown }, app, size),
  };
}

function readingOf({ better, noiseFloor }: SeriesView): string {
  const noise =
    noiseFloor === null
      ? 'Too few nights for a noise floor.'
      : `Noise floor ${Number((100 * noiseFloor).toPrecision(2))} % from night to night (band).`;
  return `A point a night, ${better} is better; cross: left out of every level. ${noise}`;
}

function optionOf(view: SeriesView, app: string, { width }: Size): EChartsOption {
  const { metric, nights, changes, level, noiseFloor } = view;
  const ground = inks.ground;
  const at = new Map(nights.map(({ night }, index) => [night, index]));
  const point = ({ values, leftOut }: SeriesView['nights'][number], index: number) => {
    const mark: Mark = leftOut ? 'void' : 'held';
    return {
      value: [index, scaled(metric, values[0] as number)],
      ...symbolOf(app, mark, ground),
      symbolSize: nights.length > 60 ? 4 : 7,
    };
  };
  const bandOf = (sign: number) =>
    level !== null && noiseFloor !== null ? scaled(metric, level * (1 + sign * noiseFloor)) : null;
  const [low, high] = [bandOf(-1), bandOf(1)];
  return {
    grid: { left: 54, right: 14, top: 26, bottom: 26 },
    xAxis: {
      ...horizontal({ type: 'value', min: 0, max: Math.max(1, nights.length - 1) }),
      interval: Math.max(1, Math.ceil(nights.length / (width / 90))),
      axisLabel: {
        color: inks.text,
        fontSize: 12,
        showMaxLabel: false,
        formatter: (index: number) => nights[Math.round(index)]?.night.slice(5) ?? '',
      },
    },
    yAxis: { ...vertical({ type: 'value' }), scale: true, splitNumber: 4 },
    series: [
      {
        type: 'line',
        silent: true,
        data: nights.map(point),
        lineStyle: { color: appColour(app), width: 1, opacity: 0.4 },
        markLine: {
          silent: true,
          symbol: 'none',
          label: { color: inks.text, fontSize: 12, formatter: '{b}' },
          data: [
            ...changes.flatMap(({ night, effect, direction }) => {
              const xAxis = at.get(night);
              return xAxis === undefined
                ? []
                : [
                    {
                      name: sayEffect(effect),
                      xAxis,
                      lineStyle: {
                        color: inks.text,
                        type: direction === 'regression' ? ('solid' as const) : ('dashed' as const),
                      },
                    },
                  ];
            }),
          ],
        },
        ...(low !== null &&
          high !== null && {
            markArea: {
              silent: true,
              itemStyle: { color: appColour(app), opacity: 0.12 },
              data: [[{ yAxis: low }, { yAxis: high }]],
            },
          }),
      },
    ],
  };
}
