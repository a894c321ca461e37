// `lab plan`: a run in which nothing is measured. It keeps the question with its evidence, so that
// the answer can be made again from disk like any other.

import { beginRun, type RunHeader } from '../../measure/begin-run';
import type { RunFolder } from '../../results/run-folder';
import type { RunRecord } from '../../results/schemas';
import type { PlanDesign } from './design';

/** @param evidence the run of each app's evidence, in the order of the design */
export function keepPlan(
  options: Pick<RunHeader, 'arguments' | 'resultsDir' | 'seed'> & {
    design: PlanDesign;
    evidence: readonly RunRecord[];
  },
): RunFolder {
  const { evidence, ...rest } = options;
  const [first] = evidence;
  if (first === undefined) throw new RangeError('a plan needs evidence');
  const folder = beginRun({
    ...rest,
    kind: 'plan',
    // Where its replicas ran when they were measured, and without tools: it uses none.
    runtime: { facts: first.runtime, tools: {} },
    subjects: evidence.flatMap(({ subjects }) => subjects.slice(0, 1)),
    trials: [],
  });
  folder.update({ status: 'complete', endedAt: new Date().toISOString() });
  return folder;
}
