// What the conductor promises of every run, on a subject that is simulated.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LabError } from '../errors';
import { runOne } from '../experiments/run/measure';
import { findings } from '../results/findings';
import { RunFolder } from '../results/run-folder';
import { designedTrials } from '../results/trial/result';
import { subjectOf } from '../runtime/subject';
import { type Conductor, type RunContext, runExperiment, type Trial } from './conductor';
import { concurrencyPlan, paces, steadyPlan } from './plans';
import { SimulatedRuntime, simulatedSetting } from './simulated-runtime.fixture';
import { isNeverVoid, isVoidWithoutAny, isVoidWithoutOne } from './void-run';

let resultsDir: string;
beforeEach(() => {
  resultsDir = mkdtempSync(join(tmpdir(), 'headroom-conductor-'));
});
afterEach(() => rmSync(resultsDir, { recursive: true }));

const trialAt = (rateRps: number): Trial => ({
  app: 'express',
  workload: 'micro',
  scenario: 'scaling',
  purpose: 'measure',
  level: rateRps,
  load: (basis) => steadyPlan(basis, { rateRps }, { warmup: 1, step: 2 }),
});

const endpoint = { baseUrl: 'http://127.0.0.1:8081', metricsUrls: [] };

const runOf = (
  body: (conductor: Conductor) => Promise<void>,
  options: Partial<RunContext> & { trials?: Trial[] } = {},
) => {
  const context = { ...simulatedSetting(resultsDir), arguments: ['run'], ...options };
  const runtime = options.runtime ?? new SimulatedRuntime();
  const subjects = [subjectOf('express', 'default', 1)];
  const experiment = { kind: 'run', isVoid: isVoidWithoutOne };
  return runExperiment({ ...context, runtime, subjects, experiment }, body);
};

const latest = () => RunFolder.open(resultsDir);
const levels = (folder: RunFolder) =>
  folder.run.trials.map(({ number, level, state }) => [number, level, state]);
const ratesOnDisk = (folder: RunFolder) =>
  folder.trials().map(({ number, plan }) => {
    const load = plan.steps.at(-1)?.load;
    return [number, load?.model === 'open' ? load.rateRps : null];
  });

describe('the counters of a subject that is idle', () => {
  const seenBy = async (tellsOfLogIns: boolean) => {
    const runtime = new SimulatedRuntime();
    const generate = runtime.generate.bind(runtime);
    runtime.generate = (plan, planFile, onLine) => {
      const msg = JSON.stringify({ event: 'log-ins' });
      if (tellsOfLogIns) onLine(JSON.stringify({ msg }));
      return generate(plan, planFile, onLine);
    };
    const folder = await runOf(
      async (conductor) => void (await conductor.trial(endpoint, trialAt(100))),
      { runtime },
    );
    return folder.trial(1)?.server;
  };

  it('are read before customers log in, where any do', async () => {
    expect(await seenBy(true)).toHaveProperty('beforeLogIns');
    expect(await seenBy(false)).not.toHaveProperty('beforeLogIns');
  });
});

