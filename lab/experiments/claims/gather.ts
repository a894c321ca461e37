// Evidence for the catalogue from runs on disk: what each experiment found, and what is missing.

import { floorFor, type RecordedFloor } from '../../results/noise-floors';
import type { RunFolder } from '../../results/run-folder';
import type { RunRecord } from '../../results/schemas';
import { findingsOf } from '../conclude';
import type { ScaleResult } from '../scale/design';
import type { ClaimsDesign } from './design';
import { type Effort, effortFile } from './effort';
import { effortFigures } from './effort-figures';
import type { Evidence, Figure, Missing, Source } from './evidence';
import { type Experiment, keyOf, type Need } from './needs';
import { probeFigures } from './probes';
import { scaleFigures } from './scale-figures';
import { costFigures, type Orders, turnFigures } from './turn-figures';

/** What lies on disk, by what it answers. */
export type Found = {
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
  found: Found,
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
export const isCondition = ({ kind }: Need): boolean => kind !== 'noise';

function gapOf(
  { needs, leastSubjectCores = 1 }: Experiment,
  { runs, effort, failures, subjectCores }: Found,
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

function evidenceOf(id: string, experiment: Experiment, found: Found): Evidence {
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
  if (result?.kind === 'probes') return probeFigures(result);
  if (result?.kind === 'first-order') return result.figures;
  return [];
}

const isScale = (result: { kind: string }): result is ScaleResult => result.kind === 'scale';

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

const sourceOf = ({ id, startedAt, revision }: RunRecord, { fresh }: Found): Source => ({
  run: id,
  startedAt,
  commit: revision?.commit ?? null,
  reused: !fresh.has(id),
});

function ofEffort(id: string, effort: Effort, { fresh }: Found): Evidence {
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
