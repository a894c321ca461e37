// Evidence from disk: which experiments of the catalogue have all that they need, the figures in it, and
// what is missing.

import { isOfTheseSettings } from '../../configuration/configuration';
import { RunFolder, readOrTell } from '../../results/run-folder';
import { findingsOf } from '../conclude';
import type { ExperimentResult } from '../index';
import { attackFigures } from './attacks';
import {
  type ClaimsDesign,
  claimedApps,
  type Evidence,
  type Figure,
  type Missing,
  type Source,
} from './design';
import { type Effort, effortFigures, effortFile } from './effort';
import { capacityFigures, type Orders, scaleFigures, turnFigures } from './figures';
import { type Experiment, keyOf, type Need, type Pace, taskOf } from './needs';

/** Newest first: complete, native, of the machine with this fingerprint, and of the settings that hold now. */
export function runsHere(resultsDir: string, fingerprint: string): RunFolder[] {
  return RunFolder.all(resultsDir)
    .reverse()
    .filter(
      ({ run }) =>
        run.status === 'complete' &&
        run.host.fingerprint === fingerprint &&
        run.runtime.kind === 'native' &&
        isOfTheseSettings(run),
    );
}

/**
 * Whether it was made as the need asks, and has figures: one that found none, such as a search on a machine
 * that changed, or of one app alone, would stand in the way of every later one. One whose files are torn
 * answers nothing.
 */
export const isAnswer = (folder: RunFolder, need: Need, pace: Pace): boolean =>
  readOrTell(() => {
    if (!taskOf(need, pace).isAnsweredBy(folder.run)) return false;
    const { experiment } = findingsOf(folder);
    if (experiment === undefined) return false;
    const keys = figuresOf([need], [folder], [experiment]).map(({ key }) => key);
    return keysOf(need)?.every((key) => keys.includes(key)) ?? keys.length > 0;
  }) ?? false;

/** Figures without which a run is no answer; undefined: any will do. */
const keysOf = ({ kind }: Need): string[] | undefined =>
  kind === 'capacity' ? claimedApps.map((app) => `capacity-${app}`) : undefined;

/** What is known of the needs. */
export type Found = {
  /** What meets a need, by the key of the need. */
  answers: ReadonlyMap<string, RunFolder | Effort>;
  /** Why a need could not be met, by its key. */
  failures: ReadonlyMap<string, string>;
  /** Sources that were measured just now. */
  fresh: ReadonlySet<string>;
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

export const isPossible = ({ leastSubjectCores = 1 }: Experiment, subjectCores: number): boolean =>
  subjectCores >= leastSubjectCores;

function gapOf(experiment: Experiment, found: Found): Omit<Missing, 'experiment'> | null {
  if (!isPossible(experiment, found.subjectCores)) {
    const cores = found.subjectCores === 1 ? 'one core' : `${found.subjectCores} cores`;
    const why = `an app has ${cores} here, and it takes ${experiment.leastSubjectCores}`;
    return { why, impossible: true };
  }
  const unmet = experiment.needs.map(keyOf).filter((key) => !found.answers.has(key));
  if (unmet.length === 0) return null;
  const why = unmet.map((key) => found.failures.get(key) ?? 'nothing on disk answers it yet');
  return { why: [...new Set(why)].join('; '), impossible: false };
}

function evidenceOf(id: string, experiment: Experiment, found: Found): Evidence {
  const { needs } = experiment;
  const answers = needs.flatMap((need) => found.answers.get(keyOf(need)) ?? []);
  const sources = answers.map((answer) => sourceOf(answer, found));
  const [first] = answers;
  if (first && !(first instanceof RunFolder)) {
    return { experiment: id, sources, ...effortFigures(first.apps), warnings: first.caveats };
  }
  const folders = answers.filter((answer) => answer instanceof RunFolder);
  const results = folders.flatMap((folder) => findingsOf(folder).experiment ?? []);
  return {
    experiment: id,
    sources,
    figures: figuresOf(needs, folders, results),
    absent: [],
    warnings: results.flatMap(({ warnings }) => warnings),
  };
}

export function figuresOf(
  [need]: readonly Need[],
  [folder]: readonly RunFolder[],
  results: readonly ExperimentResult[],
): Figure[] {
  const [result] = results;
  if (need?.kind === 'compare' && result?.kind === 'compare') {
    return turnFigures(result, need.workload);
  }
  if (result?.kind === 'capacity' && folder) return capacityFigures(result, ordersIn(folder));
  if (result?.kind === 'probes') return attackFigures(result);
  if (result?.kind === 'first-order') return result.figures;
  return scaleFigures(results.filter(({ kind }) => kind === 'scale') as ScaleResult[]);
}

type ScaleResult = ExperimentResult<'scale'>;

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

/** Where effort is kept, for people. */
export const effortSource = effortFile('results');

function sourceOf(answer: RunFolder | Effort, { fresh }: Found): Source {
  const [run, startedAt, revision] =
    answer instanceof RunFolder
      ? [answer.run.id, answer.run.startedAt, answer.run.revision]
      : [effortSource, answer.measuredAt, answer.revision];
  return { run, startedAt, commit: revision?.commit ?? null, reused: !fresh.has(run) };
}
