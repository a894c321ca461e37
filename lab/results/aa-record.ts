// What A/A runs in turns found on this machine: the check that stands beside a comparison, and whether
// such comparisons can be trusted here at all.
import { z } from 'zod';
import { isOfTheseSettings } from '../configuration/configuration';
import { environmentError } from '../errors';
import { RUNS_FOR_A_VERDICT } from '../statistics/comparison';
import { type AaRun, aaRunsIn } from './noise-floors';
import { subjectLabel } from './subject-label';
import { heldLoadSchema, isDeciding } from './trial/measures';
import type { Arm } from './trial/result';

/** The latest A/A interval of one arm's subject by one measure. */
export const aaCheck = z.strictObject({
  arm: z.enum(['a', 'b']),
  workload: z.string(),
  /** Key of a measure. */
  measure: z.string(),
  run: z.string(),
  ratio: z.number().positive(),
  interval: z.tuple([z.number(), z.number()]),
  blocks: z.int().positive(),
  /** Absent in comparisons that were made before it was kept. */
  load: heldLoadSchema.exactOptional(),
});
export type AaCheck = z.infer<typeof aaCheck>;

/** Of the latest intervals by measures that decide. */
export const aaRecord = z.strictObject({ intervals: z.int(), excludingOne: z.int() });
type AaRecord = z.infer<typeof aaRecord>;

/** Oldest first: those made in turns on one machine, in one runtime. */
export const aaRunsInTurns = (
  resultsDir: string,
  machine: { fingerprint: string; runtime: string },
): AaRun[] =>
  aaRunsIn(resultsDir).filter(
    ({ inTurns, run }) =>
      inTurns &&
      run.host.fingerprint === machine.fingerprint &&
      run.runtime.kind === machine.runtime,
  );

type Found = Omit<AaCheck, 'arm'> & { label: string };

const intervalsIn = ({ run, subject, floors }: AaRun): Found[] =>
  floors.flatMap(({ workload, measure, load, noise: { ratio, interval }, runsAnArm }) => {
    const [low, high] = interval;
    if (low === null || high === null || 'searched' in load) return [];
    const label = subjectLabel(subject);
    const about = { label, workload, measure: measure.key, load, run: run.id };
    return { ...about, ratio, interval: [low, high], blocks: runsAnArm };
  });

/**
 * Of each arm, workload and measure that has one: the latest of its app, configuration and settings (of whatever
 * revision) with enough blocks for a verdict, else the latest.
 */
export function checksOf(
  runs: readonly AaRun[],
  subjects: Readonly<Record<Arm, AaRun['subject']>>,
): AaCheck[] {
  const found = runs.filter(({ run }) => isOfTheseSettings(run)).flatMap(intervalsIn);
  return (['a', 'b'] as const).flatMap((arm) => {
    const own = found.filter(({ label }) => label === subjectLabel(subjects[arm]));
    const full = own.filter(({ blocks }) => blocks >= RUNS_FOR_A_VERDICT);
    const latest = new Map([...own, ...full].map((one) => [`${one.workload} ${one.measure}`, one]));
    return [...latest.values()].map(({ label: _, ...check }) => ({ arm, ...check }));
  });
}

const intervalsLookedAt = 20;
/** With 95 % intervals, more of twenty exclude 1 by chance once in sixty times. */
const mostExcludingOne = 3;

export function recordOf(runs: readonly AaRun[]): AaRecord {
  const latest = runs
    .flatMap(intervalsIn)
    .filter(({ measure }) => isDeciding(measure))
    .slice(-intervalsLookedAt);
  const excludingOne = latest.filter(({ interval: [low, high] }) => low > 1 || high < 1).length;
  return { intervals: latest.length, excludingOne };
}

/** @throws LabError (exit 5) where A against A differs too often for a difference to mean anything */
export function requireTrustedTurns({ intervals, excludingOne }: AaRecord): void {
  if (excludingOne <= mostExcludingOne) return;
  throw environmentError(
    `Comparisons in turns cannot be trusted here: ${excludingOne} of the last ${intervals} A/A intervals of this machine exclude 1, where chance alone explains ${mostExcludingOne} at most. Find what disturbs it (\`npm run lab -- doctor\`), then \`npm run lab -- noise --app APP\` until fewer of them exclude 1.`,
  );
}