describe('a trial that was planned', () => {
  const trials = [trialAt(100), trialAt(200)];

  it('is the one that is run, in whatever order', async () => {
    const [first, second] = trials as [Trial, Trial];
    const folder = await runOf(
      async (conductor) => {
        await conductor.trial(endpoint, second);
        await conductor.trial(endpoint, first);
      },
      { trials },
    );
    expect(levels(folder)).toEqual([
      [1, 100, 'done'],
      [2, 200, 'done'],
    ]);
    expect(ratesOnDisk(folder)).toEqual([
      [1, 100],
      [2, 200],
    ]);
  });

  it('is added to run.json when the run did not know it, and when it is run again', async () => {
    const [first] = trials as [Trial, Trial];
    const folder = await runOf(
      async (conductor) => {
        await conductor.trial(endpoint, first);
        await conductor.trial(endpoint, trialAt(300));
        await conductor.trial(endpoint, first);
      },
      { trials: [first] },
    );
    expect(ratesOnDisk(folder)).toEqual([
      [1, 100],
      [2, 300],
      [3, 100],
    ]);
    expect(folder.run.status).toBe('complete');
  });

  it('has in run.json, and in its design, what it took by the clock', async () => {
    const runtime = new SimulatedRuntime();
    const made = runtime.generate.bind(runtime);
    runtime.generate = async (...asked) => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      return made(...asked);
    };
    const folder = await runOf(
      async (conductor) => void (await conductor.trial(endpoint, trialAt(100))),
      {
        runtime,
      },
    );
    const [planned] = latest().run.trials;
    // Its steps last no time here; k6 was slow to start. A timer may fire a millisecond early.
    expect(planned?.tookSeconds).toBeGreaterThanOrEqual(0.4);
    const records = folder.trials().map((files) => ({ ...files, purpose: 'measure' as const }));
    const [trial] = designedTrials(folder.run, findings(records).trials);
    expect(trial?.tookSeconds).toBe(planned?.tookSeconds);
  });

  it('leaves the run partial when it was not run', async () => {
    const folder = await runOf(async () => undefined, { trials });
    expect(folder.run.status).toBe('partial');
  });
});

/** Its generator runs until it is stopped, if it can be; its subject dies while that is started. */
class DyingRuntime extends SimulatedRuntime {
  constructor(private readonly stopFails = false) {
    super();
  }

  override async generate() {
    this.tellOfCrash('express', Date.now());
    const ending = Promise.withResolvers<{ code: number; signal: null }>();
    const stop = async () => {
      if (this.stopFails) throw new Error('the engine is gone');
      ending.resolve({ code: 0, signal: null });
    };
    return { ended: ending.promise, stop };
  }
}

describe('a subject that dies while the generator is started', () => {
  const trialOn = (runtime: SimulatedRuntime) =>
    runOf(async (conductor) => void (await conductor.trial(endpoint, trialAt(100))), { runtime });

  it('ends the trial', async () => {
    const folder = await trialOn(new DyingRuntime());
    expect(folder.trials()[0]?.server?.incidents).toMatchObject([{ part: 'express' }]);
  });

  it('ends it with an error where the generator cannot be stopped', async () => {
    await expect(trialOn(new DyingRuntime(true))).rejects.toThrow('the engine is gone');
  });
});

describe('what fails', () => {
  it('in the experiment is thrown, though concluding fails too, and the run has an end', async () => {
    const told = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const ended: string[] = [];
    const failing = runOf(
      async () => {
        throw new Error('the first');
      },
      {
        conclude: async () => {
          throw new Error('the second');
        },
        events: { onEnd: ({ run }) => void ended.push(run.status) },
      },
    );
    await expect(failing).rejects.toThrow('the first');
    expect(told.mock.calls.flat().join()).toContain('the second');
    told.mockRestore();
    expect(ended).toEqual(['partial']);
    expect(latest().run.endedAt).not.toBeNull();
  });

  it('in a reading of CPU is thrown at the end of its trial, which leaves server.json', async () => {
    class Blind extends SimulatedRuntime {
      override async usage(): Promise<never> {
        await super.usage();
        throw new Error('no CPU to be seen');
      }
    }
    const failing = runOf((conductor) => conductor.trial(endpoint, trialAt(100)).then(), {
      runtime: new Blind(),
    });
    await expect(failing).rejects.toThrow('no CPU to be seen');
    const { path, run } = latest();
    expect(run.trials.map(({ state }) => state)).toEqual(['cut off']);
    const server = JSON.parse(readFileSync(join(path, 'trials/001/server.json'), 'utf8'));
    expect(server.generatorEnding.code).toBe(0);
  });

  it('in the generator is thrown before what fails after it, and leaves server.json', async () => {
    const told = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    class Lame extends SimulatedRuntime {
      override async generate(): Promise<never> {
        throw new LabError(5, 'k6 does not start');
      }
    }
    const failing = runOf(
      async (conductor) => {
        await conductor.trial(endpoint, trialAt(100));
      },
      { runtime: new Lame(), conclude: () => Promise.reject(new Error('no report')) },
    );
    await expect(failing).rejects.toThrow('k6 does not start');
    told.mockRestore();
    expect(existsSync(join(latest().path, 'trials/001/server.json'))).toBe(true);
  });
});

