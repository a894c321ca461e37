// What a tour, or a run of one scenario, shows on slides: what each app held, how its latency grew, and
// what it used. A slide is of one workload: what one reaches says nothing of what another does.
import { partColours } from '../../../grafana/src/colours';
import { formatCores, formatCpuCost, formatPerSecond, plural } from '../../render/format';
import { byWorkload, type Stairs, sloLine, stairsOf } from '../../render/load-charts';
import { appColour } from '../../render/looks';
import type { Notes, SlideMessage, View } from '../../render/view';
import { appTitle, cpuCostOf, type SloRange } from '../../results/findings';
import { formatP99 } from '../../results/findings-text';
import type { ReportedRun } from '../../results/reported-run';
import type { RunRecord } from '../../results/schemas';
import { heldAndBroken } from '../../results/trial/result';
import type { StepResult } from '../../results/trial/steps';

type Message = Omit<SlideMessage, 'notes'>;

export function tourView(reported: ReportedRun): View {
  const { run, found } = reported;
  const known = found.ranges.filter(({ held, broken }) => held !== null || broken !== null);
  const byRate = byWorkload(validStairs(reported, 'open'));
  const byUsers = byWorkload(validStairs(reported, 'closed'));
  const notes = notesOf(run);
  const messages = [
    ...byWorkload(known).map(([workload, ranges]) => rangeMessage(workload, ranges)),
    ...byRate.map(([workload, stairs]) => latencyMessage(workload, stairs)),
    ...byUsers.flatMap(([workload, stairs]) => usersMessage(workload, stairs)),
    ...byRate.flatMap(([workload, stairs]) => costMessage(workload, stairs)),
  ];
  return {
    id: 'loads',
    title: 'Loads',
    blocks: messages.map((message) => ({ kind: 'slide', slide: { ...message, notes } })),
  };
}

/** Void steps count for nothing and are not drawn. */
function validStairs({ found }: ReportedRun, model: StepResult['model']): Stairs[] {
  return stairsOf(found, model).flatMap((stairs) => {
    const steps = stairs.steps.filter(
      ({ validity, latencyMs }) => validity.state !== 'void' && latencyMs !== null,
    );
    return steps.length > 0 ? { ...stairs, steps } : [];
  });
}

function rangeMessage(workload: string, ranges: readonly SloRange[]): Message {
  return {
    title: titleOfRanges(workload, ranges),
    spans: {
      axis: 'offered requests per second: where the SLO held, and where it no longer did',
      rows: ranges.map(({ app, held, broken }) => ({
        label: appTitle(app),
        low: held?.offeredRps ?? 0,
        high: broken?.offeredRps ?? held?.offeredRps ?? null,
        value: formatLimits(held?.offeredRps, broken?.offeredRps),
        colour: appColour(app),
      })),
    },
    reading: [
      ranges.every(({ broken }) => broken !== null)
        ? 'The capacity of an app lies within its bar.'
        : 'The capacity of an app lies within its bar; where no step broke the SLO, beyond it.',
    ],
  };
}

function formatLimits(held: number | undefined, broken: number | undefined): string {
  if (held === undefined) return `less than ${formatPerSecond(broken)}`;
  return broken === undefined
    ? `${formatPerSecond(held)} or more`
    : `${formatPerSecond(held).replace('/s', '')} to ${formatPerSecond(broken)}`;
}

function titleOfRanges(workload: string, ranges: readonly SloRange[]): string {
  const parts = ranges.map(({ app, held, broken }) => {
    const limits = formatLimits(held?.offeredRps, broken?.offeredRps);
    return `${appTitle(app)} ${limits}`;
  });
  return `Within the SLO: ${parts.join(', ')} (${workload})`;
}

/** Both on one axis: what differs is to be seen, not read. */
function latencyMessage(workload: string, stairs: readonly Stairs[]): Message {
  const [first] = stairs;
  return {
    title: titleOfKnees(workload, stairs),
    charts: [
      {
        kind: 'xy',
        summary: `p99 of ${workload} as the offered rate climbs, of ${stairs.map(({ app }) => appTitle(app)).join(' and ')}.`,
        series: stairs.map(({ app, steps }) => ({
          name: `${appTitle(app)} p99`,
          look: { app },
          points: steps.map(({ offeredRps, latencyMs }) => ({
            x: offeredRps ?? 0,
            y: latencyMs?.p99 ?? null,
          })),
        })),
        references: first ? [sloLine(first.sloMs)] : [],
        x: { title: 'offered requests per second' },
        y: { title: 'p99, ms', log: 10 },
      },
    ],
    figures: stairs.map(kneeOf),
    reading: [
      'Latency is drawn on a logarithmic axis: each line of the grid is ten times the one below.',
    ],
  };
}

type Knee = { app: string; held: StepResult | undefined; broken: StepResult | undefined };

/** As the range of the app has it. */
function kneeAt({ app, steps }: Stairs): Knee {
  const { held, broken } = heldAndBroken(steps);
  return { app, held, broken };
}

const p99Of = (step: StepResult | undefined): string =>
  step?.latencyMs ? formatP99(step.latencyMs.p99) : '?';

