// What Prometheus is told of the run in progress: its cores, the CPU time that only the lab can see,
// and the step that is running now. The step is handed over in a file beside the runs: the exporter may
// be another process, in a container that shares only that folder.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Plan } from '../../contract/plan';
import { writeFileAtomic } from '../results/atomic';
import type { Placement, UsageSample } from '../results/schemas';
import { coreSetsOf } from '../runtime/core-meter';
import type { Runtime } from '../runtime/runtime';
import { type Reading, readingsOf } from './exporter';

type Phase = {
  run: string;
  app: string;
  workload: string;
  scenario: string;
  step: string;
  /** With which other app, or of which numbers of users; absent: the load is of one app and all users. */
  turns?: string;
  load: Plan['steps'][number]['load'];
  endsAtMs: number;
};

const phaseFile = (resultsDir: string): string => join(resultsDir, 'phase.json');

export function writePhase(resultsDir: string, plan: Plan, stepName: string): void {
  const step = plan.steps.find(({ name }) => name === stepName);
  if (step === undefined) return;
  const { run, app, workload, scenario } = plan;
  const endsAtMs = Date.now() + step.durationSeconds * 1000;
  const turns = turnsOf(plan);
  const phase: Phase = {
    ...{ run, app, workload, scenario, step: stepName, load: step.load, endsAtMs },
    ...(turns !== undefined && { turns }),
  };
  writeFileAtomic(phaseFile(resultsDir), `${JSON.stringify(phase)}\n`);
}

/** Of one app, such as two of its profiles, figures by app are those of both. */
function turnsOf({ turns, userTurns }: Plan): string | undefined {
  const [a, b] = turns?.arms ?? [];
  if (a && b && a.app !== b.app) return `in turns with ${b.app}`;
  if (userTurns === undefined) return undefined;
  const numbers = [...new Set(userTurns.order)].sort((one, other) => one - other);
  return `in turns of ${numbers.join(', ')} users`;
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
  return readingsOf(labels, {
    headroom_run_phase: 1,
    ...(load.model === 'open'
      ? { headroom_step_offered_rps: load.rateRps }
      : { headroom_step_users: load.users }),
  });
}

/** Cores of each part. Of generators with cores of their own: of as many as this sample is of. */
export function coreReadings(
  runtime: Pick<Runtime, 'facts' | 'generatorCores'>,
  usage: UsageSample,
): Reading[] {
  const { subject, database, generator } = runtime.facts.placement;
  const cores = {
    ...{ subject: subject.length, database: database.length },
    generator: runtime.generatorCores?.(usage.generators?.length || 1) ?? generator.length,
  };
  return Object.entries(cores).flatMap(([part, count]) =>
    readingsOf({ part }, { headroom_cpu_cores: count || null }),
  );
}

export const usageReadings = (usage: UsageSample, placement: Placement): Reading[] => [
  ...(['database', 'generator', 'lab', 'machine', 'steal'] as const).flatMap((part) =>
    readingsOf({ part }, { headroom_cpu_seconds_total: usage[part] }),
  ),
  ...coreSetsOf(placement).flatMap(({ parts, cpus }, index) =>
    parts.flatMap((part) =>
      (['busy', 'own', 'steal'] as const).flatMap((use) => {
        const seconds = usage.cores?.[index]?.[use] ?? null;
        const perCore = seconds === null ? null : seconds / cpus.length;
        return readingsOf({ part, use }, { headroom_core_seconds_total: perCore });
      }),
    ),
  ),
];
