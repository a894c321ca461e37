// A plan over a range of rates: replicas, how full they are, and what their users wait for. The
// lines are calculated between the rows of the table, which are the marks.

import type { EChartsOption, LineSeriesOption, SeriesOption } from 'echarts';
import { plural, sayMs, sayShare } from '../../render/format';
import { appColour, type Chart, sloLine, symbolOf } from '../../render/page/figure';
import { horizontal, inks, vertical } from '../../render/page/svg';
import { appTitle } from '../../results/findings';
import type { AppPlan, PlanResult } from './analyse';
import { type PlanRow, planRow, type Trust } from './replicas';

const half = { wide: { width: 540, height: 300 }, narrow: { width: 358, height: 250 } };
const whole = { wide: { width: 1120, height: 340 }, narrow: { width: 358, height: 280 } };
const grid = { left: 46, right: 20, top: 24, bottom: 44 };
/** Rates that a line is drawn through: enough for a step to look like one. */
const linePoints = 240;
/** Of a value beside the one that the chart is of. */
const dotted = [2, 3];
const extendedDash = [7, 4];

const dash = 'M0 3.5H10V6.5H0Z';

/** Nothing here was measured: hollow marks and crosses, which speak of steps, are not used. */
export function planMark(app: string, trust: Trust, colour = appColour(app)) {
  const filled = symbolOf(app, 'held', inks.ground, colour);
  if (trust === 'tested') return filled;
  if (trust === 'extended') {
    return { ...filled, itemStyle: { ...filled.itemStyle, borderWidth: 1, opacity: 0.35 } };
  }
  return { ...filled, symbol: `path://${dash}`, symbolSize: [11, 3] };
}

type Figure = (row: PlanRow) => number | null;

const replicas: Figure = (row) => row.replicas;
const utilization: Figure = (row) => row.utilization && 100 * row.utilization;
const database: Figure = (row) => row.databaseUtilization && 100 * row.databaseUtilization;
const p99: Figure = (row) => row.p99Seconds && 1000 * row.p99Seconds;
const mean: Figure = (row) => row.meanSeconds && 1000 * row.meanSeconds;

export function planCharts(result: PlanResult, prefix: string): Chart[] {
  const { plans, rateRps } = result;
  const x = horizontal({ type: 'value', name: 'requests a second', min: 0 });
  const chart = (
    name: string,
    sizes: Chart['sizes'],
    words: Pick<Chart, 'title' | 'reading' | 'summary'>,
    yAxis: NonNullable<EChartsOption['yAxis']>,
    series: SeriesOption[],
  ): Chart => ({
    name: `${prefix}-${name}`,
    sizes,
    ...words,
    option: () => ({ grid, xAxis: x, yAxis, series: [asked(rateRps), ...series] }),
  });
  const bounds = [...new Set(plans.map(({ evidence }) => 1000 * evidence.slo.thresholdSeconds))];
  return [
    chart(
      'replicas',
      whole,
      {
        title: 'Replicas against rate',
        reading:
          'What carries each rate with its headroom, spares not counted. Where the line is dashed more replicas are planned with than were tested; where it ends, a dash: nothing is planned from there on. Do not extend it.',
        summary: say(plans, (row) =>
          row.replicas === null ? 'no plan' : plural(row.replicas, 'replica'),
        ),
      },
      { ...vertical({ type: 'value', min: 0 }), minInterval: 1 },
      plans.flatMap((plan) => [
        ...line(plan, replicas, { step: 'end' }),
        marks(plan, (row) => row.replicas ?? 0),
      ]),
    ),
    chart(
      'utilization',
      half,
      {
        title: 'Utilization against rate',
        reading:
          'Per cent of the CPU: solid, of each replica with the spares lost; dotted, of the database that all share. It falls where a replica is added, and the database’s does not.',
        summary: say(
          plans,
          (row) =>
            `replicas ${sayShare(row.utilization)}, database ${sayShare(row.databaseUtilization)}`,
        ),
      },
      vertical({ type: 'value', min: 0, max: 100 }),
      plans.flatMap((plan) => [
        ...line(plan, utilization),
        ...line(plan, database, { lineStyle: { type: dotted, width: 1.5 } }),
        marks(plan, utilization),
      ]),
    ),
    chart(
      'latency',
      half,
      {
        title: 'Latency against rate',
        reading:
          'Expected milliseconds with the spares lost, on a logarithmic scale: p99 (solid) and mean (dotted). A prediction: no request was sent for it. The dashed line is the SLO’s bound.',
        summary: say(plans, (row) => `mean ${sayMs(mean(row))} ms, p99 ${sayMs(p99(row))} ms`),
      },
      vertical({ type: 'log' }),
      [
        ...bounds.map(sloLine),
        ...plans.flatMap((plan) => [
          ...line(plan, p99),
          ...line(plan, mean, { lineStyle: { type: dotted, width: 1.5 } }),
          marks(plan, p99),
        ]),
      ],
    ),
  ];
}

/** In two: dashed where the law is extended. Both are broken where nothing is planned. */
function line(plan: AppPlan, figure: Figure, look: LineSeriesOption = {}): LineSeriesOption[] {
  const furthest = Math.max(...plan.table.map(({ rateRps }) => rateRps));
  const rows = Array.from({ length: linePoints }, (_, index) =>
    planRow(plan.evidence, plan.question, ((index + 1) / linePoints) * furthest),
  );
  return (['tested', 'extended'] as const).map((trust) => ({
    type: 'line',
    silent: true,
    symbol: 'none',
    ...look,
    lineStyle: {
      color: appColour(plan.app),
      width: 2,
      type: trust === 'extended' ? extendedDash : 'solid',
      ...look.lineStyle,
    },
    // The dashes begin where the solid line ends.
    data: rows.map((row, index) => [
      row.rateRps,
      row.trust === trust || (row.trust === 'tested' && rows[index + 1]?.trust === trust)
        ? figure(row)
        : null,
    ]),
  }));
}

/** The rows of the table; a figure that there is not has no mark. */
const marks = ({ app, table }: AppPlan, figure: Figure): SeriesOption => ({
  type: 'scatter',
  silent: true,
  z: 3,
  data: table.flatMap((row) => {
    const value = figure(row);
    return value === null ? [] : [{ ...planMark(app, row.trust), value: [row.rateRps, value] }];
  }),
});

const asked = (rateRps: number): SeriesOption => ({
  type: 'line',
  data: [],
  silent: true,
  markLine: {
    silent: true,
    symbol: 'none',
    lineStyle: { color: inks.text, width: 1, type: [3, 3] },
    label: { formatter: 'asked for', position: 'end', color: inks.text, fontSize: 12 },
    data: [{ xAxis: rateRps }],
  },
});

const say = (plans: readonly AppPlan[], show: (row: PlanRow) => string): string =>
  plans
    .map(({ app, table }) => {
      const said = table.map((row) => `${show(row)} at ${Math.round(row.rateRps)}/s`);
      return `${appTitle(app)}: ${said.join('; ')}.`;
    })
    .join(' ');