it('a load by users that --generators auto cannot share is told of, and a calibration is not', async () => {
  const said: string[] = [];
  const byUsers = (purpose: Trial['purpose']): Trial => ({
    ...{ app: 'express', workload: 'micro', scenario: 'concurrency', purpose },
    load: (basis) => concurrencyPlan(basis, paces.quick),
  });
  const saidAfter = async (purpose: Trial['purpose']) => {
    await runOf(async (conductor) => void (await conductor.trial(endpoint, byUsers(purpose))), {
      generators: 'auto',
      events: { onFinding: (text) => void said.push(text) },
    });
    return said;
  };
  expect(await saidAfter('probe')).toEqual([]);
  expect(await saidAfter('measure')).toEqual([expect.stringContaining('auto needs a calibration')]);
});

describe('a calibration', () => {
  const stairs = (mishaps: ConstructorParameters<typeof SimulatedRuntime>[0]) =>
    runOne({
      ...simulatedSetting(resultsDir),
      arguments: ['run', 'scaling'],
      runtime: new SimulatedRuntime(mishaps),
      scenario: 'scaling',
      app: 'express',
      pace: paces.quick,
    });

  it.each([
    ['whose step is void, for its subject died', { crash: true }, /died|restarted|ended/],
    ['without a step', { halfSummary: true }, /no summary|summary/],
  ])('%s, and again, throws and says what failed', async (_name, mishap, why) => {
    const failing = stairs({ mishaps: (trial) => (trial === 2 ? {} : mishap) });
    await expect(failing).rejects.toThrow(/calibration of Express with micro failed twice/);
    await expect(failing).rejects.toThrow(why);
    await expect(failing).rejects.toMatchObject({ exitCode: 4 });
    expect(latest().run.trials.map(({ state }) => state)).toEqual(['done', 'planned', 'done']);
  });

  it('that failed once is repeated, and the run goes on', async () => {
    const folder = await stairs({ mishaps: (trial) => (trial === 1 ? { crash: true } : {}) });
    expect(folder.run.status).toBe('complete');
    expect(folder.run.trials.map(({ purpose, state }) => [purpose, state])).toEqual([
      ['probe', 'done'],
      ['measure', 'done'],
      ['probe', 'done'],
    ]);
  });

  it('that only neighbours disturbed sizes the load, and its steps are judged themselves', async () => {
    const folder = await stairs({ mishaps: (trial) => (trial === 1 ? { others: 0.5 } : {}) });
    expect(folder.run.status).toBe('complete');
    // A calibration that counted is not repeated.
    expect(folder.run.trials.map(({ purpose }) => purpose)).toEqual(['probe', 'measure']);
  });
});

describe('a run is void', () => {
  const [express, django] = [subjectOf('express', 'default', 1), subjectOf('django', 'default', 1)];
  const stepsOf = (state: 'valid' | 'void') => [{ warmup: false, validity: { state } }];
  const trial = {
    scenario: 'scaling',
    workload: 'micro',
    purpose: 'measure',
    state: 'done',
  } as const;
  const run = {
    subjects: [express, django],
    trials: [
      { ...trial, number: 1, app: 'express' },
      { ...trial, number: 2, app: 'django' },
    ],
  };

  it.each([
    ['where one subject has no valid step, by one rule', isVoidWithoutOne, true, true],
    ['where no subject has one, by another', isVoidWithoutAny, false, true],
    ['never, where no steps are measured', isNeverVoid, false, false],
  ])('%s', (_name, isVoid, ofOne, ofBoth) => {
    const half = new Map([
      [1, stepsOf('valid')],
      [2, stepsOf('void')],
    ]);
    const none = new Map([
      [1, stepsOf('void')],
      [2, stepsOf('void')],
    ]);
    expect(isVoid(run, half)).toBe(ofOne);
    expect(isVoid(run, none)).toBe(ofBoth);
  });
});
