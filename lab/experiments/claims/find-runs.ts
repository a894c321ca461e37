// Runs on disk that answer what the claims need: the latest complete ones of this machine.
import { isDeepStrictEqual } from 'node:util';
import { listRunIds, RunFolder } from '../../results/run-folder';
import type { RunRecord } from '../../results/schemas';
import { loadKindsOf } from '../../results/trial/measures';
import { subjectOf } from '../../runtime/subject';
import { parseSubject } from '../../runtime/subject-notation';
import { designOf } from '../index';
import type { Need } from './needs';

/** Newest first: complete, native, and of the machine with this fingerprint. */
export function runsHere(resultsDir: string, fingerprint: string): RunFolder[] {
  return listRunIds(resultsDir)
    .reverse()
    .map((id) => RunFolder.open(resultsDir, id))
    .filter(
      ({ run: { status, host, runtime } }) =>
        status === 'complete' && host.fingerprint === fingerprint && runtime.kind === 'native',
    );
}

/** @param leastRuns an arm, or rounds: fewer do not stand for it */
export const findRun = (
  runs: readonly RunFolder[],
  need: Need,
  leastRuns: number,
): RunFolder | undefined => runs.find(({ run }) => answers(run, need, leastRuns));

function answers(run: RunRecord, need: Need, leastRuns: number): boolean {
  switch (need.kind) {
    case 'compare':
    case 'noise': {
      const design = designOf(run, need.kind);
      const wanted = need.kind === 'compare' ? [need.a, need.b] : [need.subject];
      const load = design?.loads.find(({ workload }) => workload === need.workload);
      const key = { rate: 'rateRps', users: 'users', search: 'search' } as const;
      return (
        design !== undefined &&
        design.runs >= leastRuns &&
        need.metrics.every((metric) => design.metrics.includes(metric)) &&
        load !== undefined &&
        loadKindsOf(need.metrics).every((kind) => load[key[kind]] !== null) &&
        isOf(run, wanted)
      );
    }
    case 'scale': {
      const design = designOf(run, 'scale');
      return (
        design !== undefined &&
        design.by === need.by &&
        design.workload === need.workload &&
        design.search === null &&
        design.repeats >= leastRuns &&
        run.subjects.every(({ app, profile }) => app === need.app && profile === 'default')
      );
    }
    case 'first-order':
      return (designOf(run, 'first-order')?.runs ?? 0) >= leastRuns;
    default:
      return run.design?.kind === need.kind;
  }
}

/** Whether these were its subjects, in this order and just as their notation says. */
function isOf({ subjects, runtime }: RunRecord, notations: readonly string[]): boolean {
  const cores = runtime.placement.subject.length;
  const wanted = notations.map((notation) => {
    const { app, profile, variation } = parseSubject(notation);
    return subjectOf(app, profile, cores, variation);
  });
  return isDeepStrictEqual(subjects, wanted);
}
