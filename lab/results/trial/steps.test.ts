import { describe, expect, it } from 'vitest';
import { coresUsed } from './machine-use';
import { stepResults } from './steps';
import { trialRecord } from './trial.fixture';

const open = (rateRps: number) => ({ model: 'open' as const, rateRps, maxVUs: 50 });

describe('the figures of a step', () => {
  it('count only right answers that ended within the step', () => {
    const change = { lateRequests: 10, failed: 20, wrongBodies: 40, sloMisses: 70 };
    const [step] = stepResults(trialRecord({ loads: [open(100)], steps: [change] }));
    expect(step).toMatchObject({ offeredRps: 100, achievedRps: 93, requests: 1000, failed: 20 });
    expect(step?.withinSlo).toBeCloseTo(0.93);
    expect(step?.sloHeld).toBe(false);
  });

  it('count a request that failed and was late once', () => {
    const change = { lateRequests: 10, lateFailures: 10, failed: 20, wrongBodies: 40 };
    const [step] = stepResults(trialRecord({ loads: [open(100)], steps: [change] }));
    expect(step?.achievedRps).toBe(94);
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

  it('find a neighbour in what was used on the cores of a part beyond the lab’s own', () => {
    const [step] = stepResults(trialRecord({ loads: [open(100)], others: { generator: 0.4 } }));
    expect(step?.validity.reasons.join()).toMatch(/^others on generator cores 40 %/);
  });

  it('divide what others took by the cores of the part: a tenth of a core is little of eight', () => {
    const record = trialRecord({ loads: [open(100)], others: { generator: 0.4 } });
    const sets = record.server?.coreSets ?? [];
    const eight = sets.map((set) => ({ ...set, cpus: [0, 1, 2, 3, 4, 5, 6, 7] }));
    const server = record.server && { ...record.server, coreSets: eight };
    const [step] = stepResults({ ...record, server });
    expect(step?.validity.state).toBe('valid');
    const check = step?.validity.checks.find(({ name }) => name === 'others on generator cores');
    expect(check?.figure).toBeCloseTo(0.05);
  });

  it('let others use cores on which nothing of the lab runs', () => {
    const [step] = stepResults(trialRecord({ loads: [open(100)], others: { elsewhere: 3 } }));
    expect(step?.validity.state).toBe('valid');
    const check = step?.validity.checks.find(({ name }) => name === 'CPU used elsewhere');
    expect(check?.figure).toBeCloseTo(3);
  });

  it('judge an earlier run by what the machine used as a whole', () => {
    const record = trialRecord({ loads: [open(100)], others: { elsewhere: 0.4 } });
    const { coreSets: _, ...server } = record.server ?? { coreSets: [] };
    const usage = record.server?.usage.map(({ cores: _, ...sample }) => sample) ?? [];
    const earlier = { ...record, server: { ...server, usage } as typeof record.server };
    const [step] = stepResults(earlier);
    expect(step?.validity.reasons.join()).toMatch(/^other processes 0.42 cores/);
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

  it('void no step before the subject died, nor one in which another part did', () => {
    const record = trialRecord({ loads: [open(100), open(200)] });
    const died = (part: string, second: number) => ({
      ...{ atMs: 1_800_000_000_000 + 1000 * second, part, what: 'was ended by SIGKILL' },
    });
    record.server?.incidents.push(died('prometheus', 5), died('express', 15));
    expect(stepResults(record).map(({ validity }) => validity.state)).toEqual(['valid', 'void']);
  });

  it('void the step in which PostgreSQL died, which kept the app from answering', () => {
    const record = trialRecord({ loads: [open(100)] });
    const dead = { atMs: 1_800_000_005_000, part: 'postgres', what: 'was ended by SIGKILL' };
    record.server?.incidents.push(dead);
    expect(stepResults(record)[0]?.validity.reasons.join()).toMatch(
      /postgres was ended by SIGKILL/,
    );
  });

  it.each([
    [
      'worker',
      { workerRestarts: 1 },
      /1 workers of express were replaced before the end of step_02/,
    ],
    ['process', { startedAtSeconds: 2 }, /express was restarted before the end of step_02/],
  ])('void what comes after a %s that only the counters saw replaced', (_what, change, reason) => {
    const record = trialRecord({ loads: [open(100), open(200)] });
    const counters = {
      ...{ atMs: 0, requests: 0, requestSeconds: 0, statements: 0, statementSeconds: 0 },
      ...{ poolWaits: 0, poolWaitSeconds: 0, poolTimeouts: 0, startedAtSeconds: 1 },
      ...{ workerRestarts: 0, residentMemoryBytes: 0, timerDelays: 0, timerDelaySeconds: 0 },
    };
    const replaced = { ...counters, ...change };
    // Between the two steps.
    const edges = [
      { step: 'step_01', startedAtMs: 0, start: counters, end: counters, settled: counters },
      { step: 'step_02', startedAtMs: 0, start: replaced, end: replaced, settled: replaced },
    ];
    const server = record.server && { ...record.server, beforeLoad: counters, edges };
    const [first, second] = stepResults({ ...record, server });
    expect(first?.validity.state).toBe('valid');
    expect(second?.validity.reasons.join()).toMatch(reason);
  });

  it('count the time that users think as part of their cycle', () => {
    const loads = [{ model: 'closed' as const, users: 8 }];
    // 20 ms of waiting and 480 of thinking: 160 iterations in ten seconds.
    const latencyMs = {
      ...{ count: 160, mean: 20, min: 1, p50: 5, p95: 10, p99: 20, p999: 30, max: 40 },
    };
    const record = trialRecord({ loads, steps: [{ requests: 160, iterations: 160, latencyMs }] });
    const summary = record.summary && { ...record.summary, thinkTimeSeconds: 0.48 };
    const [step] = stepResults({ ...record, summary });
    const law = step?.validity.checks.find(({ name }) => name === "Little's law");
    expect(law?.figure).toBeCloseTo(0);
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

  it('void a step that the generator left before its end, and none that was over by then', () => {
    const record = trialRecord({ loads: [open(100), open(200)] });
    const halfway = 1_800_000_015_000;
    const stopped = {
      ...record,
      server: record.server && {
        ...record.server,
        usage: record.server.usage.filter(({ atMs }) => atMs <= halfway),
        generatorEnding: { code: 105, signal: null },
      },
    };
    const [before, cut] = stepResults(stopped);
    expect(before?.validity.state).toBe('valid');
    expect(cut?.validity.reasons.join()).toMatch(/cut off 5 s, none allowed/);
  });

  it('divide the time of a request by the counters at the edges of the step', () => {
    const record = trialRecord({ loads: [open(100)] });
    const counters = {
      ...{ atMs: 0, requests: 0, requestSeconds: 0, statements: 0, statementSeconds: 0 },
      ...{ poolWaits: 0, poolWaitSeconds: 0, poolTimeouts: 0, startedAtSeconds: 1 },
      ...{ workerRestarts: 0, residentMemoryBytes: 0, timerDelays: 100, timerDelaySeconds: 0.1 },
    };
    // 1,000 requests of 6 ms. An idle timer is 1 ms late, in the step one of 2 ms.
    const start = { ...counters, timerDelays: 200, timerDelaySeconds: 0.2 };
    const end = {
      ...{ ...start, requests: 1000, requestSeconds: 4, statementSeconds: 2 },
      // Not every request waits for a connection.
      ...{ poolWaits: 500, poolWaitSeconds: 1 },
      ...{ timerDelays: 300, timerDelaySeconds: 0.4 },
    };
    // 20 of the requests were in flight at the end, and their statements counted already.
    const atEnd = { ...end, requests: 980, requestSeconds: 3.8 };
    record.server?.edges.push({
      ...{ step: 'step_01', startedAtMs: 0, start, end: atEnd },
      settled: { ...end, timerDelays: 400 },
    });
    const server = record.server && { ...record.server, beforeLoad: counters };
    const [step] = stepResults({ ...record, server });
    expect(step?.poolWaitMeanMs).toBeCloseTo(1);
    const { parts } = step?.decomposition ?? {};
    expect(parts?.app).toBeCloseTo(1);
    expect(parts?.eventLoopWait).toBeCloseTo(1);
    expect(parts?.rest).toBeCloseTo(1);
    // Until customers logged in, a timer was half a millisecond late.
    const beforeLogIns = { ...counters, timerDelays: 150, timerDelaySeconds: 0.125 };
    const [visited] = stepResults({ ...record, server: server && { ...server, beforeLogIns } });
    expect(visited?.decomposition?.parts?.eventLoopWait).toBeCloseTo(1.5);
    // An app without an event loop counts no timers.
    record.server?.edges.splice(0, 1, {
      ...{ step: 'step_01', startedAtMs: 0, start: counters, settled: null },
      end: { ...end, timerDelays: 100 },
    });
    expect(stepResults(record)[0]?.decomposition?.parts).toMatchObject({ eventLoopWait: null });
  });

  it('check users against throughput and time in the closed model', () => {
    const loads = [{ model: 'closed' as const, users: 8 }];
    expect(stepResults(trialRecord({ loads }))[0]?.validity.state).toBe('valid');
    const times = { count: 4000, mean: 40, min: 1, p50: 5, p95: 10, p99: 20, p999: 30, max: 40 };
    const impossible = [{ latencyMs: times }];
    const [step] = stepResults(trialRecord({ loads, steps: impossible }));
    expect(step?.validity.reasons.join()).toMatch(/Little's law/);
  });

  it('do not hold the iterations that its end cuts in two against Little’s law', () => {
    const loads = [{ model: 'closed' as const, users: 8 }];
    // One second each, in ten: every user ends nine in the step and its tenth half a second later.
    const times = { count: 80, min: 1, p50: 1, p95: 1, p99: 1, p999: 1, max: 1.5 };
    const latencyMs = { ...times, mean: 1050 };
    const cut = { requests: 80, iterations: 80, lateRequests: 8, latencyMs };
    const [step] = stepResults(trialRecord({ loads, steps: [cut] }));
    expect(step?.validity.reasons).toEqual([]);
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
    expect(coresUsed(usage, ({ subject }) => subject, { fromMs: 250, toMs: 1750 })).toBeCloseTo(
      0.5,
    );
  });

  it('is taken as far as the readings go when they miss only the end', () => {
    expect(coresUsed(usage, ({ subject }) => subject, { fromMs: 0, toMs: 2200 })).toBeCloseTo(0.5);
  });

  it('is unknown outside the readings and for a part that is not seen', () => {
    expect(coresUsed(usage, ({ subject }) => subject, { fromMs: 1500, toMs: 2500 })).toBeNull();
    expect(coresUsed([], ({ subject }) => subject, { fromMs: 0, toMs: 1000 })).toBeNull();
    expect(coresUsed(usage, ({ database }) => database, { fromMs: 0, toMs: 1000 })).toBeNull();
  });
});
