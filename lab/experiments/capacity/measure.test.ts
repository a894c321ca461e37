import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { searchPaces, searchSettings } from '../../measure/search/search-settings';
import { type Mishap, SimulatedRuntime } from '../../measure/simulated-runtime.fixture';
import { RunFolder } from '../../results/run-folder';
import type { AppName } from '../../runtime/subject';
import { findingsOf } from '../conclude';
import type { CapacityResult } from './analyse';
import { capacity, resumeCapacity } from './measure';

let resultsDir: string;
beforeAll(() => {
  resultsDir = mkdtempSync(join(tmpdir(), 'headroom-capacity-'));
});
afterAll(() => rmSync(resultsDir, { recursive: true }));

type Settings = {
  apps?: AppName[];
  runs?: number;
  budgetSeconds?: number;
  signal?: AbortSignal;
  onEnd?: (folder: RunFolder) => void;
};

const setting = (runtime: SimulatedRuntime, said: string[] = []) => ({
  arguments: ['capacity'],
  resultsDir,
  runtime,
  signal: new AbortController().signal,
  events: { onFinding: (text: string) => void said.push(text) },
});

const search = (
  runtime: SimulatedRuntime,
  { apps = ['express'], runs = 1, budgetSeconds, signal, onEnd }: Settings = {},
) =>
  capacity({
    ...setting(runtime),
    ...(signal && { signal }),
    ...(onEnd && { events: { onEnd } }),
    apps,
    profile: 'default',
    workload: 'micro',
    settings: searchSettings('micro', searchPaces.full, budgetSeconds),
    runs,
    seed: 1,
  });

const resultOf = (folder: RunFolder): CapacityResult => {
  const { experiment } = findingsOf(folder);
  if (experiment?.kind !== 'capacity') throw new Error('not a capacity run');
  return experiment;
};
const searchOf = (folder: RunFolder) => {
  const [only] = resultOf(folder).searches;
  if (only === undefined) throw new Error('no search');
  return only;
};

