// Every step of every trial, with the same columns and digits as in the terminal.

import { appTitle } from '../../results/findings';
import type { ReportedRun } from '../../results/reported-run';
import { describeBroken } from '../../results/trial/checked';
import type { TrialResult } from '../../results/trial/result';
import type { StepResult } from '../../results/trial/steps';
import {
  countedSteps,
  sayBooks,
  sayCheckOutcome,
  sayOutcome,
  saySlo,
  stepColumns,
} from '../format';
import { html, type Markup } from './markup';
import { shownTrials } from './shown-trials';
import { type Row, table } from './table';

export function stepTables(reported: ReportedRun): Markup[] {
  return shownTrials(reported).map((trial) =>
    trial.purpose === 'check'
      ? html`<p class="check"><strong>${titleOf(trial)}</strong>: ${sayCheckOutcome(trial)}.</p>`
      : html`${stepTable(trial)}${trial.books ? html`<p class="check">${sayBooks(trial.books)}.</p>` : null}`,
  );
}

export const titleOf = ({ app, scenario, workload, purpose }: TrialResult): string =>
  `${appTitle(app)}: ${purpose === 'probe' ? 'probe' : scenario}, workload ${workload}`;

function stepTable(trial: TrialResult): Markup {
  const counted = countedSteps(trial);
  const [load, ...columns] = stepColumns(counted);
  const rows = counted.map((step): Row => {
    const remark = remarkOn(step);
    return {
      head: load?.cell(step) ?? '-',
      cells: [...columns.map(({ cell }) => cell(step)), verdict(step)],
      kind: step.validity.state,
      ...(remark !== '' && { remark }),
    };
  });
  const header = [...(load ? [load] : []), ...columns].map(({ title }) => title);
  const probe =
    trial.purpose === 'probe'
      ? html` <span class="aside">sizes the stairs, counts for nothing</span>`
      : '';
  return table({
    caption: html`${titleOf(trial)} <span class="aside">${saySlo(trial.slo)}</span>${probe}`,
    header: [...header, 'verdict'],
    rows,
    words: [header.length],
    kind: 'steps',
  });
}

const verdict = (step: StepResult): Markup => {
  const { state } = step.validity;
  const outcome = sayOutcome(step);
  return html`<span class="state ${state}">${state}</span>${outcome !== '' && ` ${outcome}`}`;
};

/** Which checks a void step broke; the reasons for their bounds stand under validity. */
function remarkOn({ validity }: StepResult): string {
  const broken = validity.checks.filter(({ outcome }) => outcome === 'broken');
  return broken.length > 0 ? broken.map(describeBroken).join('; ') : validity.reasons.join('; ');
}
