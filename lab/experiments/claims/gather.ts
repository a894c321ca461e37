// Evidence from disk: the latest complete runs of this machine that answer a need, the figures in them,
// and what is missing.

import { isDeepStrictEqual } from 'node:util';
import { floorFor, type RecordedFloor } from '../../results/noise-floors';
import { listRunIds, RunFolder } from '../../results/run-folder';
import type { RunRecord } from '../../results/schemas';
import { loadKindsOf } from '../../results/trial/measures';
import { subjectOf } from '../../runtime/subject';
import { parseSubject } from '../../runtime/subject-notation';
import { findingsOf } from '../conclude';
import { designOf, type ExperimentResult } from '../index';
import { attackFigures } from './attacks';
import type { ClaimsDesign, Evidence, Figure, Missing, Source } from './design';
import { type Effort, effortFigures, effortFile } from './effort';
import { costFigures, type Orders, scaleFigures, turnFigures } from './figures';
import { type Experiment, keyOf, type Need } from './needs';

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

/** What lies on disk, by what it answers. */
export type OnDisk = {
  /** By the key of the need. */
  runs: ReadonlyMap<string, RunFolder>;
  /** Ids of those that were made just now. */
  fresh: ReadonlySet<string>;
  effort: Effort | undefined;
  floors: readonly RecordedFloor[];
  /** Why a need could not be met, by its key. */
  failures: ReadonlyMap<string, string>;
  subjectCores: number;
};

export function gather(
  experiments: readonly [id: string, Experiment][],
  found: OnDisk,
): Pick<ClaimsDesign, 'evidence' | 'missing'> {
  const evidence: Evidence[] = [];
  const missing: Missing[] = [];
  for (const [id, experiment] of experiments) {
    const gap = gapOf(experiment, found);
    if (gap === null) evidence.push(evidenceOf(id, experiment, found));
    else missing.push({ experiment: id, ...gap });
  }
  return { evidence, missing };
}

/** A noise floor is no condition: a figure without one says so. */
const isCondition = ({ kind }: Need): boolean => kind !== 'noise';

function gapOf(
  { needs, leastSubjectCores = 1 }: Experiment,
  { runs, effort, failures, subjectCores }: OnDisk,
): Omit<Missing, 'experiment'> | null {
  if (subjectCores < leastSubjectCores) {
    const cores = subjectCores === 1 ? 'one core' : `${subjectCores} cores`;
    return {
      why: `an app has ${cores} here, and it takes ${leastSubjectCores}`,
      impossible: true,
    };
  }
  const unmet = needs
    .filter(isCondition)
    .filter((need) => (need.kind === 'effort' ? effort === undefined : !runs.has(keyOf(need))));
  if (unmet.length === 0) return null;
  const why = unmet.map((need) => failures.get(keyOf(need)) ?? 'nothing on disk answers it yet');
  return { why: [...new Set(why)].join('; '), impossible: false };
}

function evidenceOf(id: string, experiment: Experiment, found: OnDisk): Evidence {
  const needs = experiment.needs.filter(isCondition);
  const [need] = needs;
  if (need?.kind === 'effort' && found.effort) return ofEffort(id, found.effort, found);
  const folders = needs.map((one) => found.runs.get(keyOf(one)) as RunFolder);
  const results = folders.flatMap((folder) => findingsOf(folder).experiment ?? []);
  const [result] = results;
  const common = {
    experiment: id,
    sources: folders.map(({ run }) => sourceOf(run, found)),
    absent: [],
    warnings: results.flatMap(({ warnings }) => warnings),
  };
  const [folder] = folders;
  if (need?.kind === 'compare' && result?.kind === 'compare' && folder) {
    const figures = turnFigures(result, need.workload, (measure) =>
      floorOf(found.floors, folder.run, need.workload, measure),
    );
    return { ...common, figures: [...figures, ...costFigures(figures, ordersIn(folder))] };
  }
  if (result?.kind === 'scale') {
    return { ...common, figures: scaleFigures(results.filter(isScale)) };
  }
  return { ...common, figures: ownFigures(result) };
}

function ownFigures(result: ReturnType<typeof findingsOf>['experiment']): Figure[] {
  if (result?.kind === 'probes') return attackFigures(result);
  if (result?.kind === 'first-order') return result.figures;
  return [];
}

const isScale = (result: { kind: string }): result is ExperimentResult<'scale'> =>
  result.kind === 'scale';

/** The larger of those that both subjects have by now. */
function floorOf(
  floors: readonly RecordedFloor[],
  { host, runtime, subjects }: RunRecord,
  workload: string,
  measure: string,
): number | null {
  const known = subjects.flatMap(({ app, profile }) => {
    const about = { fingerprint: host.fingerprint, runtime: runtime.kind };
    return floorFor(floors, { ...about, app, profile, workload, measure })?.floor ?? [];
  });
  return known.length === 0 ? null : Math.max(...known);
}

/** Requests and orders of all trials, warm-ups too: a share, whoever counted. */
function ordersIn(folder: RunFolder): Orders {
  const summaries = folder.trials().flatMap(({ summary }) => summary ?? []);
  return summaries.reduce(
    (sum, { steps, checkouts }) => ({
      requests: sum.requests + steps.reduce((all, { requests }) => all + requests, 0),
      orders: sum.orders + (checkouts?.accepted ?? 0),
    }),
    { requests: 0, orders: 0 },
  );
}

const sourceOf = ({ id, startedAt, revision }: RunRecord, { fresh }: OnDisk): Source => ({
  run: id,
  startedAt,
  commit: revision?.commit ?? null,
  reused: !fresh.has(id),
});

function ofEffort(id: string, effort: Effort, { fresh }: OnDisk): Evidence {
  const { measuredAt, revision, apps, caveats } = effort;
  const file = effortFile('results');
  const source = { run: file, startedAt: measuredAt, commit: revision?.commit ?? null };
  return {
    experiment: id,
    sources: [{ ...source, reused: !fresh.has(file) }],
    ...effortFigures(apps),
    warnings: caveats,
  };
}
