// A plan over a range of rates: replicas, how full they are, and what their users wait for. The lines
// are calculated between the rows of the table, which are the marks.
import { HEADROOM_SHARE } from '../../measure/plans';
import { formatRate, formatShare, plural } from '../../render/format';
import { appColour } from '../../render/looks';
import type { Charts, LegendEntry, Line, Notes, XySeries } from '../../render/view';
import { appTitle } from '../../results/findings';
import type { AppPlan, PlanResult } from './analyse';
import { FURTHEST_FACTOR, type PlanRow, planRow } from './replicas';

export const planNotes: Notes = {
  measured:
    'Calculated, not measured: from the capacity of one replica, the CPU per request, and the law by replicas where one was fitted; docs/planning.md has the formulas.',
  read: 'Latency and utilization are with the spares lost; cost is without the database.',
  notConcluded:
    'That the application, its data or the machine may change and the plan still hold, or that the latency is a promise.',
};

type Figure = (row: PlanRow) => number | null;

const replicas: Figure = (row) => row.replicas;
const utilization: Figure = (row) => row.utilization && 100 * row.utilization;
const database: Figure = (row) => row.databaseUtilization && 100 * row.databaseUtilization;
export const p99: Figure = (row) => row.p99Seconds && 1000 * row.p99Seconds;
export const mean: Figure = (row) => row.meanSeconds && 1000 * row.meanSeconds;

/** Rates that a line is drawn through: enough for a step to look like one. */
const linePoints = 240;
/** Of a value beside the one that the chart is of. */
const dotted: Line = { dash: [2, 3], width: 1.5 };
const extended: Line = { dash: [7, 4] };
const rates = { title: 'requests per second', min: 0 };

/** Nothing here was measured: hollow marks and crosses, which speak of steps, are not used. */
const legendOf = (plans: readonly AppPlan[]): LegendEntry[] => [
  ...plans.map(({ app }) => ({ mark: 'held' as const, look: { app }, text: appTitle(app) })),
  { mark: 'held', text: 'filled: as many replicas were measured' },
  {
    mark: 'extended',
    text: `pale, and the line dashed: up to ${FURTHEST_FACTOR} times as many, by the law`,
  },
  { mark: 'refused', text: 'a dash: nothing is planned' },
];

/** In two: dashed where the law is extended. Both are broken where nothing is planned. */
function lines({ app, evidence, question, table: rows }: AppPlan, figure: Figure, look: Line = {}) {
  const furthest = Math.max(...rows.map(({ rateRps }) => rateRps));
  const drawn = Array.from({ length: linePoints }, (_, index) =>
    planRow(evidence, question, ((index + 1) / linePoints) * furthest),
  );
  return (['tested', 'extended'] as const).map(
    (trust): XySeries => ({
      name: appTitle(app),
      look: { app },
      line: { ...(trust === 'extended' && extended), ...look },
      // The dashes begin where the solid line ends.
      points: drawn.map((row, index) => ({
        x: row.rateRps,
        y:
          row.trust === trust || (row.trust === 'tested' && drawn[index + 1]?.trust === trust)
            ? figure(row)
            : null,
      })),
    }),
  );
}

/** The rows of the table; a figure that there is not has no mark. */
const marks = ({ app, table: rows }: AppPlan, figure: Figure): XySeries => ({
  name: appTitle(app),
  look: { app },
  points: rows.map((row) => ({
    x: row.rateRps,
    y: figure(row),
    mark: row.trust === 'tested' ? 'held' : row.trust,
  })),
});

/** What a chart shows to whoever does not see it. */
const summary = 'The table of rates has the figures of this chart.';

const planned = (rateRps: number) => [
  { axis: 'x' as const, at: rateRps, label: 'planned for', line: { dash: [3, 3], width: 1 } },
];

