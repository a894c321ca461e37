// Whether a step is valid, and why not.
//
// A step is void when the figure would describe the generator, a neighbour or a broken subject;
// it is overloaded when the subject could not follow: a true statement about the subject, and an
// upper bound on what it can do.
import { z } from 'zod';
import type { Part } from '../schemas';
import { describeBroken } from './checked';
import type { StepEvidence } from './evidence';
import type { Interference } from './machine-use';
import type { TurnFigures } from './turns';
import type { UserTurnFigures } from './user-turns';

export const stepStateSchema = z.enum(['valid', 'overloaded', 'void']);
export type StepState = z.infer<typeof stepStateSchema>;

/** One check with its figure, its bound and the reason for the bound. */
export const checkSchema = z.strictObject({
  name: z.string(),
  figure: z.number().nullable(),
  /** Null where the figure is told and never judged. */
  bound: z.number().nullable(),
  unit: z.string(),
  /** `unknown`: not judged, mostly because there is no figure; the step is neither helped nor harmed. */
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
  /** Of the cores of each part. */
  othersShare: 0.1,
  /** Where the parts' cores are not told apart: of the whole machine. */
  otherCores: 0.1,
  throttledShare: 0.01,
  lateShare: 0.01,
  lateMs: 50,
  /** Of the time that the SLO allows. */
  heldUpShare: 0.2,
  /** Between generators, and between their clocks and the lab's: as an iteration that begins late. */
  generatorSkewMs: 50,
  waitingShare: 0.9,
  littlesGap: 0.05,
  littlesShortestCycleSeconds: 0.005,
  disturbedShare: 1 / 3,
  disturbedAlikeP: 0.05,
} as const;

/**
 * @param turns where two subjects took turns, and `userTurns` where users came and went: a turn that is
 *   disturbed is left out, and voids no step
 */
export function judgeStep(
  evidence: StepEvidence,
  turns?: TurnFigures,
  userTurns?: UserTurnFigures,
): StepValidity {
  if (!evidence.measured) {
    const { unmeasuredBecause, generatorFaults = [] } = evidence;
    const reasons = [unmeasuredBecause, ...generatorFaults.map((fault) => `generators: ${fault}`)];
    return { state: 'void', reasons, checks: [] };
  }
  const checks = checksOf(evidence, turns, userTurns);
  const broken = checks.filter((check) => check.outcome === 'broken');
  if (broken.length > 0) {
    return { state: 'void', reasons: broken.map(describeBrokenWithReason), checks };
  }
  if (evidence.dropped > 0) {
    const reason = `${evidence.dropped} iterations dropped while every user waited for an answer`;
    return { state: 'overloaded', reasons: [reason], checks };
  }
  return { state: 'valid', reasons: [], checks };
}

function checksOf(
  evidence: StepEvidence,
  turns: TurnFigures | undefined,
  userTurns: UserTurnFigures | undefined,
): Check[] {
  const { dropped, waitingShare, interference, otherCoresBound } = evidence;
  return [
    upTo('generator CPU', evidence.generatorShare, bounds.generatorShare, 'share', [
      'above it the generator’s own queueing is taken for the subject’s latency',
    ]),
    ...(evidence.generatorFaults
      ? [
          upTo('generators', evidence.generatorFaults.length, 0, 'events', [
            ...evidence.generatorFaults,
            'each has a part of the load, and the figures are those of all',
          ]),
        ]
      : []),
    ...throttledChecks(evidence),
    ...(turns ? turnChecks(turns) : []),
    ...(userTurns ? [userTurnCheck(userTurns)] : []),
    ...(interference.sets
      ? interferenceChecks(interference.sets, interference.otherCores, otherCoresBound)
      : wholeMachineChecks(interference, otherCoresBound)
    ).filter((check) => (turns ?? userTurns) === undefined || !isAboutOthers(check)),
    ...(isStealHidden(interference) ? [stealOfMachine(interference, otherCoresBound)] : []),
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
    upTo(
      'late starts',
      dropped > 0 ? null : lateShareOf(evidence, turns),
      bounds.lateShare,
      'share',
      [
        `these began over ${bounds.lateMs} ms late, and the p99 is read from the same iterations: more of them would move it`,
      ],
    ),
    ...(evidence.heldUp && !turns ? [heldUpCheck(evidence.heldUp, otherCoresBound)] : []),
    ...(dropped > 0 ? [dropCheck(dropped, waitingShare)] : []),
    ...(evidence.littlesLaw ? [littlesCheck(evidence.littlesLaw)] : []),
  ];
}

/** Where k6 runs in a container that has a CPU limit. */
const throttledChecks = ({ throttledShare }: StepEvidence): Check[] =>
  throttledShare === undefined
    ? []
    : [
        upTo('generator throttled', throttledShare, bounds.throttledShare, 'share', [
          'its container’s CPU limit held k6 up, and the p99 is read from requests of that time too',
        ]),
      ];

/** Of what counts: as many late starts as turns were left out may have been in these. */
function lateShareOf({ lateShare }: StepEvidence, turns: TurnFigures | undefined): number | null {
  if (lateShare === null || turns === undefined || turns.turns === 0) return lateShare;
  return Math.max(0, lateShare - turns.leftOut / turns.turns);
}

/** Too few turns are left, or those of one arm were disturbed more: what is left is not alike. */
function turnChecks({ turns, disturbed, pDisturbedAlike, a, b }: TurnFigures): Check[] {
  const silent = [a, b].filter(({ requests, p50Ms }) => requests > 0 && p50Ms === null).length;
  const share = turns === 0 ? null : (disturbed.a + disturbed.b) / turns;
  const unlike = pDisturbedAlike < bounds.disturbedAlikeP;
  return [
    upTo('turns disturbed', share, bounds.disturbedShare, 'share', [
      'they are left out with their mirror images, and what is left does not represent the block',
    ]),
    upTo('arms disturbed unlike', unlike ? Math.abs(disturbed.a - disturbed.b) : 0, 0, 'turns', [
      `${disturbed.a} turns of arm A were disturbed and ${disturbed.b} of arm B: by chance that is rarer than one time in twenty`,
    ]),
    upTo('arms without answers', silent, 0, 'arms', [
      'not one of its requests had a right answer: it was down, and nothing is compared',
    ]),
  ];
}

const userTurnCheck = ({ turns, disturbed }: UserTurnFigures): Check =>
  upTo('turns disturbed', turns === 0 ? null : disturbed / turns, bounds.disturbedShare, 'share', [
    'they are left out, and what is left does not represent the step',
  ]);

type CoreSetUse = NonNullable<Interference['sets']>[number];

const partNames: Record<Part, string> = {
  subject: 'the app',
  database: 'PostgreSQL',
  generator: 'the generator',
};

/** Whether a check is about others on this machine; nothing of the subject breaks one. */
export const isAboutOthers = ({ name }: Pick<Check, 'name'>): boolean =>
  /^(steal|(others|steal) on \w+ cores)$/.test(name);

/** Each set is named after the first of its parts; the reason names all. */
function interferenceChecks(
  sets: readonly CoreSetUse[],
  otherCores: number | null,
  otherCoresBound: number | undefined,
): Check[] {
  const judged = sets.flatMap(({ parts, cores, others, steal }) => {
    const bound = otherCoresBound === undefined ? bounds.othersShare : otherCoresBound / cores;
    const from = parts.map((part) => partNames[part]).join(' and ');
    return [
      upTo(`others on ${parts[0]} cores`, others, bound, 'share', [
        `other processes take time from ${from}`,
      ]),
      upTo(`steal on ${parts[0]} cores`, steal, bound, 'share', [
        `the hypervisor takes time from ${from}`,
      ]),
    ];
  });
  const waiting = sets.map(({ parts, waiting }) =>
    told(
      `waiting on ${parts[0]} cores`,
      waiting,
      'threads',
      'ready to run and without a core: behind one another, or behind others',
    ),
  );
  const hiccups = sets.map(({ parts, longestHiccupMs }) =>
    told(
      `longest hiccup on ${parts[0]} cores`,
      longestHiccupMs,
      'ms',
      'how late a thread that slept there was woken, 0 below 15 ms: requests waited as long',
    ),
  );
  const taken = sets.map(({ others, cores }) => (others === null ? null : others * cores));
  const elsewhere = subtract(otherCores, taken);
  const harmless = 'on cores that run nothing of the lab: it takes no time from what is measured';
  return [
    ...judged,
    ...waiting,
    ...hiccups,
    told('CPU used elsewhere', elsewhere, 'cores', harmless),
  ];
}

/** Where the cores of each part cannot be seen, the hypervisor's share of the whole machine mostly can. */
const isStealHidden = ({ sets }: Interference): boolean =>
  sets?.every(({ steal }) => steal === null) ?? false;

const stealOfMachine = ({ stealCores }: Interference, bound: number = bounds.otherCores): Check =>
  upTo('steal', stealCores, bound, 'cores', ['the hypervisor takes time from what is measured']);

/** Of runs that were made before the cores of each part were told apart. */
function wholeMachineChecks(
  interference: Interference,
  bound: number = bounds.otherCores,
): Check[] {
  return [
    upTo('other processes', interference.otherCores, bound, 'cores', [
      'somebody else on the machine takes time from what is measured',
    ]),
    stealOfMachine(interference, bound),
  ];
}

const told = (name: string, figure: number | null, unit: string, reason: string): Check => ({
  ...{ name, figure, bound: null, unit, outcome: 'unknown', reason },
});

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

/** Where somebody knows that the machine is busy, k6 waits for others as all parts do. */
function heldUpCheck(
  { ms, sloMs }: NonNullable<StepEvidence['heldUp']>,
  otherCoresBound: number | undefined,
): Check {
  return upTo(
    'answers held up in k6',
    otherCoresBound === undefined ? ms : null,
    bounds.heldUpShare * sloMs,
    'ms',
    [
      'at the p99, an iteration ends this much later than its request: k6 was probably as late in recording the answer, so the latency would be k6’s own',
    ],
  );
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

/** Null where one of them is; measured apart, the parts may exceed the total a little. */
export function subtract(total: number | null, parts: readonly (number | null)[]): number | null {
  if (total === null || parts.some((part) => part === null)) return null;
  return Math.max(
    0,
    parts.reduce<number>((left, part) => left - (part ?? 0), total),
  );
}
