// Users who came and went in turns within one step: what each number of them reached, in the turns that
// count. A turn that the machine disturbed is left out alone: the order of the numbers is drawn.
import { z } from 'zod';
import { mean, quantile } from '../../statistics/descriptive';
import type { LoadPlan, LoadUserTurns, TurnRecord } from '../schemas';
import { type Disturbance, disturbancesOf, overlaps } from './disturbance';
import type { TrialRecord } from './steps';

/** Of one number of users; null where it could not be seen. */
const levelFigures = z.strictObject({
  users: z.number(),
  /** That count; where none does, the figures are of all, to be shown and not used. */
  turns: z.number(),
  requests: z.number(),
  /** Answers to requests that began after the first part of a turn, per second of these. */
  achievedRps: z.number().nullable(),
  p50Ms: z.number().nullable(),
  p99Ms: z.number().nullable(),
  /** Share of them within the SLO's bound. */
  withinSlo: z.number().nullable(),
  subjectCores: z.number().nullable(),
  databaseCores: z.number().nullable(),
});

export const userTurnFiguresSchema = z.strictObject({
  /** In increasing order of users. */
  levels: z.array(levelFigures),
  turns: z.number(),
  disturbed: z.number(),
});
export type UserTurnFigures = z.infer<typeof userTurnFiguresSchema>;

type Window = { fromMs: number; toMs: number };
type Part = 'subject' | 'database';
/** One turn, from the end of its first part on. */
type Turn = Window & { users: number; told: TurnRecord | undefined };

/**
 * @param coresIn mean cores of a part in a window
 * @returns undefined for a step whose users stayed, or of which nothing is known
 */
export function userTurnFiguresOf(
  { plan, server, turns: told = [] }: TrialRecord,
  { name, durationSeconds }: LoadPlan['steps'][number],
  startedAtMs: number | null,
  coresIn: (part: Part, window: Window) => number | null,
): UserTurnFigures | undefined {
  const { userTurns, slo } = plan;
  if (userTurns === undefined || startedAtMs === null || server === null) return undefined;
  const ofStep = told.filter(({ step }) => step === name);
  const turns = turnsOf(userTurns, { startedAtMs, durationSeconds, told: ofStep });
  const disturbances = disturbancesOf(server);
  const kept = turns.filter((turn) => !isDisturbed(turn, disturbances));
  const counts = [...new Set(userTurns.order)].sort((a, b) => a - b);
  return {
    levels: counts.map((users) => {
      const ofLevel = (all: readonly Turn[]) => all.filter((turn) => turn.users === users);
      const counted = ofLevel(kept);
      const own = counted.length > 0 ? counted : ofLevel(turns);
      const cores = (part: Part) => meanOrNull(own.map((turn) => coresIn(part, turn)));
      return {
        ...clientFigures(own, slo.thresholdSeconds * 1000),
        ...{ users, turns: counted.length },
        subjectCores: cores('subject'),
        databaseCores: cores('database'),
      };
    }),
    turns: turns.length,
    disturbed: turns.length - kept.length,
  };
}

function turnsOf(
  { seconds, skipSeconds, order }: LoadUserTurns,
  known: { startedAtMs: number; durationSeconds: number; told: readonly TurnRecord[] },
): Turn[] {
  const told = new Map(known.told.map((one) => [one.turn, one]));
  // Seconds are fractions: 2.4 of 0.1 would be 23 turns.
  const count = Math.floor(Math.round((known.durationSeconds / seconds) * 1e6) / 1e6);
  return Array.from({ length: count }, (_, index) => {
    const beginsAtMs = known.startedAtMs + index * seconds * 1000;
    return {
      users: order[index % order.length] as number,
      fromMs: beginsAtMs + skipSeconds * 1000,
      toMs: beginsAtMs + seconds * 1000,
      told: told.get(index),
    };
  });
}

const isDisturbed = (turn: Window, disturbances: readonly Disturbance[]): boolean =>
  disturbances.some((one) => overlaps(one, turn));

function clientFigures(turns: readonly Turn[], boundMs: number) {
  const ms = turns.flatMap(({ told }) => told?.ms ?? []);
  const failed = turns.reduce((sum, { told }) => sum + (told?.failed ?? 0), 0);
  const requests = ms.length + failed;
  const seconds = turns.reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs) / 1000, 0);
  const inTime = ms.filter((one) => one <= boundMs).length;
  return {
    requests,
    achievedRps: seconds > 0 ? ms.length / seconds : null,
    p50Ms: ms.length > 0 ? quantile(ms, 0.5) : null,
    p99Ms: ms.length > 0 ? quantile(ms, 0.99) : null,
    withinSlo: requests > 0 ? inTime / requests : null,
  };
}

const meanOrNull = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : mean(known);
};
