// Whether a step is valid, and why not.
//
// A step is void when the figure would describe the generator, a neighbour or a broken subject;
// it is overloaded when the subject could not follow: a true statement about the subject, and an
// upper bound on what it can do.
import { z } from 'zod';
import { describeBroken } from './checked';
import type { StepEvidence } from './steps';

export const stepStateSchema = z.enum(['valid', 'overloaded', 'void']);
export type StepState = z.infer<typeof stepStateSchema>;

/** One check with its figure, its bound and the reason for the bound. */
export const checkSchema = z.strictObject({
  name: z.string(),
  figure: z.number().nullable(),
  bound: z.number(),
  unit: z.string(),
  /** `unknown`: the figure could not be had here; the step is neither helped nor harmed. */
  outcome: z.enum(['unknown', 'broken', 'ok']),
  reason: z.string(),
});
export type Check = z.infer<typeof checkSchema>;

export const stepValiditySchema = z.strictObject({
  state: stepStateSchema,
  reasons: z.array(z.string()),
  checks: z.array(checkSchema),
});
export type StepValidity = z.infer<typeof stepValiditySchema>;

export const bounds = {
  generatorShare: 0.8,
  otherCores: 0.1,
  lateShare: 0.01,
  lateMs: 50,
  waitingShare: 0.9,
  littlesGap: 0.05,
  littlesShortestCycleSeconds: 0.005,
} as const;

export function judgeStep(evidence: StepEvidence): StepValidity {
  if (!evidence.measured) {
    return { state: 'void', reasons: [evidence.unmeasuredBecause], checks: [] };
  }
  const { dropped, waitingShare, otherCoresBound = bounds.otherCores } = evidence;
  const checks: Check[] = [
    upTo('generator CPU', evidence.generatorShare, bounds.generatorShare, 'share', [
      'above it the generator’s own queueing is taken for the subject’s latency',
    ]),
    upTo('other processes', evidence.otherCores, otherCoresBound, 'cores', [
      'somebody else on the machine takes time from what is measured',
    ]),
    upTo('steal', evidence.stealCores, otherCoresBound, 'cores', [
      'the hypervisor takes time from what is measured',
    ]),
    upTo('cut off', evidence.cutSeconds, 0, 's', [
      'the generator ended before the step did, and rates are calculated over all of it',
    ]),
    upTo('wrong bodies', evidence.wrongBodies, 0, 'answers', [
      'an answer that is wrong is not the work that is compared',
    ]),
    upTo('subject incidents', evidence.subjectIncidents.length, 0, 'events', [
      ...evidence.subjectIncidents,
      'a restart is not steady load',
    ]),
    ...(evidence.discrepancies
      ? [
          upTo('books', evidence.discrepancies.length, 0, 'events', [
            ...evidence.discrepancies,
            'a shop that sells what it does not book, or books what it does not sell, did other work',
          ]),
        ]
      : []),
    // Drops shift the iteration numbers that lag is calculated from.
    upTo('late starts', dropped > 0 ? null : evidence.lateShare, bounds.lateShare, 'share', [
      `these began over ${bounds.lateMs} ms late, and the p99 is read from the same iterations: more of them would move it`,
    ]),
    ...(dropped > 0 ? [dropCheck(dropped, waitingShare)] : []),
    ...(evidence.littlesLaw ? [littlesCheck(evidence.littlesLaw)] : []),
  ];
  const broken = checks.filter((check) => check.outcome === 'broken');
  if (broken.length > 0) {
    return { state: 'void', reasons: broken.map(describeBrokenWithReason), checks };
  }
  if (dropped > 0) {
    const reason = `${dropped} iterations dropped while every user waited for an answer`;
    return { state: 'overloaded', reasons: [reason], checks };
  }
  return { state: 'valid', reasons: [], checks };
}

function upTo(
  name: string,
  figure: number | null,
  bound: number,
  unit: string,
  reasons: string[],
): Check {
  const outcome = figure === null ? 'unknown' : figure > bound ? 'broken' : 'ok';
  return { name, figure, bound, unit, outcome, reason: reasons.join('; ') };
}

/** Drops mean that no user was free; whose fault that is shows in what the users did. */
function dropCheck(dropped: number, waitingShare: number | null): Check {
  const free = waitingShare !== null && waitingShare < bounds.waitingShare;
  return {
    name: 'dropped while users were free',
    figure: free ? dropped : 0,
    bound: 0,
    unit: 'iterations',
    outcome: waitingShare === null ? 'unknown' : free ? 'broken' : 'ok',
    reason: `less than ${bounds.waitingShare * 100} % of the users’ time went by waiting for the subject: the generator’s own work kept them from the next arrival`,
  };
}

/**
 * Little's law, N = X (R + Z): users that are in the system are either served or thinking.
 * Below 5 ms a cycle the generator's own time between two requests is no longer small.
 */
function littlesCheck({
  users,
  product,
  cycleSeconds,
}: NonNullable<StepEvidence['littlesLaw']>): Check {
  const gap = Math.abs(product - users) / users;
  const short = cycleSeconds < bounds.littlesShortestCycleSeconds;
  return {
    name: "Little's law",
    figure: gap,
    bound: bounds.littlesGap,
    unit: 'share',
    outcome: short ? 'unknown' : gap > bounds.littlesGap ? 'broken' : 'ok',
    reason: short
      ? 'cycles under 5 ms: the gap is generator overhead'
      : 'users, throughput and times do not fit together: one of them is wrong',
  };
}

const describeBrokenWithReason = (check: Check): string =>
  check.unit === 'events'
    ? `${check.name}: ${check.reason}`
    : `${describeBroken(check)}: ${check.reason}`;