const kneeOf = (stairs: Stairs) => {
  const { app, held, broken } = kneeAt(stairs);
  return {
    value: broken ? `${p99Of(held)} → ${p99Of(broken)} ms` : `${p99Of(held)} ms`,
    label: `${appTitle(app)}: p99 ${broken ? 'before and past its limit' : 'at the highest rate'}`,
    colour: appColour(app),
  };
};

function titleOfKnees(workload: string, stairs: readonly Stairs[]): string {
  const knees = stairs.map(kneeAt);
  if (knees.some(({ held, broken }) => !held || !broken)) {
    return `p99 by offered rate: not every limit was reached (${workload})`;
  }
  const parts = knees.map(
    ({ app, held, broken }) => `from ${p99Of(held)} to ${p99Of(broken)} ms on ${appTitle(app)}`,
  );
  return `Past its limit p99 goes ${parts.join(', ')} (${workload})`;
}

/** Every level that any app has; where another has none that counts, it has no bar. */
function usersMessage(workload: string, stairs: readonly Stairs[]): Message[] {
  const levels = [...new Set(stairs.flatMap(({ steps }) => steps.map(({ users }) => users ?? 0)))];
  levels.sort((a, b) => a - b);
  if (levels.length < 2) return [];
  const tops = stairs.map(({ app, steps }): Top => ({ app, most: mostOf(steps) }));
  return [
    {
      title: titleOfUsers(workload, tops),
      charts: [
        {
          kind: 'bars',
          summary: `Right answers per second to ${workload}, by number of users who wait for each answer.`,
          categories: levels.map(String),
          series: stairs.map(({ app, steps }) => ({
            name: appTitle(app),
            colour: appColour(app),
            values: levels.map(
              (level) => steps.find(({ users }) => users === level)?.achievedRps ?? null,
            ),
          })),
          x: 'users who wait for each answer',
          y: { title: 'right answers per second' },
        },
      ],
      figures: tops.map(({ app, most }) => ({
        value: formatPerSecond(most.achievedRps),
        label: `the most that ${appTitle(app)} answered, with ${plural(most.users ?? 0, 'user')}`,
        colour: appColour(app),
      })),
      reading: [
        'Where the bars stop climbing, more users only wait longer. Where there is no bar, no step counts.',
        'This is a peak under users who wait, not a capacity: whether the SLO holds there is another question.',
      ],
    },
  ];
}

type Top = { app: string; most: StepResult };

function titleOfUsers(workload: string, tops: readonly Top[]): string {
  const parts = tops.map(
    ({ app, most }) =>
      `${appTitle(app)} ${formatPerSecond(most.achievedRps)} with ${plural(most.users ?? 0, 'user')}`,
  );
  return `Most answered: ${parts.join(', ')} (${workload})`;
}

const mostOf = (steps: readonly StepResult[]): StepResult =>
  steps.reduce((most, step) => (step.achievedRps > most.achievedRps ? step : most));

function costMessage(workload: string, stairs: readonly Stairs[]): Message[] {
  const costs = stairs.flatMap(({ app, steps }) => {
    const cost = cpuCostOf(steps);
    return cost ? [{ app, cost }] : [];
  });
  if (costs.length === 0) return [];
  return [
    {
      title: `A request costs ${costs.map(({ app, cost }) => `${formatCpuCost(cost)} of CPU on ${appTitle(app)}`).join(', ')} (${workload})`,
      charts: [
        {
          kind: 'stacked',
          summary: `CPU for a request of ${workload}, at the step with the most throughput.`,
          categories: costs.map(({ app }) => appTitle(app)),
          series: [
            ...costs.map(({ app, cost }) => ({
              name: appTitle(app),
              colour: appColour(app),
              values: costs.map((other) => (other.app === app ? cost.appMs : null)),
            })),
            ...(costs.every(({ cost }) => cost.databaseMs === null)
              ? []
              : [
                  {
                    name: 'PostgreSQL',
                    colour: partColours.database,
                    values: costs.map(({ cost }) => cost.databaseMs),
                  },
                ]),
          ],
          x: '',
          y: { title: 'CPU ms per request' },
        },
      ],
      figures: costs.map(({ app, cost }) => ({
        value: `${[cost.subjectCores, cost.databaseCores]
          .filter((cores) => cores !== null)
          .map(formatCores)
          .join(' + ')} cores`,
        label: `${appTitle(app)}${cost.databaseCores === null ? '' : ': app and database'}, at ${cost.offeredRps}/s`,
        colour: appColour(app),
      })),
      reading: [
        'Measured at the step with the most throughput. What costs less CPU per request serves more on the same core.',
      ],
    },
  ];
}

const notesOf = ({ subjects }: RunRecord): Notes => ({
  measured: `One run of stairs of ${[...new Set(subjects.map(({ app }) => appTitle(app)))].join(' and ')}: a warm-up, then steps of steady load, by rate in the open model and by users in the closed one. Void steps count for nothing and are not drawn.`,
  notConcluded:
    'One run has no error bars and no noise floor: which app is faster is not decided by it where the bars overlap. A comparison in turns (lab compare) is made for that.',
});
