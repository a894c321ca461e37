// Two subjects that took turns in one trial: what each did in the turns that count, and which do not.
//
// Turns stand in mirrored fours (abba, baab), in which a steady drift of the machine cancels. A pair of
// turns that the machine disturbed is left out with its mirror image: the whole four.
import { z } from 'zod';
import type { Plan } from '../../../contract/plan';
import { median, quantile } from '../../statistics/descriptive';
import { binomialTwoSided } from '../../statistics/distributions';
import type { LoadPlan, LoadTurns, TurnRecord, UsageSample } from '../schemas';
import { type Disturbance, disturbancesOf, overlaps } from './disturbance';
import type { Arm } from './result';

/** A pair and its mirror image. */
export const turnsInFour = 4;
const arms = ['a', 'b'] as const;

/** The longest time between two readings of CPU (lab/measure/watch.ts): the last stands for what follows it. */
const readingStandsForMs = 500;

/** The subjects of a plan, one or two. */
export const appsOfPlan = ({ app, turns }: Pick<Plan, 'app' | 'turns'>): string[] =>
  turns === undefined ? [app] : turns.arms.map((arm) => arm.app);

/** What one arm did in the turns that count; null where that could not be seen. */
const armFiguresSchema = z.strictObject({
  /** Of all turns that count, the first parts of each too. */
  requests: z.number(),
  failed: z.number(),
  p50Ms: z.number().nullable(),
  meanMs: z.number().nullable(),
  p99Ms: z.number().nullable(),
  /** Right answers that began after the first part of a turn, per second of these. */
  achievedRps: z.number(),
  /** Of the arm's own processes, per request. */
  cpuMs: z.number().nullable(),
  /** Of the PostgreSQL backends of the arm's own database, per request. */
  databaseCpuMs: z.number().nullable(),
  /** CPU that the arm's processes used in turns of the other, in cores. */
  idleCores: z.number().nullable(),
});
export type ArmFigures = z.infer<typeof armFiguresSchema>;

const fourFigures = armFiguresSchema.pick({ p50Ms: true, cpuMs: true });

export const turnFiguresSchema = z.strictObject({
  a: armFiguresSchema,
  b: armFiguresSchema,
  apps: z.strictObject({
    a: z.string(),
    b: z.string(),
  }),
  /** Turns in whole fours, and how many of them were left out, with the mirror images. */
  turns: z.number(),
  leftOut: z.number(),
  /** Turns of each arm that were disturbed themselves. */
  disturbed: z.strictObject({
    a: z.number(),
    b: z.number(),
  }),
  /** Whether one arm was disturbed more often than chance would have it. */
  pDisturbedAlike: z.number(),
  /** What disturbed them, each once. */
  causes: z.array(z.enum(['steal', 'other processes', 'hiccup'])),
  /** Of each four that counts: replicates where there is one block alone. */
  fours: z.array(z.strictObject({ a: fourFigures, b: fourFigures })),
});
export type TurnFigures = z.infer<typeof turnFiguresSchema>;

type Stretch = { fromMs: number; toMs: number };
/** One turn with where it lies and what came of it. */
type Turn = Stretch & {
  index: number;
  arm: Arm;
  told: TurnRecord | undefined;
  causes: Disturbance['cause'][];
};
type Four = Stretch & { turns: Turn[] };

/** Of a trial's record, what turns are judged by. */
type TurnsRecord = {
  plan: Pick<LoadPlan, 'turns'>;
  server: Parameters<typeof disturbancesOf>[0] | null;
  turns?: TurnRecord[];
};

/** Undefined for a step in which nobody took turns, or of which nothing is known. */
export function turnFiguresOf(
  { plan, server, turns: told = [] }: TurnsRecord,
  { name, durationSeconds }: LoadPlan['steps'][number],
  startedAtMs: number | null,
  disturbances: readonly Disturbance[] = server === null ? [] : disturbancesOf(server),
): TurnFigures | undefined {
  const { turns } = plan;
  if (turns === undefined || startedAtMs === null || server === null) return undefined;
  const fours = foursOf(turns, {
    startedAtMs,
    durationSeconds,
    told: new Map(told.filter(({ step }) => step === name).map((one) => [one.turn, one])),
    disturbances,
  });
  const all = fours.flatMap((four) => four.turns);
  const kept = fours.filter((four) => four.turns.every(({ causes }) => causes.length === 0));
  const disturbed = all.filter(({ causes }) => causes.length > 0);
  const disturbedOf = (arm: Arm) => disturbed.filter((turn) => turn.arm === arm).length;
  const [a, b] = arms.map((arm) => armFigures(arm, turns, kept, fours, server.usage));
  if (a === undefined || b === undefined) throw new Error('there are two arms');
  return {
    a,
    b,
    apps: { a: turns.arms[0].app, b: turns.arms[1].app },
    turns: all.length,
    leftOut: all.length - turnsInFour * kept.length,
    disturbed: { a: disturbedOf('a'), b: disturbedOf('b') },
    // Each arm had as many turns.
    pDisturbedAlike: binomialTwoSided(disturbedOf('a'), disturbed.length),
    causes: [...new Set(disturbed.flatMap(({ causes }) => causes))],
    fours: kept.map((four) => {
      const of = (arm: Arm) => {
        const { p50Ms, cpuMs } = armFigures(arm, turns, [four], [], server.usage);
        return { p50Ms, cpuMs };
      };
      return { a: of('a'), b: of('b') };
    }),
  };
}

