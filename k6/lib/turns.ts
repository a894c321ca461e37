// Whose turn it is, or how many users', and what each request came to. The lab reads that from k6's log as raw
// results. One line per request would cost a closed model a tenth of the generator, so there each user
// reports many at once.

import type { Plan, Step, Turns, UserTurns } from '../../contract/plan.ts';
import { MOST_IN_LINE } from './segment.ts';
import type { CurrentStep } from './steps.ts';

export type Turn = {
  /** From 0, in its step. */
  index: number;
  /** Index in the plan's arms. */
  arm: number;
  /** So many of the step's users make requests; k6 numbers them from 1. */
  users: number;
  /** Iterations that begin earlier are not counted. */
  countsFromMs: number;
  endsAtMs: number;
};

/** Before the first iteration of a user: over, whatever the time. */
export const noTurn = { endsAtMs: 0 } as Turn;

/** The plan of each arm as if it were alone; without turns there is one. */
export const plansOfArms = (plan: Plan): Plan[] =>
  plan.turns === undefined
    ? [plan]
    : plan.turns.arms.map(({ name: _, ...own }) => ({ ...plan, ...own }));

type Period = Pick<CurrentStep, 'startedAtMs' | 'endsAtMs'>;

/** The turn that an iteration belongs to; without turns a step is one. */
export function turnAt(turns: Turns | UserTurns | undefined, step: Period, nowMs: number): Turn {
  const { startedAtMs, endsAtMs } = step;
  const whole = { index: 0, arm: 0, users: Number.POSITIVE_INFINITY };
  if (turns === undefined) return { ...whole, countsFromMs: startedAtMs, endsAtMs };
  const lengthMs = turns.seconds * 1000;
  const index = Math.max(0, Math.floor((nowMs - startedAtMs) / lengthMs));
  const whose = turns.order[index % turns.order.length];
  const beginsAtMs = startedAtMs + index * lengthMs;
  return {
    ...whole,
    index,
    ...('arms' in turns
      ? { arm: turns.arms.findIndex(({ name }) => name === whose) }
      : { users: whose as number }),
    countsFromMs: beginsAtMs + turns.skipSeconds * 1000,
    endsAtMs: Math.min(endsAtMs, beginsAtMs + lengthMs),
  };
}

export type TurnRecorder = {
  /** The user goes on in this turn: series get the arm's names, and what is left of the last is told. */
  enter: (step: CurrentStep, turn: Turn) => void;
  /** @param durationMs null where the request failed */
  ended: (begunMs: number, durationMs: number | null) => void;
  /** Nothing else comes of this user in this step. */
  flush: () => void;
};

/** Of one user; undefined where nobody takes turns. */
export function turnRecorderOf({ turns, userTurns, steps }: Plan): TurnRecorder | undefined {
  if (turns === undefined && userTurns === undefined) return undefined;
  // At a rate nobody knows which of a user's iterations is its last: each tells at once.
  const most = (steps[0] as Step).load.model === 'open' ? 1 : MOST_IN_LINE;
  let entered = noTurn;
  let stepName = '';
  let skipped = 0;
  let failed = 0;
  let durations: number[] = [];

  function flush(): void {
    if (durations.length + skipped + failed === 0) return;
    const { index: turn } = entered;
    const line = { event: 'turn', step: stepName, turn, skipped, failed, ms: durations };
    console.log(JSON.stringify(line));
    skipped = 0;
    failed = 0;
    durations = [];
  }

  return {
    enter(step, turn) {
      flush();
      entered = turn;
      stepName = step.scenario.name;
      const arm = turns?.arms[turn.arm];
      if (arm) {
        step.tags.arm = arm.name;
        step.tags.app = arm.app;
      }
      step.metadata.turn = String(turn.index);
    },
    ended(begunMs, durationMs) {
      if (begunMs < entered.countsFromMs) skipped += 1;
      else if (durationMs === null) failed += 1;
      else durations.push(Math.round(durationMs * 1000) / 1000);
      if (durations.length + skipped + failed >= most) flush();
    },
    flush,
  };
}
