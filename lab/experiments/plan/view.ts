// What `lab plan` shows: what each rate takes, what gives way first, and how far that can be trusted.
import { HEADROOM_SHARE } from '../../measure/plans';
import {
  formatCount,
  formatMs,
  formatPerSecond,
  formatRate,
  formatShare,
} from '../../render/format';
import { type Block, type Column, type Table, table, type View } from '../../render/view';
import { typed } from '../../results/command-line';
import { appTitle } from '../../results/findings';
import { formatPromise } from '../../results/findings-text';
import type { RunRecord } from '../../results/schemas';
import { type AppPlan, formatMoney, type PlanResult } from './analyse';
import { detailCharts, mean, planNotes as notes, p99, replicasChart } from './rate-charts';
import type { PlanRow } from './replicas';
import { aboutWords } from './trust';
import { validationSlides, validationTable } from './validation-view';

export function planView(result: PlanResult, { id }: RunRecord): View[] {
  const { plans } = result;
  return [
    {
      id: 'plan',
      title: 'What each rate takes',
      blocks: [replicasChart(result, id), detailCharts(result, id), rateTable(plans)],
    },
    { id: 'limits', title: 'What gives way first', blocks: limitBlocks(plans) },
    {
      id: 'trust',
      title: 'How far it can be trusted',
      blocks: [
        {
          kind: 'note',
          text: 'A plan is calculated, not measured. Do not take its latency for a promise, nor its cost for a bill: it knows no load balancer, no network, no deployment, no hour of the day. Plan again when the application, its data or the machine has changed.',
          on: ['page'],
        },
        ...plans.flatMap(trustBlocks),
      ],
    },
    {
      id: 'validation',
      title: 'Predicted and measured',
      // Last of the slides: where a deck is cut, what gives way first says more.
      blocks: [
        ...validationBlocks(result),
        { kind: 'slide', slide: ratesSlide, table: rateTable(plans) },
      ],
    },
  ];
}

/** The columns that a listener needs; the others are in the report. */
const notOnSlides = { on: ['terminal', 'page'] } as const;
type Rate = { app: string; row: PlanRow };

export const rateColumns: readonly Column<Rate>[] = [
  { title: 'app', is: 'words', cell: ({ app }) => appTitle(app) },
  { title: 'rate/s', cell: ({ row }) => formatRate(row.rateRps) },
  { title: 'replicas', cell: ({ row }) => formatCount(row.replicas) },
  { title: 'used', cell: ({ row }) => formatShare(row.utilization) },
  { title: 'db used', cell: ({ row }) => formatShare(row.databaseUtilization), drop: 2 },
  { title: 'mean ms', cell: ({ row }) => formatMs(mean(row)), ...notOnSlides, drop: 4 },
  { title: 'p99 ms', cell: ({ row }) => formatMs(p99(row)), drop: 1 },
  { title: 'cost/h', cell: ({ row }) => costOf(row.costPerHour), ...notOnSlides, drop: 3 },
  { title: 'cost/million', cell: ({ row }) => costOf(row.costPerMillion), drop: 5 },
  { title: 'verdict', is: 'words', cell: ({ row }) => verdictOf(row) },
];

const costOf = (amount: number | null): string => (amount === null ? '-' : formatMoney(amount));

function verdictOf({ refusal, replicas: count, trust }: PlanRow): string {
  if (refusal !== null) return refusal;
  const carried = count === 1 ? 'one carries it' : 'they carry it';
  return trust === 'extended' ? `${carried}, beyond what was tested` : carried;
}

const ratesSlide = { title: 'What each rate takes, and where the plan stops', notes };

function rateTable(plans: readonly AppPlan[]): Table {
  const promises = plans.map(({ evidence }) => formatPromise(evidence));
  return table({
    caption: 'What each rate takes',
    aside: [...new Set(promises)].join('; '),
    columns: rateColumns,
    rows: plans.flatMap(({ app, table: rows }) => rows.map((row) => ({ app, row }))),
  });
}

