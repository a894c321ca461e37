import { describe, expect, it } from 'vitest';
import { type StepResult, stepResults } from '../results/trial/steps';
import { trialRecord } from '../results/trial/trial.fixture';
import { subjectOf } from '../runtime/subject';
import { calibrate, calibrationTrial, sizeForRates } from './calibrate';
import type { Conductor } from './conductor';
import { LiveSubject } from './live-subject';
import { paces } from './plans';
import { SimulatedRuntime } from './simulated-runtime.fixture';

const sized = (generatorShare: number | null) => {
  const said: string[] = [];
  const conductor = { say: (text: string) => said.push(text) };
  return { rps: sizeForRates(conductor, { achievedRps: 24_000, generatorShare }, 1.6), said };
};

describe('stairs of rates', () => {
  it.each([0.8, null])('are sized by the throughput, with k6 at %s of its cores', (share) => {
    expect(sized(share)).toEqual({ rps: 24_000, said: [] });
  });

  it('end far below it where k6 was full, and the run says where', () => {
    const { rps, said } = sized(0.93);
    expect(1.6 * rps).toBeCloseTo(2_400);
    expect(said.join()).toMatch(/rates end at 2400 requests per second/);
  });
});

describe('a calibration by two generators', () => {
  const subject = subjectOf('express', 'default', 1);
  const runtime = new SimulatedRuntime();
  const load = { model: 'closed', users: 16 } as const;

  /** Of two generators, each with a share of its core. */
  function stepOf(shares: readonly [number, number], clockOffsetMs = 0) {
    const record = trialRecord({ loads: [load] });
    const { summary, server } = record;
    if (summary === null || server === null) throw new Error('the record is whole');
    const usage = server.usage.map((sample, index) => ({
      ...sample,
      generators: shares.map((share) => (share * index) / 2),
    }));
    const generators = [1, 2].map((number) => ({
      number,
      ending: { code: 0, signal: null },
      clockOffsetMs,
      summary,
      told: { step_01: summary.steps[0]?.latencyMs?.count ?? 0 },
    }));
    const cores = { ...server.cores, generator: 2 };
    return stepResults({ ...record, server: { ...server, cores, usage }, generators });
  }

  const calibrated = (steps: StepResult[]) => {
    const conductor = { runId: 'run', trial: async () => steps } as unknown as Conductor;
    const trial = calibrationTrial({ app: 'express', workload: 'micro' }, paces.quick);
    return calibrate(conductor, new LiveSubject(runtime, subject), trial);
  };

  it('sizes a load although both were full', async () => {
    const steps = stepOf([0.9, 0.95]);
    expect(steps[0]?.validity.reasons.join()).toMatch(/generator 1 used 90 % of its cores/);
    expect(await calibrated(steps)).toBe(steps[0]);
  });

  it('sizes none where one has a clock of its own besides', async () => {
    await expect(calibrated(stepOf([0.9, 0.95], 400))).rejects.toThrow(/failed twice.*clock/);
  });
});
