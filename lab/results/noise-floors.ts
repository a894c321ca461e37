// The noise floors that A/A runs left on disk, which of them belongs to a comparison, and which of its
// two a verdict uses.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { describeSettings } from '../configuration/configuration';
import { environmentError } from '../errors';
import { RUNS_FOR_A_VERDICT } from '../statistics/comparison';
import { RunFolder, readOrTell } from './run-folder';
import type { RunRecord } from './schemas';
import { formatHeldLoad, type HeldLoad, heldLoadSchema, sizeOfLoad } from './trial/measures';
import type { Arm } from './trial/result';

/** One floor with all that it holds for. */
export type RecordedFloor = Omit<KnownFloor, 'arm'> & {
  fingerprint: string;
  runtime: string;
  /** Those that figures depend on, as text. */
  settings: string;
  app: string;
  profile: string;
};

const sameIn = [
  ...(['fingerprint', 'runtime', 'settings', 'app', 'profile'] as const),
  ...(['workload', 'measure'] as const),
] as const;
type FloorQuestion = Pick<RecordedFloor, (typeof sameIn)[number]>;

/**
 * The latest floor of a full A/A run; the latest of a shorter one where there is no other: with few
 * runs a floor is wide because they are few.
 *
 * @param recorded oldest first
 */
export function floorFor(
  recorded: readonly RecordedFloor[],
  question: FloorQuestion,
): RecordedFloor | undefined {
  const fitting = recorded.filter((floor) => sameIn.every((key) => floor[key] === question[key]));
  return fitting.filter(({ runs }) => runs >= RUNS_FOR_A_VERDICT).at(-1) ?? fitting.at(-1);
}

/** What this version reads of an A/A run's analysis.json. */
const analysisSchema = z.object({
  experiment: z.object({
    kind: z.literal('noise'),
    /** Earlier runs took one arm after the other. */
    inTurns: z.boolean().default(false),
    floors: z.array(
      z.object({
        workload: z.string(),
        measure: z.object({ key: z.string() }),
        load: heldLoadSchema,
        runsAnArm: z.int(),
        noise: z.object({
          floor: z.number().nonnegative().nullable(),
          ratio: z.number().positive(),
          interval: z.tuple([z.number().nullable(), z.number().nullable()]),
        }),
      }),
    ),
  }),
});

/** An A/A run that is complete, with what it found. */
export type AaRun = z.infer<typeof analysisSchema>['experiment'] & {
  run: RunRecord;
  subject: RunRecord['subjects'][number];
};

/** Oldest first; a run whose files do not fit is none. */
export const aaRunsIn = (resultsDir: string): AaRun[] =>
  RunFolder.all(resultsDir, (id) => id.includes('-noise-')).flatMap(
    ({ run, path }) => (run.status === 'complete' && readOrTell(() => aaRunIn(run, path))) || [],
  );

function aaRunIn(run: RunRecord, path: string): AaRun | undefined {
  const file = join(path, 'analysis.json');
  const [subject] = run.subjects;
  if (subject === undefined || !existsSync(file)) return undefined;
  const parsed = analysisSchema.safeParse(readAnalysis(file, run.id));
  return parsed.success ? { ...parsed.data.experiment, run, subject } : undefined;
}

/** Oldest first; of arms that ran one after the other: in turns the interval itself says what is sure. */
export const recordedFloors = (resultsDir: string): RecordedFloor[] =>
  aaRunsIn(resultsDir).flatMap(floorsIn);

const floorsIn = ({ run, subject, floors, inTurns }: AaRun): RecordedFloor[] =>
  floors.flatMap(({ workload, measure, load, runsAnArm, noise }) =>
    noise.floor === null || (inTurns && !('searched' in load))
      ? []
      : {
          run: run.id,
          fingerprint: run.host.fingerprint,
          runtime: run.runtime.kind,
          settings: describeSettings(run.configuration),
          app: subject.app,
          profile: subject.profile,
          workload,
          measure: measure.key,
          load,
          floor: noise.floor,
          runs: runsAnArm,
        },
  );

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

/** A noise floor as an A/A run found it, with the arm of a comparison that it was looked up for. */
export const knownFloor = z.strictObject({
  arm: z.enum(['a', 'b']),
  workload: z.string(),
  /** Key of a measure. */
  measure: z.string(),
  /** A ratio above 0: 0.03 is 3 %. */
  floor: z.number().nonnegative(),
  /** Id of the A/A run. */
  run: z.string(),
  /** Runs per arm of that run. */
  runs: z.int().positive(),
  /** Load there; a floor is that of its load. */
  load: heldLoadSchema,
});
export type KnownFloor = z.infer<typeof knownFloor>;

/** The floor that was recorded for one arm of a comparison; none where nothing fits. */
export function knownFloors(
  recorded: readonly RecordedFloor[],
  arms: readonly Arm[],
  question: FloorQuestion,
): KnownFloor[] {
  const found = floorFor(recorded, question);
  if (found === undefined) return [];
  const { workload, measure, floor, run, runs, load } = found;
  return arms.map((arm) => ({ arm, workload, measure, floor, run, runs, load }));
}

/** Loads that differ by more than this factor may well differ in noise. */
const loadFactor = 1.5;

export function isAnotherLoad(one: HeldLoad, other: HeldLoad): boolean {
  const [here, there] = [sizeOfLoad(one), sizeOfLoad(other)];
  return here !== null && there !== null && Math.max(here / there, there / here) > loadFactor;
}

/** Undefined where neither subject has one. */
export function floorOfVerdict(
  floors: readonly KnownFloor[],
  workload: string,
  measure: string,
): KnownFloor | undefined {
  return floors
    .filter((known) => known.workload === workload && known.measure === measure)
    .sort((one, other) => other.floor - one.floor)[0];
}

/** What a reader must know of the floor beside its size. */
export function floorDoubts(
  floors: readonly KnownFloor[],
  used: KnownFloor | undefined,
  load: HeldLoad,
  labels: Record<Arm, string>,
): string[] {
  if (used === undefined) return [];
  const alike = floors.filter(
    ({ workload, measure }) => workload === used.workload && measure === used.measure,
  );
  const known = new Set(alike.map(({ arm }) => arm));
  const missing = (['a', 'b'] as const).filter((arm) => !known.has(arm));
  return [
    ...missing.map(
      (arm) => `Only ${labels[used.arm]} has a noise floor; that of ${labels[arm]} is not known.`,
    ),
    ...(isAnotherLoad(load, used.load)
      ? [`The noise floor was measured at another load: ${formatHeldLoad(used.load)}.`]
      : []),
  ];
}
