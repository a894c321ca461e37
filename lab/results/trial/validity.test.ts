import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rootDir } from '../../paths';
import type { StepEvidence } from './evidence';
import type { ArmFigures, TurnFigures } from './turns';
import { judgeStep } from './validity';

const sound: StepEvidence = {
  measured: true,
  unmeasuredBecause: '',
  subjectIncidents: [],
  cutSeconds: 0,
  wrongBodies: 0,
  dropped: 0,
  generatorShare: 0.5,
  interference: {
    otherCores: 0.02,
    stealCores: 0,
    sets: [
      {
        parts: ['subject', 'database'],
        cores: 1,
        others: 0,
        steal: 0,
        waiting: 0.3,
        longestHiccupMs: 0,
      },
      { parts: ['generator'], cores: 2, others: 0.01, steal: 0, waiting: 0, longestHiccupMs: 120 },
    ],
  },
  lateShare: 0,
  heldUp: null,
  waitingShare: 0.98,
  littlesLaw: null,
};

const [subjectSet, generatorSet] = sound.interference.sets ?? [];

type SetUse = NonNullable<typeof generatorSet>;

/** On the cores of one part something is different. */
function on(part: 'subject' | 'generator', change: Partial<SetUse>): Partial<StepEvidence> {
  const sets = [subjectSet, generatorSet].flatMap((set) => set ?? []);
  const changed = sets.map((set) => (set.parts[0] === part ? { ...set, ...change } : set));
  return { interference: { ...sound.interference, sets: changed } };
}

const arm = (p50Ms: number | null, requests = 100): ArmFigures => ({
  ...{ requests, failed: 0, p50Ms, meanMs: p50Ms, p99Ms: p50Ms, achievedRps: 10 },
  ...{ cpuMs: 1, databaseCpuMs: null, idleCores: 0 },
});

