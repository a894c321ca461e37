// Where the mean time of a request went, as text: a row a step, the parts adding up to the whole.
import { appTitle, type Findings } from '../results/findings';
import type { TrialResult } from '../results/trial/result';
import type { StepResult } from '../results/trial/steps';
import { countedSteps, sayLoad, sayMs } from './format';
import { renderTable } from './table';

/** Columns of the table, here and in the report; their sum is the client's mean. */
export const partTitles = {
  app: 'app itself',
  statements: 'statements',
  poolWait: 'pool wait',
  eventLoopWait: 'event loop',
  rest: 'the rest',
} as const;

export const partNames = Object.keys(partTitles) as (keyof typeof partTitles)[];

/** Of a step whose decomposition there is not. */
export const notRead = {
  parts: null,
  warnings: ['The app’s counters could not be read.'],
} as const;

/** What the figures are, and what they are not: said wherever they are shown. */
export const howToRead = [
  'Means over all requests of a step, which add up; quantiles do not, so none of this divides a p99.',
  'App itself, statements and pool wait lie inside the app’s own clock. The event loop’s part is an estimate from timers, beyond what they are late in an idle app, and a low one.',
  'The rest is what no clock of the app sees: sockets, kernel, the generator itself, and in Django waiting for a free thread, which gthread does not time. A large rest does not mean that the network is slow.',
  'A part that shrank was not thereby made cheaper, nor can parts of two apps be set against each other one by one: the two draw the line between app and rest in different places.',
] as const;

export function renderDecompositions({ trials }: Findings): string {
  const shown = trials
    .filter(({ purpose }) => purpose === 'measure')
    .filter((trial) => countedSteps(trial).some(({ decomposition }) => decomposition !== null));
  if (shown.length === 0) return 'No step of this run has counters of the app.\n';
  return `${[...shown.map(renderTrial), howToRead.join('\n')].join('\n\n')}\n`;
}

function renderTrial(trial: TrialResult): string {
  const steps = countedSteps(trial);
  const byUsers = steps.some(({ model }) => model === 'closed');
  const title = `${appTitle(trial.app)}: ${trial.scenario}, workload ${trial.workload}; mean time of a request in ms`;
  const header = [
    byUsers ? 'users' : 'offered/s',
    'client',
    ...partNames.map((part) => partTitles[part]),
    'remark',
  ];
  return `${title}\n${renderTable(header, steps.map(cells))}`;
}

function cells(step: StepResult): string[] {
  const { decomposition, latencyMs, validity } = step;
  return [
    sayLoad(step),
    sayMs(decomposition?.clientMs ?? latencyMs?.mean),
    ...partNames.map((part) => sayMs(decomposition?.parts[part])),
    [
      ...(validity.state === 'void' ? ['void: counts for nothing.'] : []),
      ...(decomposition ?? notRead).warnings,
    ].join(' '),
  ];
}