function foursOf(
  { seconds, order, arms: planned }: LoadTurns,
  known: {
    startedAtMs: number;
    durationSeconds: number;
    told: ReadonlyMap<number, TurnRecord>;
    disturbances: readonly Disturbance[];
  },
): Four[] {
  const { startedAtMs, durationSeconds, told, disturbances } = known;
  const lengthMs = seconds * 1000;
  // Seconds are fractions: 2.4 of 0.1 would be 23 turns.
  const count = Math.floor(Math.round((durationSeconds / seconds) * 1e6) / 1e6 / turnsInFour);
  return Array.from({ length: count }, (_, four) => {
    const turns = Array.from({ length: turnsInFour }, (_, place): Turn => {
      const index = turnsInFour * four + place;
      const stretch = {
        fromMs: startedAtMs + index * lengthMs,
        toMs: startedAtMs + (index + 1) * lengthMs,
      };
      const causes = disturbances.flatMap((one) => (overlaps(one, stretch) ? one.cause : []));
      const arm = order[index % order.length] === planned[0].name ? 'a' : 'b';
      return { ...stretch, index, arm, told: told.get(index), causes };
    });
    return { turns, fromMs: turns[0]?.fromMs ?? 0, toMs: turns.at(-1)?.toMs ?? 0 };
  });
}

function armFigures(
  arm: Arm,
  { seconds, skipSeconds }: LoadTurns,
  kept: readonly Four[],
  fours: readonly Four[],
  usage: readonly UsageSample[],
): ArmFigures {
  const own = kept.flatMap(({ turns }) => turns.filter((turn) => turn.arm === arm));
  const told = own.flatMap((turn) => turn.told ?? []);
  const ms = told.flatMap((turn) => turn.ms);
  const failed = told.reduce((sum, turn) => sum + turn.failed, 0);
  const requests = ms.length + failed + told.reduce((sum, turn) => sum + turn.skipped, 0);
  const cpuMsOf = (part: 'subject' | 'database') => {
    const each = kept.map((four) => cpuSecondsIn(usage, arm, part, four));
    if (requests === 0 || each.length === 0 || each.includes(null)) return null;
    return (1000 * each.reduce<number>((sum, one) => sum + (one ?? 0), 0)) / requests;
  };
  const none = ms.length === 0;
  const countedSeconds = own.length * (seconds - skipSeconds);
  return {
    requests,
    failed,
    p50Ms: none ? null : median(ms),
    meanMs: none ? null : ms.reduce((sum, one) => sum + one, 0) / ms.length,
    p99Ms: none ? null : quantile(ms, 0.99),
    // No turn counts: no rate either.
    achievedRps: countedSeconds > 0 ? ms.length / countedSeconds : 0,
    cpuMs: cpuMsOf('subject'),
    databaseCpuMs: cpuMsOf('database'),
    idleCores: idleCoresOf(arm, fours, usage),
  };
}

const secondsOf = (sample: UsageSample, arm: Arm, part: 'subject' | 'database'): number | null =>
  sample.arms?.[arm][part] ?? null;

/** From cumulative CPU seconds, interpolated at its edges, where they are read. */
function cpuSecondsIn(
  usage: readonly UsageSample[],
  arm: Arm,
  part: 'subject' | 'database',
  { fromMs, toMs }: Stretch,
): number | null {
  const at = (atMs: number): number | null => {
    const after = usage.findIndex((sample) => sample.atMs >= atMs);
    const [left, right] = [
      usage[after < 0 ? usage.length - 1 : Math.max(0, after - 1)],
      usage[after],
    ];
    const before = left && secondsOf(left, arm, part);
    const then = right && secondsOf(right, arm, part);
    if (left === undefined || before == null) return null;
    // The last reading may come a little before the end.
    if (right === undefined || then == null) {
      return atMs - left.atMs < readingStandsForMs ? before : null;
    }
    if (right.atMs === left.atMs) return then;
    return before + ((then - before) * (atMs - left.atMs)) / (right.atMs - left.atMs);
  };
  const [from, to] = [at(fromMs), at(toMs)];
  return from === null || to === null ? null : Math.max(0, to - from);
}

/**
 * In the second of two turns that the other arm has in a row, between the readings inside it: whatever
 * the arm had in flight has ended.
 */
function idleCoresOf(
  arm: Arm,
  fours: readonly Four[],
  usage: readonly UsageSample[],
): number | null {
  let [seconds, used] = [0, 0];
  for (const { turns } of fours) {
    for (const [place, turn] of turns.entries()) {
      const before = turns[place - 1];
      if (before === undefined || before.arm === arm || turn.arm === arm) continue;
      const inside = usage.filter(({ atMs }) => atMs >= turn.fromMs && atMs < turn.toMs);
      const [first, last] = [inside[0], inside.at(-1)];
      if (first === undefined || last === undefined) continue;
      const [from, to] = [secondsOf(first, arm, 'subject'), secondsOf(last, arm, 'subject')];
      if (from === null || to === null) continue;
      seconds += (last.atMs - first.atMs) / 1000;
      used += to - from;
    }
  }
  return seconds > 0 ? used / seconds : null;
}
