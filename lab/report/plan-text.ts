// A plan for the terminal: what is needed, a table over rates, what it assumes and how far it goes.

import { appTitle } from '../analysis/findings';
import type { AppPlan } from '../analysis/planning/capacity-plan';
import { HEADROOM_SHARE, money, type PlanRow } from '../analysis/planning/plan-question';
import { sayShare } from './format';
import { renderTable } from './table';

const none = '-';

export function renderPlans(plans: readonly AppPlan[], missing: readonly string[]): string {
  return `${[...plans.map(renderPlan), ...missing.map((text) => `Missing: ${text}`)].join('\n\n')}\n`;
}

function renderPlan(plan: AppPlan): string {
  const { evidence, table, limits, connections, sentences } = plan;
  const { workload, slo, run, scaling, capacity } = evidence;
  const promise = `${slo.share * 100} % of ${workload} within ${slo.thresholdSeconds * 1000} ms`;
  const of = sayBounds(capacity);
  const sections = [
    [`${appTitle(plan.app)}: ${promise}`, ...sentences],
    [
      `Made from ${run.id} (one replica holds ${of})${scaling ? ` and ${scaling.run.id} (replicas, up to ${scaling.testedTo})` : ''}.`,
      `Of that, ${sayShare(HEADROOM_SHARE)} is planned with: ${Math.round(plan.plannedRpsAReplica)}/s a replica.`,
    ],
    [
      renderTable(
        columns.map(({ title }) => title),
        table.map((row) => columns.map(({ cell }) => cell(row))),
      ),
    ],
    [
      'What gives way, the first first:',
      ...limits.map(({ what, rateRps }) => `  ${Math.round(rateRps)}/s  ${what}`),
      ...(connections
        ? [`  Connections: ${connections.used} of ${connections.available}, spares included.`]
        : []),
    ],
    ['Assumed:', ...plan.assumptions.map((text) => `  - ${text}`)],
    plan.warnings.map((text) => `Note: ${text}`),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function sayBounds({
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
const sayMoney = (amount: number | null): string => (amount === null ? none : money(amount));

export const columns: readonly { title: string; cell: (row: PlanRow) => string }[] = [
  { title: 'rate/s', cell: ({ rateRps }) => String(Math.round(rateRps)) },
  { title: 'replicas', cell: ({ replicas }) => (replicas === null ? none : String(replicas)) },
  { title: 'used', cell: ({ utilization }) => sayShare(utilization) },
  { title: 'db used', cell: ({ databaseUtilization }) => sayShare(databaseUtilization) },
  { title: 'mean ms', cell: ({ meanSeconds }) => sayMs(meanSeconds) },
  { title: 'p99 ms', cell: ({ p99Seconds }) => sayMs(p99Seconds) },
  { title: 'cost/h', cell: ({ costPerHour }) => sayMoney(costPerHour) },
  { title: 'cost/million', cell: ({ costPerMillion }) => sayMoney(costPerMillion) },
  {
    title: 'verdict',
    cell: ({ refusal, replicas }) =>
      refusal ?? (replicas === 1 ? 'one carries it' : 'they carry it'),
  },
];
