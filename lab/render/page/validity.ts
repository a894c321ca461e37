// Whether each step may be believed, in plain words: every check with figure, bound and reason.

import type { ReportedRun } from '../../results/reported-run';
import { formatCheckedBound, formatCheckedFigure } from '../../results/trial/checked';
import type { TrialResult } from '../../results/trial/result';
import type { StepResult } from '../../results/trial/steps';
import type { Check, StepState } from '../../results/trial/validity';
import { checksByName, countedSteps, plural, reasonsOf, sayLoad } from '../format';
import { html, type Markup } from './markup';
import { shownTrials } from './shown-trials';
import { titleOf } from './steps';
import { table } from './table';

const meanings: Record<StepState, string> = {
  valid: 'may be believed',
  overloaded:
    'may be believed: the app could not follow, so its figure is an upper bound on what it can do',
  void: 'may not be believed: the figure would describe the generator, a neighbour or a broken app; it is shown and counts for nothing',
};

export function validity(reported: ReportedRun): Markup {
  const trials = shownTrials(reported).filter(({ purpose }) => purpose === 'measure');
  const steps = trials.flatMap(countedSteps);
  const states = Object.keys(meanings) as StepState[];
  return html`<dl class="states">${states.map((state) => {
    const count = steps.filter((step) => step.validity.state === state).length;
    return html`<div><dt>${plural(count, 'step')} <span class="state ${state}">${state}</span></dt><dd>${meanings[state]}</dd></div>`;
  })}</dl>
${checkTable(steps)}
<div class="pairs">${trials.map(figureTable)}</div>`;
}

function checkTable(steps: readonly StepResult[]): Markup | false {
  const checks = checksByName(steps);
  if (checks.length === 0) return false;
  return table({
    caption: 'What is checked in each step, and why',
    header: ['check', 'bound', 'because'],
    rows: checks.map(([name, same]) => ({
      head: name,
      cells: [same[0] ? formatCheckedBound(same[0]) : '-', reasonsOf(same)],
    })),
    words: [1, 2],
  });
}

/** A row a check, a column a step: what a person asks is which check broke, and where. */
function figureTable(trial: TrialResult): Markup {
  const steps = countedSteps(trial);
  const checks = checksByName(steps);
  const byUsers = steps.some(({ model }) => model === 'closed');
  return html`<div>${
    checks.length > 0 &&
    table({
      caption: titleOf(trial),
      header: [byUsers ? 'users' : 'offered/s', ...steps.map(sayLoad)],
      rows: checks.map(([name]) => ({
        head: name,
        cells: steps.map(({ validity: { checks: own } }) =>
          figure(own.find((check) => check.name === name)),
        ),
      })),
    })
  }
${steps
  .filter((step) => step.validity.checks.length === 0)
  .map(
    (step) =>
      html`<p class="check"><strong>${titleOf(trial)}, ${sayLoad(step)} ${byUsers ? 'users' : 'offered/s'}</strong>: ${step.validity.reasons.join('; ')}.</p>`,
  )}</div>`;
}

function figure(check: Check | undefined): Markup | string {
  if (check === undefined) return '';
  const said = formatCheckedFigure(check);
  if (check.outcome === 'broken') return html`<strong class="broken">${said}</strong>`;
  // A figure that is there and yet not judged: the reason says why.
  return check.outcome === 'unknown' && check.figure !== null ? `(${said})` : said;
}
