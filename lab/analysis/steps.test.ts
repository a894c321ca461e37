import { describe, expect, it } from 'vitest';
import { coresUsed, stepResults } from './steps';
import { trialRecord } from './trial.fixture';

const open = (rateRps: number) => ({ model: 'open' as const, rateRps, maxVUs: 50 });

describe('the figures of a step', () => {
  it('count only right answers that ended within the step', () => {
    const change = { lateRequests: 10, failed: 20, wrongBodies: 0, sloMisses: 30 };
    const [step] = stepResults(trialRecord({ loads: [open(100)], steps: [change] }));
    expect(step).toMatchObject({ offeredRps: 100, achievedRps: 97, requests: 1000, failed: 20 });
    expect(step?.withinSlo).toBeCloseTo(0.97);
    expect(step?.sloHeld).toBe(false);
  });

  it('take each part of the machine from readings around the step', () => {
    const [step] = stepResults(trialRecord({ loads: [open(100)] }));
    expect(step?.subjectCores).toBeCloseTo(0.6);
    expect(step?.databaseCores).toBeCloseTo(0.3);
    // 0.4 of the 0.9 cores that Prometheus and the lab left.
    expect(step?.generatorShare).toBeCloseTo(0.4 / 0.9);
    expect(step?.validity.state).toBe('valid');
  });

  it('name the database as the limit when it used more CPU than the subject', () => {
    const cores = { subject: 0.3, database: 0.6 };
    const [step] = stepResults(trialRecord({ loads: [open(100)], cores }));
    expect(step?.busiest).toBe('database');
  });

  it('find a neighbour in what the machine used beyond the lab’s own parts', () => {
    const [step] = stepResults(trialRecord({ loads: [open(100)], cores: { machine: 1.8 } }));
    expect(step?.validity.reasons.join()).toMatch(/other processes 0.4 cores/);
  });

  it('treat a dropped iteration as a broken promise', () => {
    const [step] = stepResults(
      trialRecord({ loads: [open(100)], steps: [{ droppedIterations: 3 }] }),
    );
    expect(step).toMatchObject({ sloHeld: false, validity: { state: 'overloaded' } });
  });

  it('void the step in which the subject died, and what comes after', () => {
    const record = trialRecord({ loads: [open(100), open(200)] });
    const dead = { atMs: 1_800_000_005_000, part: 'express', what: 'was ended by SIGKILL' };
    record.server?.incidents.push(dead);
    expect(stepResults(record).map(({ validity }) => validity.state)).toEqual(['void', 'void']);
    expect(stepResults(record)[0]?.validity.reasons.join()).toMatch(/SIGKILL/);
  });

  it('void every step of a k6 that left no summary, and say what ended it', () => {
    const record = trialRecord({ loads: [open(100)] });
    const killed = {
      ...record,
      summary: null,
      server: record.server && {
        ...record.server,
        generatorEnding: { code: null, signal: 'SIGKILL' },
      },
    };
    expect(stepResults(killed)[0]?.validity.reasons).toEqual([
      'k6 was ended by SIGKILL before it wrote its summary',
    ]);
  });

  it('check users against throughput and time in the closed model', () => {
    const loads = [{ model: 'closed' as const, users: 8 }];
    expect(stepResults(trialRecord({ loads }))[0]?.validity.state).toBe('valid');
    const times = { count: 4000, mean: 40, min: 1, p50: 5, p95: 10, p99: 20, p999: 30, max: 40 };
    const impossible = [{ latencyMs: times }];
    const [step] = stepResults(trialRecord({ loads, steps: impossible }));
    expect(step?.validity.reasons.join()).toMatch(/Little's law/);
  });
});

describe('CPU between readings', () => {
  const usage = [0, 1000, 2000].map((atMs) => ({
    atMs,
    subject: atMs / 2000,
    database: null,
    generator: 0,
    lab: 0,
    machine: 0,
    steal: 0,
  }));

  it('is interpolated at the edges of the window', () => {
    expect(coresUsed(usage, 'subject', { fromMs: 250, toMs: 1750 })).toBeCloseTo(0.5);
  });

  it('is taken as far as the readings go when they miss only the end', () => {
    expect(coresUsed(usage, 'subject', { fromMs: 0, toMs: 2200 })).toBeCloseTo(0.5);
  });

  it('is unknown outside the readings and for a part that is not seen', () => {
    expect(coresUsed(usage, 'subject', { fromMs: 1500, toMs: 2500 })).toBeNull();
    expect(coresUsed([], 'subject', { fromMs: 0, toMs: 1000 })).toBeNull();
    expect(coresUsed(usage, 'database', { fromMs: 0, toMs: 1000 })).toBeNull();
  });
});