const turns = (a: ArmFigures, b: ArmFigures): TurnFigures => ({
  ...{ a, b, apps: { a: 'express', b: 'django' }, turns: 8, leftOut: 0, fours: [] },
  ...{ disturbed: { a: 0, b: 0 }, pDisturbedAlike: 1, causes: [] },
});

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
    [
      'the CPU limit of the generator’s container held it up',
      { throttledShare: 0.02 },
      /^generator throttled 2 %, at most 1 % allowed: its container’s CPU limit/,
    ],
    [
      'a neighbour was busy on the app’s core',
      on('subject', { others: 0.3 }),
      /^others on subject cores 30 %, at most 10 % allowed: .* from the app and PostgreSQL$/,
    ],
    [
      'a neighbour was busy on the generator’s cores',
      on('generator', { others: 0.11 }),
      /^others on generator cores 11 %, at most 10 % allowed: .* from the generator$/,
    ],
    [
      'the hypervisor took time',
      on('subject', { steal: 0.2 }),
      /^steal on subject cores 20 %, at most 10 % allowed: the hypervisor/,
    ],
    [
      'a neighbour took more than somebody allows, in cores of the part',
      { otherCoresBound: 0.4, ...on('generator', { others: 0.25 }) },
      /^others on generator cores 25 %, at most 20 % allowed/,
    ],
    [
      'a neighbour was busy, in a run that did not tell cores apart',
      { interference: { otherCores: 0.3, stealCores: 0, sets: undefined } },
      /other processes 0.3 cores, at most 0.1 allowed/,
    ],
    ['the generator ended early', { cutSeconds: 1.5 }, /cut off 1.5 s, none allowed/],
    ['one body was wrong', { wrongBodies: 1 }, /wrong bodies 1/],
    ['the subject was restarted', { subjectIncidents: ['express was restarted'] }, /restarted/],
    ['the shop sold what it did not book', { discrepancies: ['2 orders'] }, /^books: 2 orders;/],
    ['one of several generators died', { generatorFaults: ['2 of 2'] }, /^generators: 2 of 2;/],
    ['iterations began late', { lateShare: 0.02 }, /late starts 2 %/],
    [
      'k6 held answers up',
      { heldUp: { ms: 43.8, sloMs: 100 } },
      /^answers held up in k6 43.8 ms, at most 20.0 allowed: at the p99, an iteration ends/,
    ],
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
    const generatorFaults = ['generator 2 was ended by SIGKILL'];
    expect(judgeStep({ ...evidence, generatorFaults }).reasons).toEqual([
      'k6 was ended by SIGKILL',
      'generators: generator 2 was ended by SIGKILL',
    ]);
  });

  it('is valid beside neighbours on other cores, and while its own threads queue; both are told', () => {
    const busy = on('subject', { waiting: 5 });
    const interference = { ...sound.interference, ...busy.interference, otherCores: 6.02 };
    const { state, checks } = judgeStep({ ...sound, interference });
    expect(state).toBe('valid');
    const figures = checks.filter(({ bound }) => bound === null);
    expect(figures.map(({ name, figure, outcome }) => [name, figure, outcome])).toEqual([
      ['waiting on subject cores', 5, 'unknown'],
      ['waiting on generator cores', 0, 'unknown'],
      ['longest hiccup on subject cores', 0, 'unknown'],
      ['longest hiccup on generator cores', 120, 'unknown'],
      // What is left of 6.02 when a hundredth of the generator's two cores is taken off.
      ['CPU used elsewhere', 6, 'unknown'],
    ]);
  });

  it('may lose more to neighbours where somebody allows it, and less', () => {
    const allowed = { otherCoresBound: 1, ...on('generator', { others: 0.45 }) };
    expect(judgeStep({ ...sound, ...allowed }).state).toBe('valid');
    const strict = { otherCoresBound: 0.01, ...on('generator', { others: 0.02 }) };
    expect(judgeStep({ ...sound, ...strict }).state).toBe('void');
  });

  it('is judged by the steal of the whole machine where the cores of its parts cannot be seen', () => {
    const blind = { others: null, steal: null, waiting: null, longestHiccupMs: null };
    const sets = sound.interference.sets?.map((set) => ({ ...set, ...blind }));
    const stolen = (stealCores: number) =>
      judgeStep({ ...sound, interference: { otherCores: null, stealCores, sets } });
    expect(stolen(0.05).state).toBe('valid');
    expect(stolen(0.2)).toMatchObject({
      state: 'void',
      reasons: [expect.stringMatching(/^steal 0.2 cores, at most 0.1 allowed/)],
    });
    expect(judgeStep(sound).checks.map(({ name }) => name)).not.toContain('steal');
  });

  it('is judged by checks that all stand in the table of docs/method.md', () => {
    const { sets = [] } = sound.interference;
    const blind = sets.map((set) => ({ ...set, others: null, steal: null }));
    const everything = {
      ...{ ...sound, throttledShare: 0, generatorFaults: [], discrepancies: [], dropped: 1 },
      littlesLaw: { users: 1, product: 1, cycleSeconds: 1 },
    };
    const checks = [
      judgeStep({ ...everything, interference: { ...sound.interference, sets: blind } }),
      judgeStep(everything, turns(arm(3), arm(5))),
    ].flatMap((step) => step.checks);
    const doc = readFileSync(join(rootDir, 'docs/method.md'), 'utf8');
    const [, table = ''] = /^\| check \| native \|.*\n((?:\|.*\n)+)/m.exec(doc) ?? [];
    const documented = table
      .split('\n')
      .flatMap((row) => (row.split(' | ')[0] ?? '').slice(2).split(', '));
    const names = checks.map(({ name }) => name.replace(/ on \w+ cores$/, ' on cores'));
    expect([...new Set(names)].filter((name) => !documented.includes(name))).toEqual([]);
  });

  it('is void where an arm had requests and no right answer', () => {
    expect(judgeStep(sound, turns(arm(3), arm(5))).state).toBe('valid');
    expect(judgeStep(sound, turns(arm(3), arm(null)))).toMatchObject({
      state: 'void',
      reasons: [expect.stringMatching(/^arms without answers 1/)],
    });
  });

  it('neither helps nor harms where a figure cannot be had', () => {
    const blind = { others: null, steal: null, waiting: null, longestHiccupMs: null };
    const { state, checks } = judgeStep({
      ...{ ...sound, ...on('generator', blind) },
      generatorShare: null,
    });
    expect(state).toBe('valid');
    const unknown = checks.filter(
      ({ outcome, figure }) => outcome === 'unknown' && figure === null,
    );
    expect(unknown.map(({ name }) => name)).toEqual([
      'generator CPU',
      'others on generator cores',
      'steal on generator cores',
      'waiting on generator cores',
      'longest hiccup on generator cores',
      'CPU used elsewhere',
    ]);
  });
});
