// Whether each step is valid, in plain words: every check with figure, bound and reason.
import type { ReportedRun } from '../results/reported-run';
import { formatCheckedBound, formatCheckedFigure } from '../results/trial/checked';
import type { TrialResult } from '../results/trial/result';
import type { StepResult } from '../results/trial/steps';
import type { Check, StepState } from '../results/trial/validity';
import { formatLoad, plural } from './format';
import type { Screen } from './screen';
import { countedSteps, describeTrial, loadUnit, measuringTrials } from './shown-trials';
import { renderBlocks } from './terminal';
import { type Block, type Cell, table } from './view';

const meanings: Record<StepState, string> = {
  valid: 'counts',
  overloaded: 'counts: the app could not follow, so its figure is an upper bound on what it can do',
  void: 'does not count: the figure would describe the generator, a neighbour or a broken app; it is shown and left out',
};

/** `lab show --validity` */
export const renderValidity = (reported: ReportedRun, screen?: Screen): string =>
  measuringTrials(reported).length === 0
    ? 'This run measured no step.\n'
    : `${renderBlocks(validityBlocks(reported), screen)}\n`;

export function validityBlocks(reported: ReportedRun): Block[] {
  const trials = measuringTrials(reported);
  const steps = trials.flatMap(countedSteps);
  return [
    {
      kind: 'facts',
      facts: (Object.keys(meanings) as StepState[]).map((state) => ({
        name: plural(steps.filter(({ validity }) => validity.state === state).length, 'step'),
        state,
        value: meanings[state],
      })),
    },
    ...checkTable(steps),
    ...trials.flatMap(figureTable),
    {
      kind: 'note',
      text: 'A figure with ! broke its bound and voids the step; one in brackets is not judged there; - is not known.',
      on: ['terminal'],
    },
  ];
}

function checkTable(steps: readonly StepResult[]): Block[] {
  const rows = checksByName(steps);
  if (rows.length === 0) return [];
  return [
    table({
      caption: 'What is checked in each step, and why',
      columns: [
        { title: 'check', is: 'words', cell: ([name]) => name },
        {
          title: 'bound',
          is: 'words',
          cell: ([, [check]]) => (check ? formatCheckedBound(check) : '-'),
        },
        { title: 'because', is: 'words', cell: ([, checks]) => reasonsOf(checks) },
      ],
      rows,
    }),
  ];
}

/** Columns of steps that half the page has room for. */
const mostBeside = 5;

/** One row per check and one column per step: what a person asks is which check broke, and where. */
function figureTable(trial: TrialResult): Block[] {
  const steps = countedSteps(trial);
  const all = checksByName(steps);
  const rows = all.filter(([, checks]) => checks.some(({ figure }) => figure !== 0));
  const zero = all.filter((row) => !rows.includes(row)).map(([name]) => name);
  const unit = loadUnit(steps);
  const unmeasured = steps.filter(({ validity }) => validity.checks.length === 0);
  return [
    ...(all.length > 0
      ? [
          table({
            caption: describeTrial(trial),
            aside: zero.length > 0 ? `0 in every step: ${zero.join(', ')}` : undefined,
            half: steps.length <= mostBeside,
            columns: [
              {
                title: unit,
                is: 'words',
                cell: (row: Row) => (row === 'state' ? 'state' : row[0]),
              },
              ...steps.map((step) => ({
                title: formatLoad(step),
                cell: (row: Row): Cell =>
                  row === 'state'
                    ? step.validity.state
                    : figureOf(step.validity.checks.find(({ name }) => name === row[0])),
              })),
            ],
            rows: [...rows, 'state' as const],
          }),
        ]
      : []),
    ...unmeasured.map(
      (step): Block => ({
        kind: 'note',
        text: `${describeTrial(trial)}, ${formatLoad(step)} ${unit}: ${step.validity.reasons.join('; ')}.`,
      }),
    ),
  ];
}

function figureOf(check: Check | undefined): Cell {
  if (check === undefined) return '';
  const text = formatCheckedFigure(check);
  if (check.outcome === 'broken') return { text, broken: true };
  // A figure that is there and yet not judged: the reason says why.
  return check.outcome === 'unknown' && check.figure !== null ? `(${text})` : text;
}

type CheckRow = [name: string, checks: Check[]];
/** The last row says what the checks make of the step. */
type Row = CheckRow | 'state';

/** The checks of several steps, each name with all of its checks. */
const checksByName = (steps: readonly StepResult[]): CheckRow[] => [
  ...Map.groupBy(
    steps.flatMap((step) => step.validity.checks),
    ({ name }) => name,
  ),
];

/** Steps may have reasons of their own, with parts in common. */
const reasonsOf = (checks: readonly Check[]): string =>
  [...new Set(checks.flatMap(({ reason }) => reason.split('; ')))].join('; ');
