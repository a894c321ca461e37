// Where the mean time of a request went: one bar per step, divided into its parts, and the same in ms.
import { palette, partColours } from '../../grafana/src/colours';
import type { ReportedRun } from '../results/reported-run';
import type { TrialResult } from '../results/trial/result';
import type { StepResult } from '../results/trial/steps';
import { formatLoad, formatMs, formatPerSecond, formatShare, plural } from './format';
import { appColour } from './looks';
import type { Screen } from './screen';
import { countedSteps, describeTrial, loadUnit, measuringTrials } from './shown-trials';
import { renderBlocks } from './terminal';
import { type Block, type Chart, table } from './view';

/** Columns of the table; their sum is the client's mean. */
const titles = {
  app: 'app itself',
  statements: 'statements',
  poolWait: 'pool wait',
  eventLoopWait: 'event loop',
  rest: 'outside the app',
} as const;
type Part = keyof typeof titles;
const parts = Object.keys(titles) as Part[];

/** What a request does in that part, in a sentence. */
const doings: Record<Part, string> = {
  app: 'in the app itself',
  statements: 'in SQL statements',
  poolWait: 'waiting for a database connection',
  eventLoopWait: 'waiting for the event loop',
  rest: 'outside the app, where it has no clock',
};

/** Neighbours in a bar differ in lightness too. */
const colourOf = (part: Part, app: string): string =>
  ({
    app: appColour(app),
    statements: partColours.database,
    poolWait: palette[2],
    eventLoopWait: palette[3],
    rest: palette[5],
  })[part];

/** What the figures are, and what they are not: said wherever they are shown. */
const howToRead = [
  'Means over all requests of a step, which add up; quantiles do not, so none of this divides a p99.',
  'App itself, statements and pool wait lie inside the app’s own clock. The event loop’s part is estimated from how much later timers fire than in an idle app; it is a lower bound.',
  'Outside the app is where it has no clock: sockets, kernel, the generator itself, and, where an app answers by threads, waiting for a free one, which gunicorn’s gthread does not time. Much of it does not mean that the network is slow.',
  'A smaller part is not necessarily cheaper. Do not compare the parts of two apps one by one: the two draw the line between inside and outside in different places.',
] as const;

/** `lab show --decomposition` */
export const renderDecompositions = (reported: ReportedRun, screen?: Screen): string =>
  `${renderBlocks(decompositionBlocks(reported, ''), screen) || 'No step of this run has counters of the app.'}\n`;

/** Empty where the app told nothing of any step. */
export function decompositionBlocks(reported: ReportedRun, prefix: string): Block[] {
  const trials = measuringTrials(reported)
    .map((trial) => ({ trial, steps: countedSteps(trial) }))
    .filter(({ steps }) => steps.some(({ decomposition }) => decomposition !== null));
  if (trials.length === 0) return [];
  const apps = trials.map(({ trial }) => trial.app);
  const steps = trials.flatMap((one) => one.steps);
  // What no app counts has no place in the legend.
  const known = parts.filter((part) =>
    steps.some(({ decomposition }) => decomposition?.parts[part] != null),
  );
  const whole = trials.some(({ steps }) => steps.length > mostBeside);
  return [
    { kind: 'note', text: trials.flatMap(({ trial, steps }) => leadOf(trial, steps)) },
    {
      kind: 'charts',
      legend: known.map((part) => ({
        squares: [...new Set(apps.map((app) => colourOf(part, app)))],
        text: titles[part],
      })),
      charts: trials.map(({ trial, steps }, index) => ({
        ...partChart(trial, steps, `${prefix}-${index + 1}`),
        whole,
      })),
    },
    {
      kind: 'fold',
      summary: 'Milliseconds of each part, step by step, and how to read them',
      blocks: [
        { kind: 'note', text: howToRead },
        ...trials.map(({ trial, steps }) => partTable(trial, steps)),
      ],
    },
  ];
}

/** Bars that half the page has room for. */
const mostBeside = 9;

