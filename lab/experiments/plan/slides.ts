// A plan: how many replicas each rate takes, what gives way first, and which predictions were right.

import { HEADROOM_SHARE } from '../../measure/plans';
import { plural, sayRate, sayShare } from '../../render/format';
import { appColour } from '../../render/page/figure';
import { type Message, messageSlides } from '../../render/slides/message-slides';
import type { Notes, Slide } from '../../render/slides/model';
import { appTitle } from '../../results/findings';
import type { ReportedRun } from '../../results/reported-run';
import type { AppPlan, PlanResult } from './analyse';
import { formatReplicas } from './replicas';
import { columns, formatLimit } from './text';
import { validationSlides } from './validation-slides';

export function planSlides(reported: ReportedRun, result: PlanResult): Slide[] {
  const rows = result.validations.flatMap((validation) => validation.rows);
  const own = [replicasMessage(result), limitsMessage(result), ratesMessage(result)];
  const [replicas, limits, rates] = messageSlides(own, notes, reported.run.id);
  const validations = validationSlides(reported, { rows });
  return [replicas, limits, ...validations, rates].filter((slide) => slide !== undefined);
}

function replicasMessage({ plans, rateRps }: PlanResult): Message {
  const rates = plans[0]?.table.map((row) => row.rateRps) ?? [];
  const refused = plans.filter(({ row }) => row.replicas === null);
  return {
    title: `${sayRate(rateRps)} requests a second take ${plans.map(sayNeed).join(', ')}`,
    charts: [
      {
        kind: 'bar',
        summary: plans
          .map(
            ({ app, table }) =>
              `${appTitle(app)}: ${table.map((row) => `${row.replicas ?? 'no plan'} at ${sayRate(row.rateRps)}/s`).join(', ')}.`,
          )
          .join(' '),
        categories: rates.map((rate) => sayRate(rate)),
        series: plans.map(({ app, table }) => ({
          name: appTitle(app),
          colour: appColour(app),
          values: table.map((row) => row.replicas),
        })),
        x: 'requests a second',
        y: 'replicas, spares not counted',
      },
    ],
    figures: plans.map((plan) => ({
      value: plan.row.replicas === null ? 'no plan' : formatReplicas(plan.row.replicas),
      label: `${appTitle(plan.app)}, at ${sayRate(plan.plannedRpsAReplica)}/s each`,
      colour: appColour(plan.app),
    })),
    reading: [
      `A replica is planned with ${sayShare(HEADROOM_SHARE)} of what it holds; ${plans[0]?.question.spare ?? 0} to spare come on top. Where there is no bar nothing is planned.`,
      ...refused.map(({ app, row }) => `${appTitle(app)}: ${row.refusal}.`),
      ...plans.filter(({ row }) => row.trust === 'extended').map(sayExtended),
    ],
  };
}

const sayNeed = ({ app, row }: AppPlan): string =>
  row.replicas === null
    ? `no plan for ${appTitle(app)}`
    : `${formatReplicas(row.replicas)} of ${appTitle(app)}`;

const sayExtended = ({ app, evidence }: AppPlan): string =>
  `${appTitle(app)}: only ${plural(evidence.scaling?.testedTo ?? 1, 'replica was', 'replicas were')} tested.`;

function limitsMessage({ plans }: PlanResult): Message {
  const rows = plans.flatMap(({ app, limits }) =>
    limits.map((limit) => [appTitle(app), `${formatLimit(limit)}/s`, limit.what]),
  );
  const first = new Set(plans.flatMap(({ limits }) => limits[0]?.what.split(',')[0] ?? []));
  const title =
    first.size === 1
      ? `What gives way first is ${[...first][0]}`
      : 'What gives way first differs between the two';
  return {
    title,
    header: ['App', 'Gives way at', 'What'],
    rows: rows.length > 0 ? rows : [['-', '-', 'nothing could be calculated']],
  };
}

/** The whole table is in the report: here are the columns that a listener asks for. */
const asked = ['rate/s', 'replicas', 'used', 'db used', 'p99 ms', 'cost/million', 'verdict'];

function ratesMessage({ plans }: PlanResult): Message {
  const shown = columns.filter(({ title }) => asked.includes(title));
  return {
    title: 'What each rate takes, and where the plan stops',
    header: ['app', ...shown.map(({ title }) => title)],
    rows: plans.flatMap(({ app, table }) =>
      table.map((row) => [appTitle(app), ...shown.map(({ cell }) => cell(row))]),
    ),
  };
}

const notes: Notes = {
  measured:
    'Reckoned, not measured: from the capacity of one replica, the CPU of a request, and the law by replicas where one was fitted; docs/planning.md has the formulas.',
  read: 'Latency and utilization are with the spares lost; cost is without the database.',
  notConcluded:
    'That the application, its data or the machine may change and the plan still hold, or that the latency is a promise.',
};
