// The step that is running now, handed through a file beside the runs: the exporter may be another
// process, in a container that shares no more than that folder.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Plan } from '../../contract/plan';
import { writeFileAtomic } from '../results/atomic';
import type { Reading } from './exporter';

type Phase = {
  run: string;
  app: string;
  workload: string;
  scenario: string;
  step: string;
  load: Plan['steps'][number]['load'];
  endsAtMs: number;
};

const phaseFile = (resultsDir: string): string => join(resultsDir, 'phase.json');

export function writePhase(resultsDir: string, plan: Plan, stepName: string): void {
  const step = plan.steps.find(({ name }) => name === stepName);
  if (step === undefined) return;
  const { run, app, workload, scenario } = plan;
  const endsAtMs = Date.now() + step.durationSeconds * 1000;
  const phase: Phase = { run, app, workload, scenario, step: stepName, load: step.load, endsAtMs };
  writeFileAtomic(phaseFile(resultsDir), `${JSON.stringify(phase)}\n`);
}

export function clearPhase(resultsDir: string): void {
  rmSync(phaseFile(resultsDir), { force: true });
}

export function readPhase(resultsDir: string, nowMs: number): Reading[] {
  let phase: Phase;
  try {
    phase = JSON.parse(readFileSync(phaseFile(resultsDir), 'utf8'));
  } catch {
    return []; // No run yet, or between two.
  }
  if (nowMs > phase.endsAtMs) return [];
  const { load, endsAtMs: _, ...labels } = phase;
  return [
    { name: 'headroom_run_phase', labels, value: 1 },
    load.model === 'open'
      ? { name: 'headroom_step_offered_rps', labels, value: load.rateRps }
      : { name: 'headroom_step_users', labels, value: load.users },
  ];
}
