// A run as text: one table a subject, then the sentences. Pure: the printer is elsewhere.

import { appTitle } from '../results/findings';
import type { RunFindings } from '../results/reported-run';
import type { RunRecord } from '../results/schemas';
import type { TrialResult } from '../results/trial/result';
import type { StepResult } from '../results/trial/steps';
import { countedSteps, plural, sayBooks, sayCheckOutcome, saySlo, stepColumns } from './format';
import { renderTable } from './table';

/** @param tables of the run's experiment, in place of those of its trials */
export function renderRunText(run: RunRecord, found: RunFindings, tables?: string): string {
  return `${[
    heading(run),
    ...(tables !== undefined
      ? [tables]
      : found.trials.filter(({ purpose }) => purpose !== 'probe').map(renderTrial)),
    found.sentences.join('\n'),
    found.warnings.map((warning) => `Note: ${warning}`).join('\n'),
    run.incidents.map(({ part, what }) => `Incident: ${part} ${what}.`).join('\n'),
    run.runtime.caveats.map((caveat) => `Here: ${caveat}`).join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}

function heading(run: RunRecord): string {
  const { host } = run;
  return `Run ${run.id} (${run.kind}, ${run.status})\n${plural(host.cores, 'core')}, ${host.cpuModel}, ${run.runtime.kind}, PostgreSQL ${run.runtime.postgres}`;
}

function renderTrial(trial: TrialResult): string {
  const title = `${appTitle(trial.app)}: ${trial.scenario}, workload ${trial.workload}`;
  if (trial.purpose === 'check') return `${title}: ${sayCheckOutcome(trial)}`;
  const counted = countedSteps(trial);
  const columns = [...stepColumns(counted), { title: 'verdict', cell: verdict }];
  const rows = counted.map((step) => columns.map(({ cell }) => cell(step)));
  const header = columns.map(({ title }) => title);
  const books = trial.books ? `\n  ${sayBooks(trial.books)}.` : '';
  return `${title} (${saySlo(trial.slo)})\n${renderTable(header, rows)}${books}`;
}

function verdict({ validity, sloHeld, busiest }: StepResult): string {
  const reasons = validity.reasons.length > 0 ? `: ${validity.reasons.join('; ')}` : '';
  const slo = validity.state === 'valid' ? (sloHeld ? ', SLO held' : ', SLO broken') : '';
  const limit = sloHeld === false && busiest === 'database' ? ' (database used more CPU)' : '';
  return `${validity.state}${slo}${reasons}${limit}`;
}
