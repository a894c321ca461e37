// Throughput and latency against the load: both apps, of all runs, on the same axes.
import type { LineSeriesOption, SeriesOption } from 'echarts';
import { appTitle } from '../../results/findings';
import type { ReportedRun } from '../../results/reported-run';
import { outcomeOf } from '../../results/trial/result';
import type { StepResult } from '../../results/trial/steps';
import { sayMs, sayRate } from '../format';
import { lineOfRun } from '../looks';
import { byWorkload, type Stairs, stairsOf } from '../stairs';
import { appColour, type Chart, sloLine, symbolOf } from './figure';
import { horizontal, inks, vertical } from './svg';

/** Whose steps they are when several runs stand side by side. */
type RunStairs = Stairs & { run: number };
type Figure = (step: StepResult) => number | null | undefined;

const sizes = { wide: { width: 540, height: 300 }, narrow: { width: 358, height: 250 } };
const achieved: Figure = (step) => (step.requests > 0 ? step.achievedRps : null);
const p99: Figure = (step) => step.latencyMs?.p99;
const p50: Figure = (step) => step.latencyMs?.p50;

/** Charts of each workload by rate, then of each by users; empty where no trial of the runs climbed. */
export function loadCharts(runs: readonly ReportedRun[]): Chart[] {
  const climbed = (model: StepResult['model']) => byWorkload(runs.flatMap(stairsOfRun(model)));
  return [
    ...climbed('open').flatMap(([workload, stairs]) => rateCharts(stairs, workload)),
    ...climbed('closed').flatMap(([workload, stairs]) => userCharts(stairs, workload, runs.length)),
  ];
}

/** An experiment draws itself: its trials repeat loads, and are no stairs. */
const stairsOfRun =
  (model: StepResult['model']) =>
  ({ found }: ReportedRun, run: number): RunStairs[] =>
    found.experiment === undefined
      ? stairsOf(found, model).map((stairs) => ({ ...stairs, run }))
      : [];

function rateCharts(stairs: RunStairs[], workload: string): Chart[] {
  const load: Figure = ({ offeredRps }) => offeredRps;
  const x = horizontal({ type: 'value', name: 'offered requests a second', min: 0 });
  const highest = Math.max(...stairs.flatMap(({ steps }) => steps.map((step) => load(step) ?? 0)));
  return [
    {
      name: `throughput-by-rate-${workload}`,
      title: `Throughput against offered load: ${workload}`,
      reading:
        'Right answers a second. On the dashed line an app gives all that is asked of it; where it leaves the line, it no longer follows.',
      summary: say(stairs, load, 'offered', achieved, (step) => `${sayRate(achieved(step))}/s`),
      sizes,
      option: () => ({
        grid,
        xAxis: x,
        yAxis: vertical({ type: 'value', min: 0 }),
        series: [
          {
            type: 'line',
            data: [
              [0, 0],
              [highest, highest],
            ],
            symbol: 'none',
            silent: true,
            lineStyle: { color: inks.text, width: 1, type: [3, 3] },
          },
          ...stairs.flatMap((one) => series(one, load, achieved)),
        ],
      }),
    },
    {
      name: `p99-by-rate-${workload}`,
      title: `p99 against offered load: ${workload}`,
      reading:
        'Milliseconds within which 99 of 100 right answers arrive, on a logarithmic scale. The SLO asks for less than the dashed line.',
      summary: say(stairs, load, 'offered', p99, (step) => `${sayMs(p99(step))} ms`),
      sizes,
      option: () => ({
        grid,
        xAxis: x,
        yAxis: vertical({ type: 'log' }),
        series: [...sloLines(stairs), ...stairs.flatMap((one) => series(one, load, p99))],
      }),
    },
  ];
}

function userCharts(stairs: RunStairs[], workload: string, runCount: number): Chart[] {
  const load: Figure = ({ users }) => users;
  const x = horizontal({ type: 'log', logBase: 2, name: 'users who wait for each answer' });
  return [
    {
      name: `throughput-by-users-${workload}`,
      title: `Throughput against users: ${workload}`,
      reading:
        'Right answers a second. It climbs until something is full; a fall to the right means that users cost more than they bring.',
      summary: say(stairs, load, 'users', achieved, (step) => `${sayRate(achieved(step))}/s`),
      sizes,
      option: () => ({
        grid,
        xAxis: x,
        yAxis: vertical({ type: 'value', min: 0 }),
        series: stairs.flatMap((one) => series(one, load, achieved)),
      }),
    },
    {
      name: `latency-by-users-${workload}`,
      title: `Latency against users: ${workload}`,
      reading:
        runCount === 1
          ? 'Milliseconds of right answers, on a logarithmic scale: p99 (solid) and p50 (dotted). The dashed line is the SLO’s bound.'
          : 'Milliseconds within which 99 of 100 right answers arrive, on a logarithmic scale. The dashed line is the SLO’s bound.',
      summary: say(
        stairs,
        load,
        'users',
        p99,
        (step) => `p50 ${sayMs(p50(step))} ms, p99 ${sayMs(p99(step))} ms`,
      ),
      sizes,
      option: () => ({
        grid,
        xAxis: x,
        yAxis: vertical({ type: 'log' }),
        series: [
          ...sloLines(stairs),
          ...(runCount === 1
            ? stairs.flatMap((one) => series(one, load, p50, { type: [2, 3], width: 1.5 }))
            : []),
          ...stairs.flatMap((one) => series(one, load, p99)),
        ],
      }),
    },
  ];
}

const grid = { left: 46, right: 16, top: 12, bottom: 44 };

/** A line through what may be believed, broken at void steps; those stand beside it, as crosses. */
function series(
  { run, app, steps }: RunStairs,
  load: Figure,
  figure: Figure,
  line: LineSeriesOption['lineStyle'] = {},
): LineSeriesOption[] {
  const points = steps.map((step) => {
    const mark = outcomeOf(step);
    const value = [load(step), figure(step) ?? null];
    return { mark, value, ...symbolOf(app, mark, inks.ground) };
  });
  const rest = { type: 'line', silent: true, showAllSymbol: true } as const;
  const data = (isShown: (mark: string) => boolean) =>
    points.map(({ mark, value: [x, y], ...symbol }) => ({
      ...symbol,
      value: [x ?? null, isShown(mark) ? (y ?? null) : null],
    })) as NonNullable<LineSeriesOption['data']>;
  return [
    {
      ...rest,
      data: data((mark) => mark !== 'void'),
      lineStyle: {
        color: appColour(app),
        width: 2,
        type: [...(lineOfRun(run) ?? [1, 0])],
        ...line,
      },
    },
    { ...rest, data: data((mark) => mark === 'void'), lineStyle: { width: 0 } },
  ];
}

/** Each bound once: apps and runs mostly have the same. */
const sloLines = (stairs: readonly RunStairs[]): SeriesOption[] =>
  [...new Set(stairs.map(({ sloMs }) => sloMs))].map(sloLine);

function say(
  stairs: readonly RunStairs[],
  load: Figure,
  unit: string,
  figure: Figure,
  show: (step: StepResult) => string,
): string {
  const several = new Set(stairs.map(({ run }) => run)).size > 1;
  return stairs
    .map(({ run, app, steps }) => {
      const said = steps
        .filter((step) => figure(step) != null)
        .map((step) => {
          const state = step.validity.state === 'valid' ? '' : ` (${step.validity.state})`;
          return `${show(step)} at ${load(step)} ${unit}${state}`;
        });
      return `${appTitle(app)}${several ? `, run ${run + 1}` : ''}: ${said.join(', ')}.`;
    })
    .join(' ');
}
