// The first line of a run on disk: everything that is known before anything is measured.
import { randomBytes } from 'node:crypto';
import { identify } from '../proc';
import { RunFolder } from '../results/run-folder';
import type { RunRecord } from '../results/schemas';
import type { Runtime } from '../runtime/runtime';
import { provenance } from './provenance';
import { toleranceCaveats } from './tolerance';

export type PlannedTrial = Omit<RunRecord['trials'][number], 'number' | 'state'>;

export type RunHeader = {
  /** Its experiment. */
  kind: string;
  arguments: string[];
  seed: number;
  resultsDir: string;
  runtime: Pick<Runtime, 'facts' | 'tools'>;
  subjects: RunRecord['subjects'];
  /** What the analysis must know of the question; absent where the trials tell it all. */
  design?: RunRecord['design'];
  /** Those known beforehand. */
  trials: readonly PlannedTrial[];
};

export function beginRun({
  kind,
  resultsDir,
  runtime,
  subjects,
  design = null,
  trials,
  seed,
  arguments: args,
}: RunHeader): RunFolder {
  const startedAt = new Date();
  return RunFolder.create(resultsDir, {
    schemaVersion: 1,
    id: runIdAt(startedAt, kind),
    kind,
    status: 'running',
    startedAt: startedAt.toISOString(),
    endedAt: null,
    owner: thisProcess(),
    arguments: args,
    seed,
    ...provenance(runtime.facts.postgres, runtime.tools),
    runtime: {
      ...runtime.facts,
      caveats: [...new Set([...runtime.facts.caveats, ...toleranceCaveats()])],
    },
    subjects,
    design,
    trials: trials.map((trial, index) => ({ number: index + 1, ...trial, state: 'planned' })),
    incidents: [],
  });
}

export function thisProcess(): RunRecord['owner'] {
  const owner = identify(process.pid);
  if (owner === undefined) throw new Error('/proc does not know this process');
  return owner;
}

/** Sorts by time; the random end keeps two starts in one second apart. */
const runIdAt = (at: Date, kind: string): string =>
  `${at.toISOString().replace(/[-:]|\.\d+/g, '')}-${kind}-${randomBytes(2).toString('hex')}`;
