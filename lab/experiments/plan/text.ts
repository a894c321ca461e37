// A plan for the terminal: a table over rates, what gives way and what is assumed.

import { sayShare } from '../../render/format';
import { renderTable } from '../../render/table';
import { appTitle } from '../../results/findings';
import type { AppPlan, Limit } from './capacity-plan';
import { HEADROOM_SHARE, money, type PlanRow } from './plan-question';
import type { PlanResult } from './plan-result';

const none = '-';

/** Without the sentences and the doubts, which stand below the tables of every run. */
export const renderPlans = ({ plans }: PlanResult): string => plans.map(renderPlan).join('\n\n');

function renderPlan(plan: AppPlan): string {
  const { table, limits, connections, assumptions } = plan;
  const sections = [
    [`${appTitle(plan.app)}: ${sayPromise(plan)}`, ...sayMadeFrom(plan)],
    [
      renderTable(
        columns.map(({ title }) => title),
        table.map((row) => columns.map(({ cell }) => cell(row))),
      ),
    ],
    [
      'What gives way, the first first:',
      ...limits.map((limit) => `  ${sayLimit(limit)}/s  ${limit.what}`),
      ...(connections ? [`  ${sayConnections(connections)}`] : []),
    ],
    ['Assumed:', ...assumptions.map((text) => `  - ${text}`)],
  ];
  return sections.map((lines) => lines.join('\n')).join('\n\n');
}

export const sayPromise = ({ evidence: { slo, workload } }: AppPlan): string =>
  `${slo.share * 100} % of ${workload} within ${slo.thresholdSeconds * 1000} ms`;

/** The runs, by name, and how much of what they found is planned with. */
export function sayMadeFrom({ evidence, plannedRpsAReplica }: AppPlan): string[] {
  const { run, scaling, stairs, capacity } = evidence;
  const replicas = scaling ? ` and ${scaling.run.id} (replicas, up to ${scaling.testedTo})` : '';
  return [
    `Made from ${run.id} (one replica holds ${sayBounds(capacity)})${replicas}.`,
    ...(stairs ? [`Latency is fitted with the rates of ${stairs.id}, too.`] : []),
    `Of that, ${sayShare(HEADROOM_SHARE)} is planned with: ${Math.round(plannedRpsAReplica)}/s a replica.`,
  ];
}

export const sayLimit = ({ rateRps }: Limit): string => String(Math.round(rateRps));
export const sayConnections = ({ used, available }: NonNullable<AppPlan['connections']>): string =>
  `Connections: ${used} of ${available}, spares included.`;

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
  { title: 'verdict', cell: sayVerdict },
];

function sayVerdict({ refusal, replicas, trust }: PlanRow): string {
  if (refusal !== null) return refusal;
  const carried = replicas === 1 ? 'one carries it' : 'they carry it';
  return trust === 'extended' ? `${carried}, beyond what was tested` : carried;
}
