// The run of `lab claims` itself: it measures nothing, and keeps what others found.

import { beginRun } from '../../measure/begin-run';
import type { RunFolder } from '../../results/run-folder';
import type { RunRecord } from '../../results/schemas';
import type { ClaimsDesign } from './design';

/** Where nothing was measured, nothing was placed. */
const nowhere: RunRecord['runtime'] = {
  kind: 'native',
  placement: { subject: [], database: [], generator: [], compromises: [] },
  postgres: 'none was asked',
  caveats: [],
};

/** @param measured the runs that the evidence came from: where they ran is where this holds */
export function recordClaims(options: {
  resultsDir: string;
  arguments: string[];
  seed: number;
  design: ClaimsDesign;
  measured: readonly RunRecord[];
}): RunFolder {
  const { resultsDir, design, measured, seed } = options;
  const latest = [...measured].sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1))[0];
  const runtime = latest?.runtime ?? nowhere;
  const caveats = [...new Set(measured.flatMap((run) => run.runtime.caveats))];
  const folder = beginRun({
    kind: 'claims',
    arguments: options.arguments,
    seed,
    resultsDir,
    runtime: { facts: { ...runtime, caveats } },
    subjects: subjectsOf(measured),
    design,
    trials: [],
  });
  folder.update({ status: 'complete', endedAt: new Date().toISOString() });
  return folder;
}

/** Each once. */
const subjectsOf = (measured: readonly RunRecord[]): RunRecord['subjects'] => [
  ...new Map(
    measured.flatMap(({ subjects }) =>
      subjects.map((subject) => [JSON.stringify(subject), subject] as const),
    ),
  ).values(),
];