describe('a capacity search', () => {
  it('ends with bounds around the true capacity, no wider than asked, from disk alone', async () => {
    const folder = await search(new SimulatedRuntime({ noise: 0.05 }));
    expect(folder.run.status).toBe('complete');
    const found = searchOf(RunFolder.open(resultsDir, folder.run.id));
    expect(found.ending).toMatchObject({ ending: 'regular' });
    // 20 ms / (1 - L / 1000) = 100 ms at L = 800.
    expect(found.holdsRps).toBeGreaterThan(740);
    expect(found.failsRps).toBeLessThan(860);
    const { holdsRps, failsRps } = found;
    expect(1 - (holdsRps ?? 0) / (failsRps ?? 1)).toBeLessThanOrEqual(0.05);
    expect(found.bottleneck.factor).toBe('app CPU');
  });

  it('offers whole rates, for 300 requests at least, and warms the first trial longest', async () => {
    const runtime = new SimulatedRuntime({ saturationRps: 30 });
    await search(runtime);
    const [, ...plans] = runtime.plans;
    const warmups = plans.map(({ steps }) => steps[0]?.durationSeconds);
    expect(warmups).toEqual([10, ...Array(plans.length - 1).fill(2)]);
    for (const { steps } of plans) {
      const [, counted] = steps;
      if (counted?.load.model !== 'open') throw new Error('a search offers rates');
      expect(Number.isInteger(counted.load.rateRps)).toBe(true);
      expect(counted.load.rateRps * counted.durationSeconds).toBeGreaterThanOrEqual(300);
    }
  });

  it('between neighbouring whole rates ends, and says that it is irregular', async () => {
    const folder = await search(new SimulatedRuntime({ saturationRps: 12 }), {
      budgetSeconds: 3600,
    });
    const found = searchOf(folder);
    expect([found.holdsRps, found.failsRps]).toEqual([9, 10]);
    expect(found.ending?.reason).toContain('neighbouring whole loads');
    expect(resultOf(folder).warnings.join()).toContain('neighbouring whole loads');
  });

  it('has bounds as close after four minutes, by shorter trials', async () => {
    const runtime = new SimulatedRuntime({ noise: 0.05 });
    const found = searchOf(await search(runtime, { budgetSeconds: 240 }));
    expect(found.ending).toMatchObject({ ending: 'regular' });
    expect(found.spentSeconds).toBeLessThanOrEqual(240);
    expect(found.longTrialSeconds).toBe(8);
    const { holdsRps, failsRps } = found;
    expect(1 - (holdsRps ?? 0) / (failsRps ?? 1)).toBeLessThanOrEqual(0.05);
  });

  it('repeats a void trial at the same load, and counts nothing of it', async () => {
    const runtime = new SimulatedRuntime({
      mishaps: (trial) => (trial === 3 ? { others: 0.5 } : {}),
    });
    const found = searchOf(await search(runtime));
    const [, spoilt, again] = found.trials;
    expect(spoilt).toMatchObject({
      outcome: 'void',
      reasons: [expect.stringContaining('others on generator cores')],
    });
    expect(again).toMatchObject({ load: spoilt?.load, durationSeconds: spoilt?.durationSeconds });
    const undisturbed = searchOf(await search(new SimulatedRuntime()));
    expect([found.holdsRps, found.failsRps]).toEqual([undisturbed.holdsRps, undisturbed.failsRps]);
  });

  it('takes a trial whose summary is half written for void, and goes on', async () => {
    const folder = await search(
      new SimulatedRuntime({ mishaps: (trial) => ({ halfSummary: trial === 3 }) }),
    );
    expect(folder.trial(3)?.summary).toBeNull();
    expect(searchOf(folder).trials[1]?.outcome).toBe('void');
    expect(folder.run.status).toBe('complete');
  });

  it('stops at five void trials in a row and says why; the run is void', async () => {
    const folder = await search(new SimulatedRuntime({ mishaps: () => ({ others: 0.5 }) }));
    const found = searchOf(folder);
    expect(found.trials.map(({ outcome }) => outcome)).toEqual(Array(5).fill('void'));
    expect(found.ending).toMatchObject({ ending: 'void' });
    expect(found.ending?.reason).toMatch(/5 trials in a row were void.*others on generator cores/);
    expect(folder.run.status).toBe('void');
  });

  it('ends with the bounds it has when the budget is used up, void trials included', async () => {
    const folder = await search(new SimulatedRuntime(), { budgetSeconds: 60 });
    const found = searchOf(folder);
    expect(found.ending).toMatchObject({ ending: 'budget' });
    expect(found.spentSeconds).toBeLessThanOrEqual(60);
    expect(resultOf(folder).warnings.join()).toContain('budget of 60 s');
    const every = (trial: number): Mishap => (trial % 2 === 0 ? { others: 0.5 } : {});
    const spoilt = await search(new SimulatedRuntime({ mishaps: every }), { budgetSeconds: 120 });
    expect(searchOf(spoilt).spentSeconds).toBeLessThanOrEqual(120);
  });

  it('names no upper bound where the generator was the limit', async () => {
    const runtime = new SimulatedRuntime({ saturationRps: 20_000, generatorRps: 7000 });
    const folder = await search(runtime, { budgetSeconds: 3600 });
    const found = searchOf(folder);
    expect(found.failsRps).toBeNull();
    expect(found.ending).toMatchObject({ ending: 'generator' });
    // The bound on its CPU is 0.8 of what Prometheus and the lab leave it.
    expect(found.holdsRps).toBeGreaterThan(4000);
    expect(found.holdsRps).toBeLessThan(0.8 * 7000);
    const result = resultOf(folder);
    expect(result.sentences.join()).toMatch(/at least.*the generator was the limit above that/);
    expect(result.capacityRps).toBeNull();
  });

  it('restarts a subject that died, with the long warm-up', async () => {
    const runtime = new SimulatedRuntime({
      mishaps: (trial) => (trial === 4 ? { crash: true } : {}),
    });
    const found = searchOf(await search(runtime));
    expect(found.trials[2]?.outcome).toBe('void');
    expect(runtime.starts).toHaveLength(2);
    expect(runtime.plans[4]?.steps[0]?.durationSeconds).toBe(10);
    expect(found.ending).toMatchObject({ ending: 'regular' });
  });

  it.each<[string, (runtime: SimulatedRuntime) => void]>([
    [
      'between two trials',
      (runtime) => {
        const generate = runtime.generate.bind(runtime);
        runtime.generate = async (plan, ...rest) => {
          const generator = await generate(plan, ...rest);
          const ended = generator.ended.then((ending) => {
            if (plan.trial === 4) runtime.tellOfCrash('express', Date.now());
            return ending;
          });
          return { ...generator, ended };
        };
      },
    ],
    [
      'before the first step of a trial',
      (runtime) => {
        const generate = runtime.generate.bind(runtime);
        runtime.generate = async (plan, ...rest) => {
          if (plan.trial !== 4) return generate(plan, ...rest);
          runtime.plans.push(plan);
          const ended = sleep(1).then(() => {
            runtime.tellOfCrash('express', Date.now());
            return { code: 105, signal: null };
          });
          return { ended, stop: async () => undefined };
        };
      },
    ],
  ])('restarts a subject that died %s', async (_when, arrange) => {
    const runtime = new SimulatedRuntime();
    arrange(runtime);
    const folder = await search(runtime);
    expect(folder.run.incidents).toHaveLength(1);
    expect(runtime.starts).toHaveLength(2);
    expect(runtime.plans[4]?.steps[0]?.durationSeconds).toBe(10);
  });

  it('takes the end of PostgreSQL for that of a subject that has its data there', async () => {
    const runtime = new SimulatedRuntime();
    const generate = runtime.generate.bind(runtime);
    const stopped: number[] = [];
    runtime.generate = async (plan, ...rest) => {
      const generator = await generate(plan, ...rest);
      if (plan.trial !== 4) return generator;
      const ended = generator.ended.then((ending) => {
        // Before the step's end, by the clock of the simulation.
        runtime.tellOfCrash('postgres', Date.UTC(2026, 0, 5));
        return ending;
      });
      return { ended, stop: async () => void stopped.push(plan.trial) };
    };
    const found = searchOf(await search(runtime));
    expect(found.trials[2]).toMatchObject({
      outcome: 'void',
      reasons: [expect.stringContaining('postgres was ended by SIGKILL')],
    });
    expect(stopped).toEqual([4]);
    expect(runtime.starts).toHaveLength(2);
  });

  it('hands the sessions of its customers on, though not to a subject that started again', async () => {
    const runtime = new SimulatedRuntime({
      mishaps: (trial) => (trial === 4 ? { crash: true } : {}),
    });
    const found: (string | null)[] = [];
    const generate = runtime.generate.bind(runtime);
    runtime.generate = (plan, ...rest) => {
      const { sessionsPath: path, trial } = plan;
      if (path !== undefined) {
        found.push(existsSync(path) ? readFileSync(path, 'utf8') : null);
        writeFileSync(path, `of trial ${trial}`);
      }
      return generate(plan, ...rest);
    };
    const folder = await search(runtime);
    // Trial 1 calibrates; trial 4 ended the subject.
    expect(found.slice(0, 5)).toEqual([null, 'of trial 2', 'of trial 3', null, 'of trial 5']);
    expect(readdirSync(join(folder.path, 'trials'), { recursive: true }).join()).not.toContain(
      'sessions',
    );
  });

  it('over several whole searches gives an interval, each from a fresh process', async () => {
    const runtime = new SimulatedRuntime({ noise: 0.1, seed: 3 });
    const result = resultOf(await search(runtime, { runs: 4 }));
    expect(runtime.starts).toHaveLength(4);
    expect(result.searches).toHaveLength(4);
    const [low = 0, high = 0] = result.capacityRps?.interval ?? [];
    expect(low).toBeLessThan(800);
    expect(high).toBeGreaterThan(740);
    expect(result.sentences[0]).toMatch(/95 % interval .* \(indicative: 4 searches\)/);
  });
});

