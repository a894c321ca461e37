// A run as text: one table a subject, then the sentences. Pure: the printer is elsewhere.
import { appTitle, type Findings, type TrialResult } from '../analysis/findings';
import type { StepResult } from '../analysis/steps';
import type { RunRecord } from '../store/schemas';
import { renderTable } from './table';

export function renderRun(run: RunRecord, found: Findings): string {
  return `${[
    heading(run),
    ...found.trials.filter(({ purpose }) => purpose !== 'probe').map(renderTrial),
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
  const cores = `${host.cores} ${host.cores === 1 ? 'core' : 'cores'}`;
  return `Run ${run.id} (${run.kind}, ${run.status})\n${cores}, ${host.cpuModel}, ${run.runtime.kind}, PostgreSQL ${run.runtime.postgres}`;
}

function renderTrial(trial: TrialResult): string {
  const title = `${appTitle(trial.app)}: ${trial.scenario}, workload ${trial.workload}`;
  if (trial.purpose === 'check') return `${title}: ${checkOutcome(trial)}`;
  const counted = trial.steps.filter(({ warmup }) => !warmup);
  const byUsers = counted.some(({ model }) => model === 'closed');
  const header = [
    byUsers ? 'users' : 'offered/s',
    ...['achieved/s', 'p50 ms', 'p95 ms', 'p99 ms', 'p99.9 ms', 'failed', 'dropped'],
    ...['gen CPU', 'app cores', 'db cores', 'verdict'],
  ];
  const bound = trial.slo.thresholdSeconds * 1000;
  const promise = `SLO: ${trial.slo.share * 100} % within ${bound} ms`;
  return `${title} (${promise})\n${renderTable(header, counted.map(renderStep))}`;
}

function checkOutcome({ failedChecks, steps }: TrialResult): string {
  const names = Object.keys(failedChecks);
  if (names.length > 0) return `FAILED: ${names.join(', ')}`;
  const [step] = steps;
  if (step === undefined || step.requests === 0) return 'FAILED: no request was answered';
  return `${step.requests} requests, every answer as the contract says`;
}

function renderStep(step: StepResult): string[] {
  const ms = (value: number | undefined) => (value === undefined ? '-' : value.toFixed(1));
  const cores = (value: number | null) => (value === null ? '-' : value.toFixed(2));
  const load = step.offeredRps ?? step.users;
  const { latencyMs } = step;
  return [
    load === null ? '-' : String(load),
    step.achievedRps.toFixed(0),
    ...[latencyMs?.p50, latencyMs?.p95, latencyMs?.p99, latencyMs?.p999].map(ms),
    String(step.failed + step.wrongBodies),
    String(step.dropped),
    step.generatorShare === null ? '-' : `${(step.generatorShare * 100).toFixed(0)} %`,
    cores(step.subjectCores),
    cores(step.databaseCores),
    verdict(step),
  ];
}

function verdict({ validity, sloHeld, busiest }: StepResult): string {
  const reasons = validity.reasons.length > 0 ? `: ${validity.reasons.join('; ')}` : '';
  const slo = validity.state === 'valid' ? (sloHeld ? ', SLO held' : ', SLO broken') : '';
  const limit = sloHeld === false && busiest === 'database' ? ' (database used more CPU)' : '';
  return `${validity.state}${slo}${reasons}${limit}`;
}