/** From the smallest load to where the SLO broke, or as far as the load went. */
function leadOf(trial: TrialResult, steps: readonly StepResult[]): string[] {
  const counted = steps.filter((step) => step.validity.state !== 'void' && isDivided(step));
  const first = counted[0];
  const last = counted.find(({ sloHeld }) => sloHeld === false) ?? counted.at(-1);
  if (first === undefined || last === undefined) return [];
  const loadOf = (step: StepResult): string =>
    step.users === null ? formatPerSecond(step.offeredRps) : plural(step.users, 'user');
  const clause = (step: StepResult): string => {
    const [most] = parts.toSorted((a, b) => shareOf(step, b) - shareOf(step, a));
    if (most === undefined) throw new Error('a request has parts');
    const share = shareOf(step, most);
    return `${meanOf(step)} ms at ${loadOf(step)}, ${share > 0.5 ? 'most' : 'the largest part'} of it ${doings[most]} (${formatShare(share)})`;
  };
  return [
    `${describeTrial(trial)}: a request takes ${[...new Set([first, last])].map(clause).join('; ')}.`,
  ];
}

export function partChart(trial: TrialResult, steps: readonly StepResult[], name: string): Chart {
  const unit = loadUnit(steps) === 'users' ? 'users' : 'offered requests per second';
  return {
    kind: 'stacked',
    name,
    height: 280,
    title: describeTrial(trial),
    reading: `Shares of the mean time of a request; its milliseconds stand above, those of large parts inside, where there is room. Pale bars are void steps.${steps.every(isDivided) ? '' : ' Where there is no bar, the milliseconds below say why.'}`,
    summary: steps
      .map((step) => {
        const shares = parts
          .filter((part) => step.decomposition?.parts[part] != null)
          .map((part) => `${titles[part]} ${formatShare(shareOf(step, part))}`);
        return `At ${formatLoad(step)} ${unit} ${meanOf(step)} ms: ${shares.join(', ') || 'not divided'}.`;
      })
      .join(' '),
    categories: steps.map(formatLoad),
    series: parts.map((part) => ({
      name: titles[part],
      colour: colourOf(part, trial.app),
      values: steps.map((step) => shareOf(step, part)),
      labels: steps.map(({ decomposition }) => formatMs(decomposition?.parts[part])),
    })),
    x: unit,
    y: { title: 'share', min: 0, max: 1, format: formatShare },
    totals: steps.map(meanOf),
    pale: steps.map(({ validity }) => validity.state === 'void'),
  };
}

/** Of the whole that the parts add up to, so that no sum is above 1 but by a rounding error. */
const shareOf = ({ decomposition }: StepResult, part: Part): number =>
  decomposition === null ? 0 : (decomposition.parts[part] ?? 0) / decomposition.clientMs;

/** The client's mean; without the app's counters it has no parts, and is known all the same. */
const meanOf = ({ decomposition, latencyMs }: StepResult): string =>
  formatMs(decomposition?.clientMs ?? latencyMs?.mean);

const isDivided = ({ decomposition }: StepResult): boolean =>
  Object.values(decomposition?.parts ?? {}).some((part) => part !== null);

const partTable = (trial: TrialResult, steps: readonly StepResult[]): Block =>
  table({
    caption: describeTrial(trial),
    aside: 'mean time of a request, ms',
    half: true,
    columns: [
      { title: loadUnit(steps), cell: formatLoad },
      { title: 'client', cell: meanOf },
      ...parts.map((part) => ({
        title: titles[part],
        cell: ({ decomposition }: StepResult) => formatMs(decomposition?.parts[part]),
      })),
    ],
    rows: steps,
    state: ({ validity }) => validity.state,
    remark: ({ decomposition, validity }) =>
      [
        ...(validity.state === 'void' ? ['Void: counts for nothing.'] : []),
        ...(decomposition?.warnings ?? ['The app’s counters could not be read.']),
      ].join(' '),
  });
