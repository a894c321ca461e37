import { describe, expect, it } from 'vitest';
import { expectInside, expectNear } from '../../statistics/fixtures/within';
import { seededRandom } from '../../statistics/random';
import { capacityBelief } from './capacity-evidence';
import { type CapacitySearch, nextTrial, type SearchStep } from './capacity-search';
import {
  type GoalResult,
  goalResult,
  type SearchGoal,
  type SearchTrial,
} from './load-classification';
import { answerStretch } from './machine-change';
import { DEFAULT_GOAL } from './search-settings';

const GOAL: SearchGoal = { ...DEFAULT_GOAL, name: 'slo', lossRatio: 0.01 };
const SEARCH: CapacitySearch = {
  goal: GOAL,
  minLoad: 10,
  maxLoad: 10_000,
  startLoad: 500,
  requestsPerTrial: 300,
};

/** Runs a search to its end against a subject that answers with a loss ratio. */
function searchFor(
  search: CapacitySearch,
  lossRatio: (load: number, durationSeconds: number) => number,
): {
  trials: SearchTrial[];
  done: Extract<SearchStep, { kind: 'done' }>;
  result: GoalResult;
} {
  const trials: SearchTrial[] = [];
  for (let i = 0; i < 2000; i += 1) {
    const spentSeconds = trials.reduce((sum, trial) => sum + trial.durationSeconds, 0);
    const step = nextTrial(
      { ...search, ...(search.budget && { budget: { ...search.budget, spentSeconds } }) },
      trials,
    );
    if (step.kind === 'done') {
      return { trials, done: step, result: goalResult(GOAL, answerStretch(GOAL, trials).trials) };
    }
    const { load, durationSeconds } = step;
    trials.push({ load, durationSeconds, lossRatio: lossRatio(load, durationSeconds) });
  }
  throw new Error('the search did not end');
}

const sharp = (capacity: number) => (load: number) => (load > capacity ? 0.5 : 0);

describe('the capacity search', () => {
  it.each([137, 499, 500, 501, 3333, 9990])('brackets a sharp capacity of %i', (capacity) => {
    const { done, trials, result } = searchFor(SEARCH, sharp(capacity));
    expect(result.regular).toBe(true);
    expect(result.relevantLowerBound).toBeLessThanOrEqual(capacity);
    expect(result.relevantUpperBound).toBeGreaterThan(capacity);
    expect(done.reason).toContain('within the goal width');
    expect(trials.length).toBeLessThan(30);
  });

  it('ends at neighbouring whole loads where they are farther apart than the goal asks', () => {
    const { done, result } = searchFor(SEARCH, sharp(12));
    expect(done.reason).toContain('neighbouring whole loads');
    expect(result).toMatchObject({
      relevantLowerBound: 12,
      relevantUpperBound: 13,
      regular: false,
    });
  });

  it('says so when the largest load holds, and when the smallest fails', () => {
    const holds = searchFor(SEARCH, () => 0);
    expect(holds.done.reason).toBe('the largest load, 10000, holds');
    expect(holds.result.effectiveLowerBound?.load).toBe(10_000);
    const fails = searchFor(SEARCH, () => 1);
    expect(fails.done.reason).toBe('even the smallest load, 10, fails');
    expect(fails.result.relevantUpperBound).toBe(10);
  });

  it('stays inside its range and gives every trial its requests', () => {
    const { trials } = searchFor({ ...SEARCH, minLoad: 5, startLoad: 40 }, sharp(8));
    for (const { load, durationSeconds } of trials) {
      expectInside(load, [5, 10_000]);
      expect(load * durationSeconds).toBeGreaterThanOrEqual(300);
      expect(durationSeconds).toBeGreaterThanOrEqual(5);
    }
  });

  it('begins with short trials and believes only full ones', () => {
    const { trials, result } = searchFor(SEARCH, sharp(800));
    expect(trials[0]).toMatchObject({ load: 500, durationSeconds: 5 });
    const lower = result.relevantLowerBound;
    const atLower = trials.filter(({ load }) => load === lower);
    // Three decide, and the last of four shows that it still holds when the search ends.
    expect(atLower.filter(({ durationSeconds }) => durationSeconds >= 15).length).toBe(4);
  });

  it('goes on where it was interrupted: the same trials, the same next step', () => {
    const random = seededRandom(2);
    const noisy = (load: number) => (load * Math.exp(0.05 * random.normal()) > 800 ? 0.5 : 0);
    const { trials } = searchFor(SEARCH, noisy);
    for (let made = 0; made < trials.length; made += 1) {
      const resumed = nextTrial(SEARCH, JSON.parse(JSON.stringify(trials.slice(0, made))));
      expect(resumed).toMatchObject({
        load: trials[made]?.load,
        durationSeconds: trials[made]?.durationSeconds,
      });
    }
  });

  it('ends with the bounds it has when the budget is used up', () => {
    const budget = { seconds: 60, spentSeconds: 0, overheadSeconds: 0 };
    const { done, trials, result } = searchFor({ ...SEARCH, budget }, sharp(800));
    expect(done.byBudget).toBe(true);
    expect(done.reason).toContain('budget of 60 s');
    expect(trials.reduce((t, { durationSeconds }) => t + durationSeconds, 0)).toBeLessThanOrEqual(
      60,
    );
    expect(result.regular).toBe(false);
  });

  it('ends, with an honest upper bound, even when the subject is all noise', () => {
    const random = seededRandom(6);
    for (let i = 0; i < 5; i += 1) {
      const { result } = searchFor(SEARCH, () => random.int(2));
      expect(result.relevantUpperBound).not.toBeNull();
    }
  });

  it('refuses a range that is none', () => {
    expect(() => nextTrial({ ...SEARCH, minLoad: 0 }, [])).toThrow('0 < minLoad');
    expect(() => nextTrial({ ...SEARCH, startLoad: 5 }, [])).toThrow('startLoad');
    const goalWith = (change: Partial<SearchGoal>) => ({
      ...SEARCH,
      goal: { ...GOAL, ...change },
    });
    expect(() => nextTrial(goalWith({ relativeWidth: 1 }), [])).toThrow('no bound');
    expect(() => nextTrial(goalWith({ initialTrialDurationSeconds: 20 }), [])).toThrow('outlast');
  });
});

describe('the belief about capacity', () => {
  const trial = (load: number, lossRatio: number): SearchTrial => ({
    load,
    durationSeconds: 15,
    lossRatio,
  });

  it('lies between what held and what failed, and sharpens with trials', () => {
    const few = capacityBelief(GOAL, [trial(400, 0), trial(800, 1)]);
    expectInside(few.median, [400, 800]);
    const more = capacityBelief(GOAL, [trial(400, 0), trial(800, 1), trial(560, 0), trial(600, 1)]);
    expectInside(more.median, [555, 605]);
    expect(more.spread).toBeLessThan(few.spread);
  });

  it('is not thrown by one hiccup far below', () => {
    const held = [trial(500, 0), trial(600, 0), trial(700, 0), trial(700, 0), trial(780, 1)];
    const { median } = capacityBelief(GOAL, [...held, trial(300, 1), trial(300, 0)]);
    expectNear(median, 740, 40);
  });
});
