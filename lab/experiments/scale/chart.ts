// The Universal Scalability Law through what was measured, with its band, knee and peak.
import type { LineSeriesOption, SeriesOption } from 'echarts';
import { sayRate } from '../../render/format';
import { appColour, type Chart, symbolOf } from '../../render/page/figure';
import { horizontal, inks, vertical } from '../../render/page/svg';
import { appTitle } from '../../results/findings';
import type { UslAnalysis } from '../../statistics/usl/usl';
import type { ScaleResult } from './design';
import { isValid } from './design';
import { formatLevel } from './sentences';

const sizes = { wide: { width: 1120, height: 400 }, narrow: { width: 358, height: 300 } };
const grid = { left: 56, right: 24, top: 28, bottom: 44 };

export function scaleChart(result: ScaleResult, name: string): Chart {
  const { app, by, fit, points, measure } = result;
  const what = measure === 'capacity' ? 'Rate that holds the SLO' : 'Right answers a second';
  const levels = points.map(({ level }) => level);
  return {
    name,
    title: `${measure === 'capacity' ? 'Capacity' : 'Throughput'} against ${by}`,
    reading: fit
      ? `${what}, one mark a measurement; the line is the fitted law, the band its 95 % interval by a seeded bootstrap. Do not read it beyond the last mark, and do not take a peak for one that the sentences above do not claim.`
      : `${what}, one mark a measurement. No law is drawn: too few levels may be believed, and three parameters would follow the noise.`,
    summary: `${appTitle(app)}: ${points.map((point) => `${sayRate(point.rps)}/s at ${formatLevel(by, point.level)}${isValid(point) ? '' : ' (void)'}`).join(', ')}.`,
    sizes,
    option: () => ({
      grid,
      xAxis: horizontal({
        type: 'log',
        logBase: 2,
        name: by,
        min: Math.min(...levels),
        max: Math.max(...levels),
      }),
      yAxis: vertical({ type: 'value', min: 0 }),
      series: [...(fit ? curve(fit, appColour(app)) : []), marks(result)],
    }),
  };
}

function marks({ app, points }: ScaleResult): SeriesOption {
  return {
    type: 'scatter',
    silent: true,
    z: 3,
    data: points
      .filter(({ rps }) => rps !== null)
      .map((point) => ({
        value: [point.level, point.rps ?? 0],
        ...symbolOf(app, point.outcome, inks.ground),
      })),
  };
}

function curve(fit: UslAnalysis, colour: string): SeriesOption[] {
  const line = (
    value: (prediction: UslAnalysis['predictions'][number]) => number,
    rest: Partial<LineSeriesOption>,
  ): SeriesOption => ({
    type: 'line',
    silent: true,
    symbol: 'none',
    lineStyle: { width: 0 },
    data: fit.predictions.map((prediction) => [prediction.n, value(prediction)]),
    ...rest,
  });
  return [
    // The band is the second of two that are stacked: from the interval's low end to its high one.
    line(({ interval }) => interval[0], { stack: 'band' }),
    line(({ interval }) => interval[1] - interval[0], {
      stack: 'band',
      areaStyle: { color: colour, opacity: 0.18 },
    }),
    line(({ x }) => x, {
      lineStyle: { color: colour, width: 2 },
      markLine: {
        silent: true,
        symbol: 'none',
        lineStyle: { color: inks.text, width: 1, type: [3, 3] },
        data: marksOf(fit).map(({ n, name }) => ({
          xAxis: n,
          label: { formatter: name, position: 'end', color: inks.text, fontSize: 12 },
        })),
      },
    }),
  ];
}

/** Only what lies inside the tested range, and a peak only where it is claimed. */
function marksOf({ knee, peak }: UslAnalysis): { n: number; name: string }[] {
  return [
    ...(knee && knee.n > 1 ? [{ n: knee.n, name: 'knee' }] : []),
    ...(peak.claimed && peak.n !== null ? [{ n: peak.n, name: 'peak' }] : []),
  ];
}
