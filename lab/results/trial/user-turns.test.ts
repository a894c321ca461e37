import { describe, expect, it } from 'vitest';
import { stepResults } from './steps';
import { trialRecord } from './trial.fixture';

const startMs = 1_800_000_000_000;
const closed = { model: 'closed' as const, users: 8 };

/** Ten turns of a second, of which 0.6 s count: eight users answer 60 requests each time, one answers 12. */
function comingAndGoing(hiccupInTurns: readonly number[] = []) {
  const record = trialRecord({ loads: [closed] });
  const order = [8, 1, 1, 8, 8, 1, 1, 8, 1, 8];
  record.plan.userTurns = { seconds: 1, skipSeconds: 0.4, order };
  record.turns = order.map((users, turn) => ({
    ...{ step: 'step_01', turn, skipped: 5, failed: users === 8 ? 1 : 0 },
    // One in twenty of eight users' answers is too late for the SLO.
    ms: Array.from({ length: users === 8 ? 60 : 12 }, (_, index) => (index % 20 === 19 ? 150 : 80)),
  }));
  if (record.server) {
    record.server.hiccups = hiccupInTurns.map((turn) => ({
      ...{ cpu: 0, fromMs: startMs + 1000 * turn + 500, ms: 40 },
    }));
  }
  const [step] = stepResults(record);
  if (step === undefined) throw new Error('no step');
  return step;
}

describe('users who come and go', () => {
  it('have figures for each number of them, of what counts in their turns', () => {
    const { userTurns, validity } = comingAndGoing();
    expect(validity.state).toBe('valid');
    expect(userTurns).toMatchObject({ turns: 10, disturbed: 0 });
    const [one, eight] = userTurns?.levels ?? [];
    expect(one).toMatchObject({ users: 1, turns: 5, p50Ms: 80, withinSlo: 1 });
    expect(one?.achievedRps).toBeCloseTo(12 / 0.6);
    expect(eight).toMatchObject({ users: 8, turns: 5, requests: 305 });
    expect(eight?.achievedRps).toBeCloseTo(60 / 0.6);
    // 57 of 61 in each turn: three late, one failed.
    expect(eight?.withinSlo).toBeCloseTo(57 / 61);
    expect(eight?.subjectCores).toBeCloseTo(0.6);
    expect(eight?.databaseCores).toBeCloseTo(0.3);
  });

  it('lose a turn that the machine disturbed, and no other', () => {
    const { userTurns, validity } = comingAndGoing([0, 3]);
    expect(validity.state).toBe('valid');
    expect(userTurns?.disturbed).toBe(2);
    expect(userTurns?.levels.map(({ users, turns }) => [users, turns])).toEqual([
      [1, 5],
      [8, 3],
    ]);
    expect(userTurns?.levels[1]?.achievedRps).toBeCloseTo(60 / 0.6);
  });

  it('make a step void where more than a third of the turns are lost', () => {
    const { userTurns, validity } = comingAndGoing([0, 3, 4, 7]);
    expect(userTurns?.disturbed).toBe(4);
    expect(validity).toMatchObject({ state: 'void' });
    expect(validity.reasons.join()).toContain('turns disturbed 40 %');
  });

  it('are not held to Little’s law, of which those who wait are no part', () => {
    const { validity } = comingAndGoing();
    expect(validity.checks.map(({ name }) => name)).not.toContain("Little's law");
  });
});
