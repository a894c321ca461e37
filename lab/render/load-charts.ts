// Throughput and latency against the load: both apps, of all runs, on the same axes.
import { appTitle, type Findings } from '../results/findings';
import type { ReportedRun } from '../results/reported-run';
import { heldAndBroken, outcomeOf } from '../results/trial/result';
import type { StepResult } from '../results/trial/steps';
import { formatMs, formatRate } from './format';
import { appColour, appsOf, lineOfRun } from './looks';
import { countedSteps } from './shown-trials';
import {
  type Block,
  type Chart,
  type LegendEntry,
  type Line,
  markLegend,
  type Reference,
  type XySeries,
} from './view';

/** The steps of one app under one workload, by growing load. */
export type Stairs = { app: string; workload: string; sloMs: number; steps: StepResult[] };
/** Whose steps they are when several runs stand side by side. */
type RunStairs = Stairs & { run: number };
type Figure = (step: StepResult) => number | null | undefined;

/**
 * Apart by workload, because what one reaches is another quantity than what another does; by rate in
 * the open model, by users in the closed one; workloads and apps as they were measured.
 */
export function stairsOf({ trials }: Findings, model: StepResult['model']): Stairs[] {
  // Two that took turns are neither's stairs.
  const measured = trials.filter(
    ({ purpose, rival }) => purpose === 'measure' && rival === undefined,
  );
  const groups = Map.groupBy(measured, ({ app, workload }) => `${workload} ${app}`);
  return [...groups.values()].flatMap((own): Stairs[] => {
    const [first] = own;
    const steps = own
      .flatMap(countedSteps)
      .filter((step) => step.model === model)
      .sort((a, b) => loadOf(a) - loadOf(b));
    if (first === undefined || steps.length === 0) return [];
    const { app, workload, slo } = first;
    return [{ app, workload, sloMs: 1000 * slo.thresholdSeconds, steps }];
  });
}

export const loadOf = ({ offeredRps, users }: StepResult): number => offeredRps ?? users ?? 0;

export const byWorkload = <T extends { workload: string }>(all: readonly T[]): [string, T[]][] => [
  ...Map.groupBy(all, ({ workload }) => workload),
];

/** Empty where no trial of the runs climbed. */
export function loadBlocks(runs: readonly ReportedRun[]): Block[] {
  const charts = loadCharts(runs);
  if (charts.length === 0) return [];
  const legend: LegendEntry[] = [
    ...appsOf(runs).map((app) => ({ mark: 'held' as const, look: { app }, text: appTitle(app) })),
    ...markLegend(),
    ...(runs.length > 1 ? runs : []).map((_, run) => ({
      line: { dash: lineOfRun(run) },
      text: `run ${run + 1}`,
    })),
  ];
  return [{ kind: 'charts', legend, charts }];
}

/** Charts of each workload by rate, then of each by users. */
export function loadCharts(runs: readonly ReportedRun[]): Chart[] {
  // One level alone is no chart; the steps have it.
  const climbed = (model: StepResult['model']) =>
    byWorkload(runs.flatMap(stairsOfRun(model))).filter(
      ([, stairs]) => levelsOf(stairs).length > 1,
    );
  return [
    ...climbed('open').flatMap(([workload, stairs]) => rateCharts(stairs, workload)),
    ...climbed('closed').flatMap(([workload, stairs]) => userCharts(stairs, workload, runs.length)),
  ];
}

/** The loads of all stairs, each once, by size. */
const levelsOf = (stairs: readonly Stairs[]): number[] =>
  [...new Set(stairs.flatMap(({ steps }) => steps.map(loadOf)))].sort((a, b) => a - b);

/** An experiment draws itself: its trials repeat loads, and are no stairs. */
const stairsOfRun =
  (model: StepResult['model']) =>
  ({ found }: ReportedRun, run: number): RunStairs[] =>
    found.experiment === undefined
      ? stairsOf(found, model).map((stairs) => ({ ...stairs, run }))
      : [];

const achieved: Figure = (step) => (step.requests > 0 ? step.achievedRps : null);
const p99: Figure = (step) => step.latencyMs?.p99;
const p50: Figure = (step) => step.latencyMs?.p50;

