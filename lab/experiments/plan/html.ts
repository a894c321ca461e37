// What a plan shows in report.html: each rate with what it takes, what gives way, how far it holds.

import { drawnSwatch, renderFigure, swatch } from '../../render/page/figure';
import { html, type Markup } from '../../render/page/markup';
import type { Section } from '../../render/page/shell';
import { table } from '../../render/page/table';
import { appTitle } from '../../results/findings';
import type { RunRecord } from '../../results/schemas';
import type { AppPlan, PlanResult } from './analyse';
import { planCharts, planMark } from './charts';
import { FURTHEST_FACTOR, type Trust } from './replicas';
import {
  columns,
  describeConnections,
  describeEvidence,
  describePromise,
  formatLimit,
  validationTable,
} from './text';
import type { Validated } from './validation';

export function planSections(result: PlanResult, { id }: RunRecord): Section[] {
  const { plans, validations } = result;
  const [whole, ...halves] = planCharts(result, `plan-${id}`);
  return [
    {
      id: 'plan',
      title: 'What each rate takes',
      body: html`${legend(plans)}<div class="rows">${whole ? renderFigure(whole) : null}
<div class="charts">${halves.map(renderFigure)}</div></div>${plans.map(rateTable)}`,
    },
    { id: 'limits', title: 'What gives way first', body: html`${plans.map(limitTable)}` },
    {
      id: 'trust',
      title: 'How far it can be trusted',
      body: html`${notConcluded}${plans.map(trust)}`,
    },
    { id: 'validation', title: 'Predicted and measured', body: validated(plans, validations) },
  ];
}

const meanings: Record<Trust, string> = {
  tested: 'filled: as many replicas were measured',
  extended: `pale, and the line dashed: up to ${FURTHEST_FACTOR} times as many, by the law`,
  refused: 'a dash: nothing is planned',
};

const legend = (plans: readonly AppPlan[]): Markup => html`<ul class="legend">
${plans.map(({ app }) => html`<li>${swatch(app, 'held')} ${appTitle(app)}</li>`)}
${(Object.keys(meanings) as Trust[]).map((one) => html`<li>${drawnSwatch(planMark('express', one, 'currentColor'))} ${meanings[one]}</li>`)}
</ul>`;

function rateTable(plan: AppPlan): Markup {
  const [first, ...rest] = columns;
  return table({
    caption: html`${appTitle(plan.app)} <span class="aside">${describePromise(plan)}</span>`,
    header: columns.map(({ title }) => title),
    rows: plan.table.map((row) => ({
      head: first?.cell(row) ?? '',
      cells: rest.map(({ cell }) => cell(row)),
    })),
    words: [columns.length - 1],
  });
}

const limitTable = ({ app, limits, connections }: AppPlan): Markup =>
  html`${table({
    caption: `${appTitle(app)}: the lowest rate first`,
    header: ['what', 'gives way at, a second'],
    rows: limits.map((limit) => ({ head: limit.what, cells: [formatLimit(limit)] })),
  })}${connections && html`<p class="check">${describeConnections(connections)}</p>`}`;

const notConcluded = html`<p class="check">A plan is calculated, not measured. Do not take its latency for a promise, nor its cost for a bill: it knows no load balancer, no network, no deployment, no hour of the day. Plan again when the application, its data or the machine has changed.</p>`;

/** The doubts stand beneath the answer, where nobody can miss them. */
const trust = (
  plan: AppPlan,
): Markup => html`<h3>${swatch(plan.app, 'held')} ${appTitle(plan.app)}</h3>
<p>${describeEvidence(plan).join(' ')} ${plan.evidence.capacity.bottleneck.words}</p>
<ul class="notice">${plan.assumptions.map((text) => html`<li>Assumed: ${text}</li>`)}</ul>`;

function validated(plans: readonly AppPlan[], validations: readonly Validated[]): Markup {
  const missing = plans.filter(({ app }) => validations.every((one) => one.app !== app));
  return html`${validations.map(
    ({ app, run, rows }) =>
      html`<p class="check">${appTitle(app)}, run <span class="id">${run}</span>: predictions of one replica, from the same evidence, written down before anything was measured. What is not within 10 % has its reason beside it.</p>${validationTable(rows)}`,
  )}${
    missing.length > 0 &&
    html`<p class="check">Nothing that this plan predicts for ${missing.map(({ app }) => appTitle(app)).join(' and ')} has been measured: <code>npm run lab -- plan --validate</code> does so at two loads, and a plan made after it shows both.</p>`
  }`;
}
