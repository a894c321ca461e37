// Every step of every trial: its load, its figures and its verdict.
import type { ReportedRun } from '../results/reported-run';
import { describeBroken } from '../results/trial/checked';
import { outcomeOf, type TrialResult } from '../results/trial/result';
import type { StepResult } from '../results/trial/steps';
import {
  describeBooks,
  describeCheckOutcome,
  describeOutcome,
  formatCores,
  formatLoad,
  formatMs,
  formatRate,
  formatShare,
  formatSlo,
} from './format';
import { countedSteps, describeTrial, loadUnit, shownTrials } from './shown-trials';
import { type Block, type Column, table } from './view';

export const stepBlocks = (reported: ReportedRun): Block[] =>
  shownTrials(reported).flatMap((trial): Block[] =>
    trial.purpose === 'check'
      ? [{ kind: 'note', text: `${describeTrial(trial)}: ${describeCheckOutcome(trial)}.` }]
      : [
          stepTable(trial),
          ...(trial.books
            ? [
                {
                  kind: 'note' as const,
                  text: `${describeBooks(trial.books)}.`,
                  ...where(trial),
                },
              ]
            : []),
        ],
  );

/** A calibration sizes the loads: on the terminal it would stand before all that counts. */
const where = ({ purpose }: TrialResult) => purpose === 'probe' && { on: ['page'] as const };

function stepTable(trial: TrialResult): Block {
  const steps = countedSteps(trial);
  const isCalibration = trial.purpose === 'probe';
  return table({
    caption: describeTrial(trial),
    aside: `${formatSlo(trial.slo)}${isCalibration ? '; sizes the loads, counts for nothing' : ''}`,
    columns: [{ title: loadUnit(steps), cell: formatLoad }, ...columns],
    rows: steps,
    state: ({ validity }) => validity.state,
    mark: outcomeOf,
    remark: describeDoubt,
    looks: 'steps',
    ...where(trial),
  });
}

const columns: readonly Column<StepResult>[] = [
  { title: 'achieved/s', cell: (step) => formatRate(step.achievedRps) },
  { title: 'p50 ms', cell: (step) => formatMs(step.latencyMs?.p50), drop: 2 },
  { title: 'p95 ms', cell: (step) => formatMs(step.latencyMs?.p95), drop: 3 },
  { title: 'p99 ms', cell: (step) => formatMs(step.latencyMs?.p99) },
  { title: 'p99.9 ms', cell: formatP999, drop: 5 },
  { title: 'failed', cell: (step) => String(step.failed + step.wrongBodies) },
  { title: 'dropped', cell: (step) => String(step.dropped), drop: 1 },
  { title: 'gen CPU', cell: (step) => formatShare(step.generatorShare), drop: 4 },
  { title: 'app cores', cell: (step) => formatCores(step.subjectCores), drop: 6 },
  { title: 'db cores', cell: (step) => formatCores(step.databaseCores), drop: 7 },
  { title: 'verdict', cell: describeOutcome, is: 'state' },
];

/** One request in a thousand: of fewer there is none to be slower. */
function formatP999({ latencyMs }: StepResult): string {
  return formatMs(latencyMs && latencyMs.count >= 1000 ? latencyMs.p999 : null);
}

/** Which checks a void step broke; the reasons for their bounds stand under validity. */
function describeDoubt({ validity }: StepResult): string {
  // What was dropped stands in its column.
  if (validity.state === 'overloaded') return '';
  const broken = validity.checks.filter(({ outcome }) => outcome === 'broken');
  return broken.length > 0 ? broken.map(describeBroken).join('; ') : validity.reasons.join('; ');
}
