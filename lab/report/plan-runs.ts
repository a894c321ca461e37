// The runs that a plan is made of: the latest complete ones on this machine, by name.
import { designedTrials } from '../analysis/experiment';
import {
  type Evidence,
  evidenceOf,
  type ReplicaScaling,
  type RunReference,
  scalingOf,
  type Unit,
} from '../analysis/plan-evidence';
import { listRunIds, RunFolder } from '../store/run-folder';
import type { RunRecord } from '../store/schemas';
import { coresOf } from './cores';
import { findingsOf } from './read-run';

/** What the runs must be about to be used together. */
export type Sought = {
  /** Figures of another machine say nothing of this one. */
  fingerprint: string;
  app: string;
  workload: string;
  profile: string;
};

/** @returns undefined where no complete search on this machine found a rate that holds */
export function findEvidence(resultsDir: string, sought: Sought): Evidence | undefined {
  for (const { folder, run } of newestFirst(resultsDir, 'capacity', sought)) {
    const { experiment, trials } = findingsOf(folder);
    const [subject] = run.subjects;
    if (experiment?.kind !== 'capacity' || subject === undefined) continue;
    const evidence = evidenceOf(experiment, designedTrials(run, trials), {
      run: referenceTo(run),
      unit: unitOf(run, subject),
      scaling: findScaling(resultsDir, sought),
    });
    if (evidence) return evidence;
  }
  return undefined;
}

function findScaling(resultsDir: string, sought: Sought): ReplicaScaling | null {
  for (const { folder, run } of newestFirst(resultsDir, 'scale', sought)) {
    if (run.design?.kind !== 'scale' || run.design.by !== 'replicas') continue;
    const { experiment } = findingsOf(folder);
    const scaling =
      experiment?.kind === 'scale' ? scalingOf(experiment, referenceTo(run)) : undefined;
    if (scaling) return scaling;
  }
  return null;
}

function* newestFirst(resultsDir: string, kind: RunRecord['kind'], sought: Sought) {
  for (const id of listRunIds(resultsDir).reverse()) {
    if (!id.includes(`-${kind}-`)) continue;
    const folder = RunFolder.open(resultsDir, id);
    const { run } = folder;
    const isMeant =
      run.status === 'complete' &&
      run.host.fingerprint === sought.fingerprint &&
      run.design?.kind === kind &&
      run.design.workload === sought.workload &&
      run.subjects.every(({ app, profile }) => app === sought.app && profile === sought.profile);
    if (isMeant) yield { folder, run };
  }
}

const referenceTo = ({ id, startedAt, revision, runtime }: RunRecord): RunReference => ({
  id,
  startedAt,
  commit: revision?.commit ?? null,
  runtime: runtime.kind,
});

const unitOf = (
  run: RunRecord,
  { profile, workers, threads, pool }: RunRecord['subjects'][number],
): Unit => ({
  profile,
  workers,
  threads,
  pool,
  cores: coresOf(run, 0),
});