function limitBlocks(plans: readonly AppPlan[]): Block[] {
  const rows = plans.flatMap(({ app, limits }) => limits.map((limit) => ({ app, ...limit })));
  const first = [...new Set(plans.flatMap(({ limits }) => limits[0]?.what.split(',')[0] ?? []))];
  const connections = plans.flatMap(({ app, connections: own }) =>
    own ? `${appTitle(app)}: ${own.used} of ${own.available} connections, spares included.` : [],
  );
  const title =
    first.length === 1
      ? `What gives way first is ${first[0]}`
      : 'What gives way first differs between the two';
  return [
    ...(rows.length === 0
      ? []
      : [
          table({
            caption: 'What gives way, the lowest rate first',
            columns: [
              { title: 'app', is: 'words', cell: ({ app }) => appTitle(app) },
              { title: 'gives way at', cell: ({ rateRps }) => formatPerSecond(rateRps) },
              { title: 'what', is: 'words', cell: ({ what }) => what },
            ],
            rows,
            slide: { title, notes },
          }),
        ]),
    ...(connections.length === 0 ? [] : [{ kind: 'note' as const, text: connections }]),
  ];
}

/** The runs, by name, and how much of what they found is planned with; then what is assumed. */
function trustBlocks({ app, evidence, plannedRpsAReplica, assumptions }: AppPlan): Block[] {
  const { run, scaling, stairs, capacity } = evidence;
  const by = scaling ? ` and ${scaling.run.id} (replicas, up to ${scaling.testedTo})` : '';
  const made = [
    `Made from ${run.id} (one replica holds ${describeBounds(capacity)})${by}.`,
    ...(stairs ? [`Latency is fitted with the rates of ${stairs.id}, too.`] : []),
    `Of that, ${formatShare(HEADROOM_SHARE)} is planned with: ${formatPerSecond(plannedRpsAReplica)} per replica.`,
    capacity.bottleneck.words,
  ];
  return [
    { kind: 'heading', text: appTitle(app), app },
    { kind: 'note', text: `${made.join(' ')} Assumed:` },
    { kind: 'note', text: assumptions },
  ];
}

function describeBounds({
  holdsRps,
  interval,
  failsRps,
  searches,
}: AppPlan['evidence']['capacity']) {
  const fails =
    failsRps === null ? 'no rate was shown to fail' : `fails ${formatPerSecond(failsRps)}`;
  const spread = interval
    ? `, 95 % interval ${interval.map(formatRate).join(' to ')} over ${searches} searches`
    : '';
  return `${formatPerSecond(holdsRps)}, ${fails}${spread}`;
}

function validationBlocks({ plans, validations }: PlanResult): Block[] {
  const missing = plans.filter(({ app }) => validations.every((one) => one.app !== app));
  return [
    ...validationSlides(validations.flatMap(({ rows }) => rows)),
    ...validations.flatMap(({ app, run, rows }): Block[] => [
      {
        kind: 'note',
        text: `${appTitle(app)}, run ${run}: predictions of one replica, from the same evidence, written down before anything was measured. What is not within 10 % has its reason beside it.`,
        on: ['page'],
      },
      { ...validationTable(rows), on: ['page'] },
    ]),
    ...(missing.length === 0
      ? []
      : [
          {
            kind: 'note' as const,
            text: `Nothing that this plan predicts for ${missing.map(({ app }) => appTitle(app)).join(' and ')} has been measured: ${typed(['plan', '--validate', ...wordsAbout(missing)])} does so at two loads, and a plan made after it shows both.`,
            on: ['page'] as const,
          },
        ]),
  ];
}

/** All of a plan are about one workload and one profile. */
function wordsAbout(plans: readonly AppPlan[]): string[] {
  const [first] = plans;
  if (first === undefined) return [];
  const { workload, unit } = first.evidence;
  return aboutWords(
    plans.map(({ app }) => app),
    workload,
    unit.profile,
  );
}
