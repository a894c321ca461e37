// A plan as text: a table over rates, what gives way first and what is assumed. A validation as a table
// of predicted and measured, for the terminal and for the page.

import { HEADROOM_SHARE } from '../../measure/plans';
import { sayShare } from '../../render/format';
import { html, type Markup } from '../../render/page/markup';
import type { Section } from '../../render/page/shell';
import { table } from '../../render/page/table';
import { renderTable } from '../../render/table';
import { appTitle } from '../../results/findings';
import { toldApart } from '../../results/trial/checked';
import type { AppPlan, Limit, PlanResult } from './analyse';
import type { Quantity, ValidationRow } from './design';
import { money, type PlanRow } from './question';
import { type ValidationResult, WITHIN } from './validation';

const none = '-';

/** Without the sentences and the doubts, which stand below the tables of every run. */
export const renderPlans = ({ plans }: PlanResult): string => plans.map(renderPlan).join('\n\n');

function renderPlan(plan: AppPlan): string {
  const { table, limits, connections, assumptions } = plan;
  const sections = [
    [`${appTitle(plan.app)}: ${describePromise(plan)}`, ...describeEvidence(plan)],
    [
      renderTable(
        columns.map(({ title }) => title),
        table.map((row) => columns.map(({ cell }) => cell(row))),
      ),
    ],
    [
      'What gives way, first to last:',
      ...limits.map((limit) => `  ${formatLimit(limit)}/s  ${limit.what}`),
      ...(connections ? [`  ${describeConnections(connections)}`] : []),
    ],
    ['Assumed:', ...assumptions.map((text) => `  - ${text}`)],
  ];
  return sections.map((lines) => lines.join('\n')).join('\n\n');
}

export const describePromise = ({ evidence: { slo, workload } }: AppPlan): string =>
  `${slo.share * 100} % of ${workload} within ${slo.thresholdSeconds * 1000} ms`;

/** The runs, by name, and how much of what they found is planned with. */
export function describeEvidence({ evidence, plannedRpsAReplica }: AppPlan): string[] {
  const { run, scaling, stairs, capacity } = evidence;
  const replicas = scaling ? ` and ${scaling.run.id} (replicas, up to ${scaling.testedTo})` : '';
  return [
    `Made from ${run.id} (one replica holds ${describeBounds(capacity)})${replicas}.`,
    ...(stairs ? [`Latency is fitted with the rates of ${stairs.id}, too.`] : []),
    `Of that, ${sayShare(HEADROOM_SHARE)} is planned with: ${Math.round(plannedRpsAReplica)}/s a replica.`,
  ];
}

export const formatLimit = ({ rateRps }: Limit): string => String(Math.round(rateRps));
export const describeConnections = ({
  used,
  available,
}: NonNullable<AppPlan['connections']>): string =>
  `Connections: ${used} of ${available}, spares included.`;

function describeBounds({
  holdsRps,
  interval,
  failsRps,
  searches,
}: AppPlan['evidence']['capacity']): string {
  const fails =
    failsRps === null ? ', no rate was shown to fail' : `, fails ${Math.round(failsRps)}/s`;
  const spread = interval
    ? `, 95 % interval ${interval.map((end) => Math.round(end)).join(' to ')} over ${searches} searches`
    : '';
  return `${Math.round(holdsRps)}/s${fails}${spread}`;
}

const sayMs = (seconds: number | null): string =>
  seconds === null ? none : (1000 * seconds).toFixed(1);
const formatMoney = (amount: number | null): string => (amount === null ? none : money(amount));

export const columns: readonly { title: string; cell: (row: PlanRow) => string }[] = [
  { title: 'rate/s', cell: ({ rateRps }) => String(Math.round(rateRps)) },
  { title: 'replicas', cell: ({ replicas }) => (replicas === null ? none : String(replicas)) },
  { title: 'used', cell: ({ utilization }) => sayShare(utilization) },
  { title: 'db used', cell: ({ databaseUtilization }) => sayShare(databaseUtilization) },
  { title: 'mean ms', cell: ({ meanSeconds }) => sayMs(meanSeconds) },
  { title: 'p99 ms', cell: ({ p99Seconds }) => sayMs(p99Seconds) },
  { title: 'cost/h', cell: ({ costPerHour }) => formatMoney(costPerHour) },
  { title: 'cost/million', cell: ({ costPerMillion }) => formatMoney(costPerMillion) },
  { title: 'verdict', cell: describeVerdict },
];

function describeVerdict({ refusal, replicas, trust }: PlanRow): string {
  if (refusal !== null) return refusal;
  const carried = replicas === 1 ? 'one carries it' : 'they carry it';
  return trust === 'extended' ? `${carried}, beyond what was tested` : carried;
}

export const renderValidation = ({ rows }: ValidationResult): string =>
  renderTable(
    validationColumns.map(({ title }) => title),
    rows.map((row) => validationColumns.map(({ cell }) => cell(row))),
  );

export const validationSections = ({ rows }: ValidationResult): Section[] => [
  {
    id: 'validation',
    title: 'Predicted and measured',
    body: html`<p class="check">Predictions were written down before anything was measured, from another run. What is not within 10 % has its reason beside it.</p>${validationTable(rows)}`,
  },
];

/** For the page: of a validation, and of a plan that was validated. */
export function validationTable(rows: readonly ValidationRow[]): Markup {
  const [first, ...rest] = validationColumns;
  return table({
    caption: 'The plan at two loads that its fit had not seen',
    header: validationColumns.map(({ title }) => title),
    rows: rows.map((row) => ({
      head: first?.cell(row) ?? '',
      cells: rest.map(({ cell }) => cell(row)),
    })),
    words: [2, validationColumns.length - 1],
  });
}

export const quantities: Record<Quantity, { title: string; digits: number }> = {
  achievedRps: { title: 'achieved/s', digits: 0 },
  appCores: { title: 'app cores', digits: 2 },
  databaseCores: { title: 'db cores', digits: 2 },
  meanMs: { title: 'mean ms', digits: 2 },
  p99Ms: { title: 'p99 ms', digits: 2 },
};

const figure = (value: number | null, quantity: Quantity): string =>
  value === null ? '-' : value.toFixed(quantities[quantity].digits);

/** Told apart from the 10 % that it is held against. */
export const formatError = (error: number | null): string =>
  error === null
    ? '-'
    : `${error > 0 ? '+' : error < 0 ? '-' : ''}${toldApart(Math.abs(100 * error), 100 * WITHIN, 1)} %`;

const validationColumns: readonly { title: string; cell: (row: ValidationRow) => string }[] = [
  { title: 'app', cell: ({ app }) => appTitle(app) },
  { title: 'offered/s', cell: ({ rateRps }) => String(rateRps) },
  { title: 'quantity', cell: ({ quantity }) => quantities[quantity].title },
  { title: 'predicted', cell: ({ predicted, quantity }) => figure(predicted, quantity) },
  { title: 'measured', cell: ({ measured, quantity }) => figure(measured, quantity) },
  { title: 'off by', cell: ({ error }) => formatError(error) },
  { title: 'trials', cell: ({ trials }) => String(trials) },
  {
    title: 'verdict',
    cell: ({ within, reason }) =>
      within ? 'within 10 %' : `${within === null ? 'open' : 'outside'}: ${reason}`,
  },
];