it('over two searches far apart the interval is of ratios, and above 0', async () => {
  const rates = [300, 1000];
  const runtime = new SimulatedRuntime();
  const start = runtime.start.bind(runtime);
  runtime.start = async (subject) => {
    runtime.setSaturation(rates[runtime.starts.length] ?? 0);
    return start(subject);
  };
  const { capacityRps, searches } = resultOf(await search(runtime, { runs: 2 }));
  const [first = 0, second = 0] = searches.map(({ holdsRps }) => holdsRps ?? 0);
  const [low = 0, high = 0] = capacityRps?.interval ?? [];
  expect(second / first).toBeGreaterThan(2.5);
  expect(low).toBeGreaterThan(0);
  expect(capacityRps?.mean).toBeCloseTo(Math.sqrt(first * second), 6);
  expect(Math.sqrt(low * high)).toBeCloseTo(Math.sqrt(first * second), 6);
});

describe('two apps', () => {
  const runtimeOfBoth = () => {
    const runtime: SimulatedRuntime = new SimulatedRuntime({
      noise: 0.05,
      mishaps: (_, { app }) => {
        runtime.setSaturation(app === 'express' ? 1000 : 500);
        return {};
      },
    });
    return runtime;
  };

  it('are searched in alternating trials, each to bounds of its own', async () => {
    const runtime = runtimeOfBoth();
    const folder = await search(runtime, { apps: ['express', 'django'] });
    expect(runtime.starts.map(({ app }) => app)).toEqual(['express', 'django']);
    const apps = runtime.plans.map(({ app }) => app);
    const shorter = Math.min(...['express', 'django'].map((name) => count(apps, name)));
    expect(apps.slice(0, 2 * shorter)).toEqual(Array(shorter).fill(['express', 'django']).flat());
    const result = resultOf(folder);
    const [express, django] = result.searches;
    expect([express?.app, django?.app]).toEqual(['express', 'django']);
    expect(express?.holdsRps).toBeGreaterThan(740);
    // 20 ms / (1 - L / 500) = 100 ms at L = 400.
    expect(django?.holdsRps).toBeGreaterThan(370);
    expect(django?.failsRps).toBeLessThan(430);
    expect(result.capacityRps).toBeNull();
    expect(result.byApp?.map(({ app, mean }) => [app, mean])).toEqual([
      ['express', express?.holdsRps],
      ['django', django?.holdsRps],
    ]);
    const [, low, high] =
      /^Express carries ([\d.]+) to ([\d.]+) times/.exec(result.sentences[0] ?? '') ?? [];
    expect(Number(low)).toBeLessThanOrEqual(2);
    expect(Number(high)).toBeGreaterThanOrEqual(2);
  });

  it('are each restarted where they died while the other was measured', async () => {
    const runtime: SimulatedRuntime = new SimulatedRuntime({
      mishaps: (trial, { app }) => {
        if (trial === 5) expect(app).toBe('express');
        if (trial === 5) runtime.tellOfCrash('django', Date.now());
        return {};
      },
    });
    await search(runtime, { apps: ['express', 'django'] });
    expect(runtime.starts.map(({ app }) => app)).toEqual(['express', 'django', 'django']);
    expect(runtime.plans[5]).toMatchObject({ app: 'django' });
    expect(runtime.plans[5]?.steps[0]?.durationSeconds).toBe(10);
  });

  it('have several searches each, on fresh processes, with an interval for either', async () => {
    const runtime = runtimeOfBoth();
    const result = resultOf(await search(runtime, { apps: ['express', 'django'], runs: 2 }));
    expect(runtime.starts.map(({ app }) => app)).toEqual(
      Array(2).fill(['express', 'django']).flat(),
    );
    expect(result.byApp?.map(({ searches }) => searches)).toEqual([2, 2]);
    expect(
      result.sentences.filter((text) => text.includes('the geometric mean of 2 of 2')),
    ).toHaveLength(2);
  });
});

