import { describe, expect, it } from 'vitest';
import type { StepEvidence } from './steps';
import { judgeStep } from './validity';

const sound: StepEvidence = {
  measured: true,
  unmeasuredBecause: '',
  subjectIncidents: [],
  cutSeconds: 0,
  wrongBodies: 0,
  dropped: 0,
  generatorShare: 0.5,
  otherCores: 0.02,
  stealCores: 0,
  lateShare: 0,
  waitingShare: 0.98,
  littlesLaw: null,
};

describe('a step', () => {
  it('is valid when every check holds', () => {
    expect(judgeStep(sound)).toMatchObject({ state: 'valid', reasons: [] });
  });

  it.each<[string, Partial<StepEvidence>, RegExp]>([
    [
      'the generator was busy',
      { generatorShare: 0.81 },
      /generator CPU 81 %, at most 80 % allowed/,
    ],
    ['a neighbour was busy', { otherCores: 0.3 }, /other processes 0.3 cores/],
    ['the hypervisor took time', { stealCores: 0.2 }, /steal 0.2 cores/],
    ['the generator ended early', { cutSeconds: 1.5 }, /cut off 1.5 s, none allowed/],
    ['one body was wrong', { wrongBodies: 1 }, /wrong bodies 1/],
    ['the subject was restarted', { subjectIncidents: ['express was restarted'] }, /restarted/],
    ['iterations began late', { lateShare: 0.02 }, /late starts 2 %/],
    [
      'iterations were dropped by a generator with users free',
      { dropped: 5, waitingShare: 0.5 },
      /dropped while users were free 5/,
    ],
    [
      "Little's law does not hold",
      { littlesLaw: { users: 16, product: 14, cycleSeconds: 0.05 } },
      /Little's law 13 %/,
    ],
  ])('is void when %s', (_name, evidence, reason) => {
    const { state, reasons } = judgeStep({ ...sound, ...evidence });
    expect(state).toBe('void');
    expect(reasons.join()).toMatch(reason);
  });

  it('is overloaded, not void, when every user waited for the subject', () => {
    expect(judgeStep({ ...sound, dropped: 40, waitingShare: 0.99 }).state).toBe('overloaded');
  });

  it('is void before it is overloaded: a busy generator explains drops of its own', () => {
    expect(judgeStep({ ...sound, dropped: 40, generatorShare: 0.95 }).state).toBe('void');
  });

  it('does not read lag once iterations were dropped', () => {
    expect(judgeStep({ ...sound, dropped: 40, lateShare: 0.5 }).state).toBe('overloaded');
  });

  it("does not hold Little's law against cycles under 5 ms", () => {
    const littlesLaw = { users: 1, product: 0.7, cycleSeconds: 0.002 };
    const { state, checks } = judgeStep({ ...sound, littlesLaw });
    expect(state).toBe('valid');
    expect(checks.find(({ name }) => name === "Little's law")?.reason).toMatch(/overhead/);
  });

  it('is void with its reason when nothing was measured', () => {
    const evidence = { ...sound, measured: false, unmeasuredBecause: 'k6 was ended by SIGKILL' };
    expect(judgeStep(evidence)).toEqual({
      state: 'void',
      reasons: ['k6 was ended by SIGKILL'],
      checks: [],
    });
  });

  it('neither helps nor harms where a figure cannot be had', () => {
    const blind = { generatorShare: null, otherCores: null, stealCores: null };
    const { state, checks } = judgeStep({ ...sound, ...blind });
    expect(state).toBe('valid');
    expect(checks.filter(({ outcome }) => outcome === 'unknown')).toHaveLength(3);
  });
});
