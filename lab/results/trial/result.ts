// What is known of one trial: its figures, whose they are, and where it belongs in its design.
import { z } from 'zod';
import { appNameSchema } from '../../../contract/apps';
import { sloSchema } from '../schemas';
import { booksResultSchema } from './books';
import type { StepResult } from './steps';
import { stepResultSchema } from './steps';

export const trialResultSchema = z.strictObject({
  number: z.number(),
  app: appNameSchema,
  /** The app that took turns with it. */
  rival: appNameSchema.exactOptional(),
  scenario: z.string(),
  workload: z.string(),
  purpose: z.enum(['check', 'probe', 'measure']),
  slo: sloSchema,
  failedChecks: z.record(z.string(), z.number()),
  steps: z.array(stepResultSchema),
  /** The shop's books; absent where nobody bought. */
  books: booksResultSchema.exactOptional(),
});
export type TrialResult = z.infer<typeof trialResultSchema>;

/**
 * What came of a step, in the four words that marks, legends and tables share.
 * `held` and `broken` say it of the SLO; `overloaded` is a broken one that the app could not follow.
 */
export const outcomeSchema = z.enum(['overloaded', 'void', 'held', 'broken']);
export type Outcome = z.infer<typeof outcomeSchema>;

/** One of the two that a comparison holds against each other. */
export const armSchema = z.enum(['a', 'b']);
export type Arm = z.infer<typeof armSchema>;

/** The steps whose figures count: no warm-up, and not void. */
export const validSteps = (trials: readonly TrialResult[]): StepResult[] =>
  trials
    .flatMap(({ steps }) => steps)
    .filter(({ warmup, validity }) => !warmup && validity.state !== 'void');

/**
 * Between which steps the SLO gave way, from the smallest load up: the last that held it before one broke it, and the
 * first that broke it with none above that held it. Where that is not one and the next, a short step was disturbed, and
 * `wavered` has the first that broke and the last that held.
 */
export function heldAndBroken(steps: readonly StepResult[]) {
  const firstBroken = steps.findIndex(({ sloHeld }) => sloHeld === false);
  if (firstBroken < 0) return { held: steps.at(-1), broken: undefined };
  const lastHeld = steps.findLastIndex(({ sloHeld }) => sloHeld === true);
  const held = steps[firstBroken - 1];
  const broken = steps.slice(lastHeld + 1).find(({ sloHeld }) => sloHeld === false);
  const [from, to] = [steps[firstBroken], steps[lastHeld]];
  return lastHeld > firstBroken && from && to
    ? { held, broken, wavered: { broken: from, held: to } }
    : { held, broken };
}

export function outcomeOf({
  validity,
  sloHeld,
}: Pick<StepResult, 'validity' | 'sloHeld'>): Outcome {
  if (validity.state !== 'valid') return validity.state;
  return sloHeld === false ? 'broken' : 'held';
}

/** Where a trial belongs in its design. */
export type Place = {
  /** Index in the run's subjects. */
  subject: number;
  /** Of the one that took turns with it, as arm B. */
  against?: number;
  arm?: Arm;
  block?: number;
  search?: number;
  level?: number;
};

/** A trial's figures with its place in the design. */
export type DesignedTrial = TrialResult & Place & { /** By the clock. */ tookSeconds?: number };

/** What a run's record says of a trial's place; without a subject, its app tells which. */
type Placing = { [K in keyof Place]?: Place[K] | undefined };

/** Without what is not said. */
export const placeOf = ({ subject, against, arm, block, search, level }: Placing) => ({
  ...(subject !== undefined && { subject }),
  ...(against !== undefined && { against }),
  ...(arm !== undefined && { arm }),
  ...(block !== undefined && { block }),
  ...(search !== undefined && { search }),
  ...(level !== undefined && { level }),
});

/** The trials of a run with their places. */
export function designedTrials(
  run: {
    trials: readonly (Placing & { number: number; tookSeconds?: number })[];
    subjects: readonly { app: string }[];
  },
  results: readonly TrialResult[],
): DesignedTrial[] {
  const planned = new Map(run.trials.map((trial) => [trial.number, trial]));
  return results.map((result) => {
    const subject = run.subjects.findIndex(({ app }) => app === result.app);
    const { tookSeconds, ...placing } = planned.get(result.number) ?? {};
    const took = tookSeconds === undefined ? {} : { tookSeconds };
    return { ...result, subject, ...placeOf(placing), ...took };
  });
}
