// The runs that a plan is made of: the latest complete ones on this machine, by name.
import { isDeepStrictEqual } from 'node:util';
import type { AppName } from '../../../contract/apps';
import { isOfTheseSettings } from '../../configuration/configuration';
import { type RunFolder, readOrTell } from '../../results/run-folder';
import type { RunRecord } from '../../results/schemas';
import { coresOf } from '../../results/trial/bottleneck';
import type { TrialResult } from '../../results/trial/result';
import { findingsOf } from '../conclude';
import { designOf } from '../index';
import { type Evidence, evidenceOf, type RunReference, type Unit } from './evidence';
import type { Validated } from './validation';

/** What the runs must be about to be used together. */
export type Sought = {
  /** Figures of another machine say nothing of this one. */
  fingerprint: string;
  app: AppName;
  workload: string;
  profile: string;
};

type Subject = RunRecord['subjects'][number];

/**
 * @param runs oldest first
 * @returns undefined where no complete search on this machine found a rate that holds
 */
export const findEvidence = (runs: readonly RunFolder[], sought: Sought): Evidence | undefined =>
  latest(runs, sought, (run, folder) => {
    if (designOf(run, 'capacity')?.workload !== sought.workload) return undefined;
    // Of the two that it may be about, whose trials alternated.
    const subject = run.subjects.find((one) => isSought(one, sought));
    if (subject === undefined) return undefined;
    const { experiment, trials } = findingsOf(folder);
    if (experiment?.kind !== 'capacity') return undefined;
    const stairs = findStairs(runs, sought, subject);
    const own = trials.filter(({ app }) => app === sought.app);
    return evidenceOf(sought.app, experiment, [...own, ...(stairs?.trials ?? [])], {
      run: referenceTo(run),
      unit: unitOf(run, subject),
      scaling: findScaling(runs, sought),
      stairs: stairs?.run ?? null,
    });
  });

/** The latest validation of a plan from this capacity run; a newer search has none yet. */
export const findValidation = (
  runs: readonly RunFolder[],
  sought: Sought,
  from: Evidence,
): Validated | undefined =>
  latest(runs, sought, (run, folder) => {
    const isMeant = designOf(run, 'validation')?.predictions.some(
      (prediction) => prediction.app === from.app && prediction.run === from.run.id,
    );
    const { experiment } = isMeant ? findingsOf(folder) : {};
    if (experiment?.kind !== 'validation') return undefined;
    const rows = experiment.rows.filter(({ app }) => app === from.app);
    return { app: from.app, run: run.id, rows };
  });

const findScaling = (runs: readonly RunFolder[], sought: Sought): Evidence['scaling'] =>
  latest(runs, sought, (run, folder) => {
    const design = designOf(run, 'scale');
    if (design?.workload !== sought.workload || design.by !== 'replicas') return undefined;
    if (!run.subjects.every((one) => isSought(one, sought))) return undefined;
    const { experiment } = findingsOf(folder);
    if (experiment?.kind !== 'scale' || experiment.fit === null) return undefined;
    const { fit, points } = experiment;
    const { alpha, beta, gamma, intervals, warnings } = fit;
    const valid = points.filter(({ state }) => state === 'valid');
    const [most, mostPairs] = [intervals.alpha[1], intervals.beta[1]];
    return {
      run: referenceTo(run),
      fit: { alpha, beta, gamma },
      least: most === null || mostPairs === null ? null : { alpha: most, beta: mostPairs },
      testedTo: Math.max(...valid.map(({ level }) => level)),
      warnings: [...warnings],
    };
  }) ?? null;

/** A tour, or `lab run scaling`: rates from a fifth of the throughput on, on the same subject. */
const findStairs = (
  runs: readonly RunFolder[],
  sought: Sought,
  like: Subject,
): { run: RunReference; trials: TrialResult[] } | undefined =>
  latest(runs, sought, (run, folder) => {
    if (run.kind !== 'tour' && run.kind !== 'run') return undefined;
    if (!run.subjects.some((subject) => isDeepStrictEqual(subject, like))) return undefined;
    const trials = findingsOf(folder).trials.filter(
      ({ app, workload, scenario, purpose }) =>
        app === sought.app &&
        workload === sought.workload &&
        scenario === 'scaling' &&
        purpose === 'measure',
    );
    return trials.length > 0 ? { run: referenceTo(run), trials } : undefined;
  });

const isSought = ({ app, profile }: Subject, sought: Sought): boolean =>
  app === sought.app && profile === sought.profile;

/** What `pick` takes from the latest complete run of this machine, under the settings that hold now, that has it. */
function latest<T>(
  runs: readonly RunFolder[],
  { fingerprint }: Sought,
  pick: (run: RunRecord, folder: RunFolder) => T | undefined,
): T | undefined {
  for (const folder of runs.toReversed()) {
    const { run } = folder;
    const isHere = run.host.fingerprint === fingerprint && isOfTheseSettings(run);
    if (run.status !== 'complete' || !isHere) continue;
    const picked = readOrTell(() => pick(run, folder));
    if (picked !== undefined) return picked;
  }
  return undefined;
}

const referenceTo = ({ id, startedAt, revision, runtime }: RunRecord): RunReference => ({
  id,
  startedAt,
  commit: revision?.commit ?? null,
  runtime: runtime.kind,
});

function unitOf(run: RunRecord, subject: Subject): Unit {
  const { profile, workers, threads, pool } = subject;
  return { profile, workers, threads, pool, cores: coresOf(run, run.subjects.indexOf(subject)) };
}
