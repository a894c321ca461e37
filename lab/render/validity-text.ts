// Every check of every step as text: a row a check, a column a step, then its bound and the reason.
import { appTitle, type Findings } from '../results/findings';
import { formatCheckedBound, formatCheckedFigure } from '../results/trial/checked';
import type { TrialResult } from '../results/trial/result';
import type { Check } from '../results/trial/validity';
import { checksByName, countedSteps, reasonsOf, sayLoad } from './format';
import { renderTable } from './table';

export function renderValidity({ trials }: Findings): string {
  const shown = trials.filter(({ purpose }) => purpose === 'measure').map(renderTrial);
  const legend =
    'A figure with ! broke its bound and voids the step; one in brackets is not judged there; - could not be had.';
  return shown.length === 0
    ? 'This run measured no step.\n'
    : `${[...shown, legend].join('\n\n')}\n`;
}

function renderTrial(trial: TrialResult): string {
  const steps = countedSteps(trial);
  const byUsers = steps.some(({ model }) => model === 'closed');
  const header = ['check', ...steps.map(sayLoad), 'bound', 'because'];
  const rows = checksByName(steps).map(([name, same]) => [
    name,
    ...steps.map(({ validity }) => sayFigure(validity.checks.find((check) => check.name === name))),
    same[0] ? formatCheckedBound(same[0]) : '-',
    reasonsOf(same),
  ]);
  const states = steps.map(({ validity }) => validity.state);
  const title = `${appTitle(trial.app)}: ${trial.scenario}, workload ${trial.workload}, by ${byUsers ? 'users' : 'offered/s'}`;
  const unmeasured = steps
    .filter(({ validity }) => validity.checks.length === 0)
    .map((step) => `  At ${sayLoad(step)}: ${step.validity.reasons.join('; ')}.`);
  return [
    title,
    renderTable(header, [...rows, ['so it is', ...states, '', '']]),
    ...unmeasured,
  ].join('\n');
}

function sayFigure(check: Check | undefined): string {
  if (check === undefined) return '';
  const said = formatCheckedFigure(check);
  if (check.outcome === 'broken') return `${said} !`;
  return check.outcome === 'unknown' && check.figure !== null ? `(${said})` : said;
}
