// Every step of every trial: its load, its figures and its verdict.
import type { ReportedRun } from '../results/reported-run';
import { describeBroken } from '../results/trial/checked';
import type { TrialResult } from '../results/trial/result';
import type { StepResult } from '../results/trial/steps';
import {
  sayBooks,
  sayCheckOutcome,
  sayCores,
  sayLoad,
  sayMs,
  sayOutcome,
  sayRate,
  sayShare,
  saySlo,
} from './format';
import { countedSteps, describeTrial, loadUnit, shownTrials } from './shown-trials';
import { type Block, type Column, table } from './view';

export const stepBlocks = (reported: ReportedRun): Block[] =>
  shownTrials(reported).flatMap((trial): Block[] =>
    trial.purpose === 'check'
      ? [{ kind: 'note', text: `${describeTrial(trial)}: ${sayCheckOutcome(trial)}.` }]
      : [
          stepTable(trial),
          ...(trial.books ? [{ kind: 'note' as const, text: `${sayBooks(trial.books)}.` }] : []),
        ],
  );

function stepTable(trial: TrialResult): Block {
  const steps = countedSteps(trial);
  const isCalibration = trial.purpose === 'probe';
  return table({
    caption: describeTrial(trial),
    aside: `${saySlo(trial.slo)}${isCalibration ? '; sizes the loads, counts for nothing' : ''}`,
    columns: [{ title: loadUnit(steps), cell: sayLoad }, ...columns],
    rows: steps,
    state: ({ validity }) => validity.state,
    remark: describeDoubt,
    looks: 'steps',
    ...(isCalibration && { on: ['page'] }),
  });
}

const columns: readonly Column<StepResult>[] = [
  { title: 'achieved/s', cell: (step) => sayRate(step.achievedRps) },
  { title: 'p50 ms', cell: (step) => sayMs(step.latencyMs?.p50) },
  { title: 'p95 ms', cell: (step) => sayMs(step.latencyMs?.p95) },
  { title: 'p99 ms', cell: (step) => sayMs(step.latencyMs?.p99) },
  { title: 'p99.9 ms', cell: (step) => sayMs(step.latencyMs?.p999) },
  { title: 'failed', cell: (step) => String(step.failed + step.wrongBodies) },
  { title: 'dropped', cell: (step) => String(step.dropped) },
  { title: 'gen CPU', cell: (step) => sayShare(step.generatorShare) },
  { title: 'app cores', cell: (step) => sayCores(step.subjectCores) },
  { title: 'db cores', cell: (step) => sayCores(step.databaseCores) },
  { title: 'verdict', cell: sayOutcome, is: 'state' },
];

/** Which checks a void step broke; the reasons for their bounds stand under validity. */
function describeDoubt({ validity }: StepResult): string {
  const broken = validity.checks.filter(({ outcome }) => outcome === 'broken');
  return broken.length > 0 ? broken.map(describeBroken).join('; ') : validity.reasons.join('; ');
}
