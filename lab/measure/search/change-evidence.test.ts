import { describe, expect, it } from 'vitest';
import { changeEvidence } from './change-evidence';
import type { SearchGoal, SearchTrial } from './load-classification';
import { DEFAULT_GOAL } from './search-settings';

const GOAL: SearchGoal = { ...DEFAULT_GOAL, name: 'slo', lossRatio: 0.01 };

/** A word a trial: its load, and H(eld) or F(ailed); all at full length. */
const trialsOf = (words: string): SearchTrial[] =>
  words.split(' ').map((word) => ({
    load: Number.parseInt(word, 10),
    durationSeconds: 15,
    lossRatio: word.endsWith('F') ? 0.5 : 0,
  }));
const evidenceIn = (words: string) => changeEvidence(GOAL, trialsOf(words));

describe('the evidence for a change', () => {
  it('is none where one capacity explains all', () => {
    expect(evidenceIn('300H 500F 400H 410H 450F 430F')?.factor).toBeLessThan(5);
    expect(evidenceIn('300H 500F 400H 400F 400H 400F')?.factor).toBeLessThan(5);
  });

  it('grows with every trial that contradicts earlier ones', () => {
    const before = '300H 500F 400H 410H 450F';
    const factors = ['360F', '360F 360F', '360F 360F 360F'].map(
      (after) => evidenceIn(`${before} ${after}`)?.factor ?? 0,
    );
    const [one = 0, two = 0, three = 0] = factors;
    expect(one).toBeLessThan(30);
    expect(two).toBeGreaterThan(30);
    expect(three).toBeGreaterThan(two);
  });

  it('says which way, and where the trials after it begin', () => {
    expect(evidenceIn('300H 500F 400H 410H 450F 360F 360F')).toMatchObject({
      direction: 'slower',
      from: 5,
    });
    expect(evidenceIn('300H 500F 400H 450F 450F 520H 520H')).toMatchObject({
      direction: 'faster',
      from: 5,
    });
  });

  it('is weak for trials that are close to the capacity, however they came out', () => {
    expect(evidenceIn('300H 500F 400H 410H 450F 410F 410F')?.factor).toBeLessThan(30);
  });

  it('needs two trials on either side', () => {
    expect(evidenceIn('400H 200F 200F')).toBeNull();
  });
});