const count = (all: readonly string[], one: string): number =>
  all.filter((each) => each === one).length;

describe('a search that was cut off', () => {
  const interruptedAt = async (trial: number) => {
    const interrupt = new AbortController();
    const runtime = new SimulatedRuntime({
      mishaps: (number) => (number === trial ? { interrupt } : {}),
    });
    let folder: RunFolder | undefined;
    const onEnd = (ended: RunFolder) => {
      folder = ended;
    };
    const interrupted = search(runtime, { signal: interrupt.signal, onEnd });
    await expect(interrupted).rejects.toThrow('Interrupted');
    return RunFolder.open(resultsDir, folder?.run.id ?? '');
  };

  it('goes on where it was, and ends as if it never had been', async () => {
    const folder = await interruptedAt(6);
    expect(folder.run.status).toBe('partial');
    expect(findingsOf(folder).sentences.join()).toContain(`--resume ${folder.run.id}`);
    const before = searchOf(folder).trials;

    const said: string[] = [];
    const resumed = await resumeCapacity(folder, setting(new SimulatedRuntime(), said));
    expect(resumed.run.status).toBe('complete');
    const found = searchOf(RunFolder.open(resultsDir, folder.run.id));
    expect(found.trials.slice(0, 4)).toEqual(before.slice(0, 4));
    const whole = searchOf(await search(new SimulatedRuntime()));
    expect(found.trials.map(({ load }) => load)).toEqual(whole.trials.map(({ load }) => load));
    expect(resumed.run.incidents.map(({ what }) => what)).toEqual([
      expect.stringContaining('cut off after 5 trials'),
    ]);
    expect(said.at(-1)).toContain('the search ended');
  });

  it('knows what its trials cost the generator, where it chooses how many share the load', async () => {
    const folder = await interruptedAt(4);
    // Each would have a fortieth of the core, and the load takes more.
    const runtime = new SimulatedRuntime();
    Object.assign(runtime, { mostGenerators: 40 });
    await resumeCapacity(folder, { ...setting(runtime), generators: 'auto' });
    expect(runtime.plans[0]?.generators).toBeGreaterThan(1);
  });

  it('is refused on another machine or version, and once it has ended', async () => {
    const folder = await interruptedAt(4);
    const elsewhere = new SimulatedRuntime();
    Object.assign(elsewhere.tools, { k6: '2.3.0' });
    const again = (runtime: SimulatedRuntime) => async () =>
      resumeCapacity(RunFolder.open(resultsDir, folder.run.id), setting(runtime));
    await expect(again(elsewhere)).rejects.toThrow(/since then the tools changed/);
    vi.stubEnv('HEADROOM_SHOP_SIZE', '100k');
    onTestFinished(() => void vi.unstubAllEnvs());
    await expect(again(new SimulatedRuntime())).rejects.toThrow(/since then the settings changed/);
    vi.unstubAllEnvs();
    await again(new SimulatedRuntime())();
    await expect(again(new SimulatedRuntime())).rejects.toThrow(/has ended \(complete\)/);
  });
});
