// The runs that a plan is made of: the latest complete ones on this machine, by name.
import { isDeepStrictEqual } from 'node:util';
import type { AppName } from '../../../contract/apps';
import { coresOf } from '../../render/cores';
import { listRunIds, RunFolder } from '../../results/run-folder';
import type { RunRecord } from '../../results/schemas';
import type { TrialResult } from '../../results/trial/result';
import { findingsOf } from '../conclude';
import { designOf } from '../index';
import type { Evidence, ReplicaScaling, RunReference, Unit, Validated } from './design';
import { evidenceOf, scalingOf } from './plan-evidence';

/** What the runs must be about to be used together. */
export type Sought = {
  /** Figures of another machine say nothing of this one. */
  fingerprint: string;
  app: AppName;
  workload: string;
  profile: string;
};

/** @returns undefined where no complete search on this machine found a rate that holds */
export function findEvidence(resultsDir: string, sought: Sought): Evidence | undefined {
  for (const { folder, run } of newestFirst(resultsDir, 'capacity', sought)) {
    const { experiment, trials } = findingsOf(folder);
    const [subject] = run.subjects;
    if (experiment?.kind !== 'capacity' || subject === undefined) continue;
    const stairs = findStairs(resultsDir, sought, subject);
    const evidence = evidenceOf(experiment, [...trials, ...(stairs?.trials ?? [])], {
      run: referenceTo(run),
      unit: unitOf(run, subject),
      scaling: findScaling(resultsDir, sought),
      stairs: stairs?.run ?? null,
    });
    if (evidence) return evidence;
  }
  return undefined;
}

/** The latest that was foretold from this very capacity run; a search made since starts anew. */
export function findValidation(
  resultsDir: string,
  sought: Sought,
  from: Evidence,
): Validated | null {
  for (const { folder, run } of complete(resultsDir, sought)) {
    const isMeant = designOf(run, 'validation')?.predictions.some(
      (prediction) => prediction.app === from.app && prediction.run === from.run.id,
    );
    const { experiment } = isMeant ? findingsOf(folder) : {};
    if (experiment?.kind !== 'validation') continue;
    const rows = experiment.rows.filter(({ app }) => app === from.app);
    return { app: from.app, run: run.id, rows };
  }
  return null;
}

function findScaling(resultsDir: string, sought: Sought): ReplicaScaling | null {
  for (const { folder, run } of newestFirst(resultsDir, 'scale', sought)) {
    if (designOf(run, 'scale')?.by !== 'replicas') continue;
    const { experiment } = findingsOf(folder);
    const scaling =
      experiment?.kind === 'scale' ? scalingOf(experiment, referenceTo(run)) : undefined;
    if (scaling) return scaling;
  }
  return null;
}

/** A tour, or `lab run scaling`: rates from a fifth of the throughput on, on the same subject. */
function findStairs(
  resultsDir: string,
  sought: Sought,
  like: Subject,
): { run: RunReference; trials: TrialResult[] } | null {
  for (const { folder, run } of complete(resultsDir, sought)) {
    if (run.kind !== 'tour' && run.kind !== 'run') continue;
    if (!run.subjects.some((subject) => isDeepStrictEqual(subject, like))) continue;
    const trials = findingsOf(folder).trials.filter(
      ({ app, workload, scenario, purpose }) =>
        app === sought.app &&
        workload === sought.workload &&
        scenario === 'scaling' &&
        purpose === 'measure',
    );
    if (trials.length > 0) return { run: referenceTo(run), trials };
  }
  return null;
}

function* newestFirst(resultsDir: string, kind: 'capacity' | 'scale', sought: Sought) {
  for (const { folder, run } of complete(resultsDir, sought)) {
    const isMeant =
      designOf(run, kind)?.workload === sought.workload &&
      run.subjects.every(({ app, profile }) => app === sought.app && profile === sought.profile);
    if (isMeant) yield { folder, run };
  }
}

function* complete(resultsDir: string, { fingerprint }: Sought) {
  for (const id of listRunIds(resultsDir).reverse()) {
    const folder = RunFolder.open(resultsDir, id);
    const { run } = folder;
    if (run.status === 'complete' && run.host.fingerprint === fingerprint) yield { folder, run };
  }
}

type Subject = RunRecord['subjects'][number];

const referenceTo = ({ id, startedAt, revision, runtime }: RunRecord): RunReference => ({
  id,
  startedAt,
  commit: revision?.commit ?? null,
  runtime: runtime.kind,
});

const unitOf = (run: RunRecord, { profile, workers, threads, pool }: Subject): Unit => ({
  profile,
  workers,
  threads,
  pool,
  cores: coresOf(run, 0),
});
