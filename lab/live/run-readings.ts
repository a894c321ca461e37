// What Prometheus is told of the run in progress: its cores, the CPU time that only the lab can see,
// and the step that is running now. The step is handed over in a file beside the runs: the exporter may
// be another process, in a container that shares only that folder.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Plan } from '../../contract/plan';
import { writeFileAtomic } from '../results/atomic';
import type { Placement } from '../runtime/native/placement';
import type { Usage } from '../runtime/runtime';
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

export function coreReadings(placement: Placement): Reading[] {
  return (['subject', 'database', 'generator'] as const)
    .filter((part) => placement[part].length > 0)
    .map((part) => ({
      name: 'headroom_cpu_cores',
      labels: { part },
      value: placement[part].length,
    }));
}

export function usageReadings(usage: Usage): Reading[] {
  return (['database', 'generator', 'lab', 'machine', 'steal'] as const).flatMap((part) => {
    const seconds = usage[part];
    if (seconds === null) return [];
    return [{ name: 'headroom_cpu_seconds_total', labels: { part }, value: seconds }];
  });
}
