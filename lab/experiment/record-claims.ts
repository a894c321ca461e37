// The run of `lab claims` itself: it measures nothing, and keeps what others found.
import type { ClaimsDesign } from '../analysis/claims/claims';
import { RunFolder } from '../store/run-folder';
import type { RunRecord } from '../store/schemas';
import { runIdAt, thisProcess } from './conduct';
import { provenance } from './provenance';

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
  const now = new Date();
  return RunFolder.create(resultsDir, {
    schemaVersion: 1,
    id: runIdAt(now, 'claims'),
    kind: 'claims',
    status: 'complete',
    startedAt: now.toISOString(),
    endedAt: now.toISOString(),
    owner: thisProcess(),
    arguments: options.arguments,
    seed,
    ...provenance(runtime.postgres),
    runtime: { ...runtime, caveats },
    subjects: subjectsOf(measured),
    design,
    trials: [],
    incidents: [],
  });
}

/** Each once. */
const subjectsOf = (measured: readonly RunRecord[]): RunRecord['subjects'] => [
  ...new Map(
    measured.flatMap(({ subjects }) =>
      subjects.map((subject) => [JSON.stringify(subject), subject] as const),
    ),
  ).values(),
];