export function replicasChart(result: PlanResult, id: string): Charts {
  const { plans, rateRps } = result;
  return {
    kind: 'charts',
    legend: legendOf(plans),
    charts: [
      {
        kind: 'xy',
        name: `plan-${id}-replicas`,
        whole: true,
        title: 'Replicas against rate',
        reading:
          'What carries each rate with its headroom, spares not counted. Where the line is dashed, more replicas are planned than were tested. From the dash on, nothing is planned: do not extend the line.',
        summary,
        x: rates,
        y: { title: 'replicas', min: 0, whole: true },
        series: plans.flatMap((plan) => [
          ...lines(plan, replicas, { step: true }),
          marks(plan, (row) => row.replicas ?? 0),
        ]),
        references: planned(rateRps),
      },
    ],
    slide: replicasSlide(result),
  };
}

function replicasSlide({ plans, rateRps }: PlanResult): Charts['slide'] {
  const [first] = plans;
  const needs = plans.map(({ app, row }) =>
    row.replicas === null
      ? `no plan for ${appTitle(app)}`
      : `${plural(row.replicas, 'replica')} of ${appTitle(app)}`,
  );
  const refused = plans.filter(({ row }) => row.replicas === null);
  const beyond = plans.filter(({ row }) => row.trust === 'extended');
  return {
    title: `${formatRate(rateRps)} requests per second take ${needs.join(', ')}`,
    notes: planNotes,
    charts: [
      {
        kind: 'bars',
        summary: 'Replicas that each rate takes; no bar where nothing is planned.',
        categories: first?.table.map((row) => formatRate(row.rateRps)) ?? [],
        series: plans.map(({ app, table: rows }) => ({
          name: appTitle(app),
          colour: appColour(app),
          values: rows.map((row) => row.replicas),
        })),
        x: 'requests per second',
        y: { title: 'replicas, spares not counted' },
      },
    ],
    figures: plans.map(({ app, row, plannedRpsAReplica }) => ({
      value: row.replicas === null ? 'no plan' : plural(row.replicas, 'replica'),
      label: `${appTitle(app)}, at ${formatRate(plannedRpsAReplica)}/s each`,
      colour: appColour(app),
    })),
    reading: [
      `A replica is planned with ${formatShare(HEADROOM_SHARE)} of what it holds; ${first?.question.spare ?? 0} to spare come on top. Where there is no bar nothing is planned.`,
      ...refused.map(({ app, row }) => `${appTitle(app)}: ${row.refusal}.`),
      ...beyond.map(
        ({ app, evidence }) =>
          `${appTitle(app)}: only ${plural(evidence.scaling?.testedTo ?? 1, 'replica was', 'replicas were')} tested.`,
      ),
    ],
  };
}

export function detailCharts({ plans, rateRps }: PlanResult, id: string): Charts {
  const bounds = new Set(plans.map(({ evidence }) => 1000 * evidence.slo.thresholdSeconds));
  return {
    kind: 'charts',
    charts: [
      {
        kind: 'xy',
        name: `plan-${id}-utilization`,
        title: 'Utilization against rate',
        reading:
          'Per cent of the CPU: solid, of each replica with the spares lost; dotted, of the database that all share. It falls where a replica is added, and the database’s does not.',
        summary,
        x: rates,
        y: { title: '%', min: 0, max: 100 },
        series: plans.flatMap((plan) => [
          ...lines(plan, utilization),
          ...lines(plan, database, dotted),
          marks(plan, utilization),
        ]),
        references: planned(rateRps),
      },
      {
        kind: 'xy',
        name: `plan-${id}-latency`,
        title: 'Latency against rate',
        reading:
          'Expected milliseconds with the spares lost, on a logarithmic scale: p99 (solid) and mean (dotted). A prediction: no request was sent for it. The dashed line is the SLO’s bound.',
        summary,
        x: rates,
        y: { title: 'ms', log: 10 },
        series: plans.flatMap((plan) => [
          ...lines(plan, p99),
          ...lines(plan, mean, dotted),
          marks(plan, p99),
        ]),
        references: [
          ...planned(rateRps),
          ...[...bounds].map((at) => ({ axis: 'y' as const, at, line: { dash: [6, 4] } })),
        ],
      },
    ],
  };
}
