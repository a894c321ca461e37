// The noise floors that A/A runs left on disk, and which of them belongs to a comparison.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { environmentError } from '../errors';
import { listRunIds, RunFolder } from './run-folder';
import type { RunRecord } from './schemas';
import { type HeldLoad, heldLoadSchema } from './trial/measures';

/** One floor with all that it holds for. */
export type RecordedFloor = {
  run: string;
  fingerprint: string;
  runtime: string;
  app: string;
  profile: string;
  workload: string;
  measure: string;
  load: HeldLoad;
  floor: number;
  /** Runs an arm. */
  runs: number;
};

export type FloorQuestion = Pick<
  RecordedFloor,
  'fingerprint' | 'runtime' | 'app' | 'profile' | 'workload' | 'measure'
>;

const sameIn: readonly (keyof FloorQuestion)[] = [
  'fingerprint',
  'runtime',
  'app',
  'profile',
  'workload',
  'measure',
];

/** Fewer give a floor that is wide because they are few. */
const runsOfAFullFloor = 10;

/**
 * The latest floor of a full A/A run; the latest of a shorter one where there is no other.
 *
 * @param recorded oldest first
 */
export function floorFor(
  recorded: readonly RecordedFloor[],
  question: FloorQuestion,
): RecordedFloor | undefined {
  const fitting = recorded.filter((floor) => sameIn.every((key) => floor[key] === question[key]));
  return fitting.filter(({ runs }) => runs >= runsOfAFullFloor).at(-1) ?? fitting.at(-1);
}

/** What this version reads of an A/A run's analysis.json. */
const analysisSchema = z.object({
  experiment: z.object({
    kind: z.literal('noise'),
    floors: z.array(
      z.object({
        workload: z.string(),
        measure: z.object({ key: z.string() }),
        load: heldLoadSchema,
        runsAnArm: z.int(),
        noise: z.object({ floor: z.number().nonnegative().nullable() }),
      }),
    ),
  }),
});

/** Oldest first; of complete A/A runs only. A run whose files do not fit is no floor. */
export function recordedFloors(resultsDir: string): RecordedFloor[] {
  return listRunIds(resultsDir)
    .filter((id) => id.includes('-noise-'))
    .flatMap((id) => {
      const { run, path } = RunFolder.open(resultsDir, id);
      return run.status === 'complete' ? floorsIn(run, path) : [];
    });
}

function floorsIn(run: RunRecord, path: string): RecordedFloor[] {
  const file = join(path, 'analysis.json');
  const [subject] = run.subjects;
  if (subject === undefined || !existsSync(file)) return [];
  const parsed = analysisSchema.safeParse(readAnalysis(file, run.id));
  if (!parsed.success) return [];
  return parsed.data.experiment.floors.flatMap(({ workload, measure, load, runsAnArm, noise }) =>
    noise.floor === null
      ? []
      : {
          run: run.id,
          fingerprint: run.host.fingerprint,
          runtime: run.runtime.kind,
          app: subject.app,
          profile: subject.profile,
          workload,
          measure: measure.key,
          load,
          floor: noise.floor,
          runs: runsAnArm,
        },
  );
}

function readAnalysis(file: string, id: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw environmentError(
      `${file} cannot be read: ${(error as Error).message}. \`npm run lab -- report ${id}\` makes it again.`,
      error,
    );
  }
}