function rateCharts(stairs: RunStairs[], workload: string): Chart[] {
  const x = { title: 'offered requests per second', min: 0 };
  const highest = levelsOf(stairs).at(-1) ?? 0;
  const allOffered: XySeries = {
    name: 'all that is offered',
    points: [0, highest].map((rate) => ({ x: rate, y: rate })),
    line: { width: 1, dash: [3, 3] },
  };
  return [
    {
      kind: 'xy',
      name: `throughput-by-rate-${workload}`,
      title: `Throughput against offered load: ${workload}`,
      reading:
        'Right answers per second. On the dashed line an app gives all that is asked of it; where it leaves the line, it no longer follows.',
      summary: describe(stairs, 'offered', achieved, (step) => `${formatRate(achieved(step))}/s`),
      x,
      y: { title: 'right answers per second', min: 0 },
      series: [allOffered, ...stairs.map((one) => seriesOf(one, achieved))],
    },
    {
      kind: 'xy',
      name: `p99-by-rate-${workload}`,
      title: `p99 against offered load: ${workload}`,
      reading:
        'Milliseconds within which 99 of 100 right answers arrive, on a logarithmic scale. The dashed line is the SLO; within a band it gave way.',
      summary: describe(stairs, 'offered', p99, (step) => `${formatMs(p99(step))} ms`),
      x,
      y: { title: 'ms', log: 10 },
      series: stairs.map((one) => seriesOf(one, p99)),
      references: [...stairs.flatMap(limitBand), ...sloLines(stairs)],
    },
  ];
}

function userCharts(stairs: RunStairs[], workload: string, runCount: number): Chart[] {
  const ticks = levelsOf(stairs);
  const x = { title: 'users who wait for each answer', log: 2 as const, ticks };
  const medians = runCount === 1;
  return [
    {
      kind: 'xy',
      name: `throughput-by-users-${workload}`,
      title: `Throughput against users: ${workload}`,
      reading:
        'Right answers per second. It climbs until something is full; a fall to the right means that users cost more than they bring.',
      summary: describe(stairs, 'users', achieved, (step) => `${formatRate(achieved(step))}/s`),
      x,
      y: { title: 'right answers per second', min: 0 },
      series: stairs.map((one) => seriesOf(one, achieved)),
    },
    {
      kind: 'xy',
      name: `latency-by-users-${workload}`,
      title: `Latency against users: ${workload}`,
      reading: medians
        ? 'Milliseconds of right answers, on a logarithmic scale: p99 (solid) and p50 (dotted). The dashed line is the SLO’s bound.'
        : 'Milliseconds within which 99 of 100 right answers arrive, on a logarithmic scale. The dashed line is the SLO’s bound.',
      summary: describe(
        stairs,
        'users',
        p99,
        (step) => `p50 ${formatMs(p50(step))} ms, p99 ${formatMs(p99(step))} ms`,
      ),
      x,
      y: { title: 'ms', log: 10 },
      series: [
        ...(medians ? stairs.map((one) => seriesOf(one, p50, { dash: [2, 3], width: 1.5 })) : []),
        ...stairs.map((one) => seriesOf(one, p99)),
      ],
      references: sloLines(stairs),
    },
  ];
}

/** Void steps stand beside the line, as crosses. What has a line of its own is a median. */
const seriesOf = ({ run, app, steps }: RunStairs, figure: Figure, line?: Line): XySeries => ({
  name: line === undefined ? appTitle(app) : `${appTitle(app)}, median`,
  look: { app },
  isNamed: line === undefined && run === 0,
  line: line ?? { dash: lineOfRun(run) },
  points: steps.map((step) => ({
    x: loadOf(step),
    y: figure(step) ?? null,
    mark: outcomeOf(step),
  })),
});

/** Where the SLO gave way: between two rates, in the colour of the app. */
function limitBand({ app, steps }: RunStairs): Reference[] {
  const { held, broken } = heldAndBroken(steps.filter(({ validity }) => validity.state !== 'void'));
  if (held === undefined || broken === undefined) return [];
  return [{ axis: 'x', at: [loadOf(held), loadOf(broken)], line: { colour: appColour(app) } }];
}

/** Each bound once: apps and runs mostly have the same. */
const sloLines = (stairs: readonly RunStairs[]): Reference[] =>
  [...new Set(stairs.map(({ sloMs }) => sloMs))].map(sloLine);

export const sloLine = (boundMs: number): Reference => ({
  axis: 'y',
  at: boundMs,
  label: `SLO ${boundMs} ms`,
  line: { dash: [6, 4] },
});

function describe(
  stairs: readonly RunStairs[],
  unit: string,
  figure: Figure,
  format: (step: StepResult) => string,
): string {
  const several = new Set(stairs.map(({ run }) => run)).size > 1;
  return stairs
    .map(({ run, app, steps }) => {
      const figures = steps
        .filter((step) => figure(step) != null)
        .map((step) => {
          const state = step.validity.state === 'valid' ? '' : ` (${step.validity.state})`;
          return `${format(step)} at ${loadOf(step)} ${unit}${state}`;
        });
      return `${appTitle(app)}${several ? `, run ${run + 1}` : ''}: ${figures.join(', ')}.`;
    })
    .join(' ');
}
