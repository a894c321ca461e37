import { describe, expect, it } from 'vitest';
import { stepResults } from '../../results/trial/steps';
import { trialRecord } from '../../results/trial/trial.fixture';
import { roundRate } from './choose-loads';
import { untilValid } from './take-turns';

const open = { model: 'open', rateRps: 100, maxVUs: 50 } as const;
const quiet = () => stepResults(trialRecord({ loads: [open] }));
const disturbed = () => stepResults(trialRecord({ loads: [open], others: { generator: 0.6 } }));

describe('a turn', () => {
  const turns = (outcomes: (() => ReturnType<typeof quiet>)[]) => {
    let taken = 0;
    const result = untilValid(async () => (outcomes[taken++] ?? quiet)());
    return result.then((why) => ({ why, taken }));
  };

  it('is taken once when its trial is valid', async () => {
    expect(await turns([quiet])).toEqual({ why: null, taken: 1 });
  });

  it('is taken again at once while its trials are void', async () => {
    expect(await turns([disturbed, disturbed, quiet])).toEqual({ why: null, taken: 3 });
  });

  it('is given up after three, and says why', async () => {
    const { why, taken } = await turns([disturbed, disturbed, disturbed, quiet]);
    expect(taken).toBe(3);
    expect(why).toContain('others on generator cores');
  });

  it('counts when the subject could not follow: that is the subject, not the measurement', async () => {
    const overloaded = () =>
      stepResults(
        trialRecord({
          loads: [open],
          steps: [{ droppedIterations: 50, iterationMs: null }],
        }),
      );
    expect(overloaded()[0]?.validity.state).toBe('overloaded');
    expect(await turns([overloaded])).toEqual({ why: null, taken: 1 });
  });
});

it.each([
  [1234.9, 1200],
  [349, 350],
  [87.6, 87],
  [9.7, 9],
  [0.8, 0],
])('a third of what a subject can do, %d per second, is asked for as %d', (rps, asked) => {
  expect(roundRate(rps)).toBe(asked);
});
