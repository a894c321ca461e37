// Blocks in turns, whole, on subjects that are simulated.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunFolder } from '../../results/run-folder';
import type { LoadPlan } from '../../results/schemas';
import { subjectOf } from '../../runtime/subject';
import { runExperiment } from '../conductor';
import { SimulatedRuntime, simulatedSetting } from '../simulated-runtime.fixture';
import { isVoidWithoutOne } from '../void-run';
import type { InterleavedDesign } from './interleaved';
import { measureArms } from './measure-arms';
import { drawOrder, isHeld, isLevel, turnsOn, usualTurns } from './paired-blocks';

let resultsDir: string;
beforeEach(() => {
  resultsDir = mkdtempSync(join(tmpdir(), 'headroom-blocks-'));
});
afterEach(() => rmSync(resultsDir, { recursive: true }));

const [express, django] = [subjectOf('express', 'default', 1), subjectOf('django', 'default', 1)];

async function measured(options: ConstructorParameters<typeof SimulatedRuntime>[0] = {}) {
  const runtime = new SimulatedRuntime(options);
  const design: InterleavedDesign = {
    metrics: ['latency', 'throughput'],
    loads: [{ workload: 'micro', rateRps: 100, users: 16, search: null }],
    turns: { ...usualTurns, isFreshEachBlock: true },
    ...{ runs: 3, warmupSeconds: 2, seconds: 4 },
  };
  const arms = { a: { subject: express, index: 0 }, b: { subject: django, index: 1 } };
  const folder = await runExperiment(
    {
      ...simulatedSetting(resultsDir),
      ...{ runtime, arguments: ['compare'], subjects: [express, django] },
      experiment: { kind: 'compare', isVoid: isVoidWithoutOne },
    },
    (conductor) => measureArms(conductor, arms, design),
  );
  return { folder, runtime };
}

const purposesOf = ({ run }: RunFolder, block: number) =>
  run.trials.filter((trial) => trial.block === block).map(({ purpose }) => purpose);

const modelOf = ({ steps }: LoadPlan) => steps.at(-1)?.load.model;

describe('blocks in turns', () => {
  it('bring both subjects up, who is first by turns, and load both in each trial', async () => {
    const { folder, runtime } = await measured();
    expect(runtime.starts.map(({ app }) => app)).toEqual([
      ...['express', 'django', 'django', 'express', 'express', 'django'],
    ]);
    const { trials } = folder.run;
    expect(trials.map(({ purpose }) => purpose)).toEqual(
      Array(3).fill(['probe', 'measure', 'measure']).flat(),
    );
    expect(trials.every(({ subject, against }) => subject === 0 && against === 1)).toBe(true);
    expect(
      folder
        .trials()
        .map(({ plan }) => modelOf(plan))
        .slice(0, 3),
    ).toEqual(['closed', 'closed', 'open']);
    for (const { plan } of folder.trials()) expect(plan.turns?.order).toMatch(/^(abba|baab)+$/);
    expect(folder.run.status).toBe('complete');
  });

  it('are measured again where others disturbed them, on the same processes', async () => {
    const others = (trial: number) => (trial === 2 ? { others: 0.9 } : {});
    const { folder, runtime } = await measured({ mishaps: others });
    expect(runtime.starts).toHaveLength(6);
    expect(purposesOf(folder, 0)).toEqual(['probe', 'measure', 'measure', 'measure']);
  });

  it('go on with fresh processes where a subject died, and with what is not measured yet', async () => {
    const crash = (trial: number) => ({ crash: trial === 3 });
    const { folder, runtime } = await measured({ mishaps: crash });
    expect(runtime.starts).toHaveLength(8);
    expect(purposesOf(folder, 0)).toEqual(['probe', 'measure', 'measure', 'probe', 'measure']);
    const models = folder.trials().map(({ plan }) => modelOf(plan));
    expect(models.slice(1, 5)).toEqual(['closed', 'open', 'closed', 'open']);
  });

  it('warm up no dead process', async () => {
    const crash = (trial: number) => ({ crash: trial === 1 });
    const { folder, runtime } = await measured({ mishaps: crash });
    expect(runtime.starts).toHaveLength(8);
    expect(purposesOf(folder, 0)).toEqual(['probe', 'probe', 'measure', 'measure']);
  });

  it('are given up where fresh processes die as well', async () => {
    await expect(measured({ mishaps: () => ({ crash: true }) })).rejects.toThrow(
      /^3 blocks or runs in a row .*a subject ended before it was measured/,
    );
  });

  it('keep the turns of each trial on disk, raw', async () => {
    const { folder } = await measured();
    const turns = folder.trial(2)?.turns?.filter(({ step }) => step === 'step_01');
    expect(turns?.map(({ turn }) => turn)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(turns?.[0]?.ms.length).toBeGreaterThan(0);
  });
});

describe('who begins each four', () => {
  it('is drawn by the seed', () => {
    expect(drawOrder(5, 1)).toBe(drawOrder(5, 1));
    const orders = new Set(Array.from({ length: 20 }, (_, seed) => drawOrder(5, seed)));
    expect(orders.size).toBeGreaterThan(5);
    for (const order of orders) expect(order).toMatch(/^(abba|baab){5}$/);
  });
});

describe('a warm-up is level', () => {
  const step = (a: number, b: number) =>
    ({ turns: { a: { achievedRps: a }, b: { achievedRps: b } } }) as Parameters<
      typeof isLevel
    >[0][number];
  it.each([
    ['neither grew by a twentieth', true, [step(100, 50), step(104, 52)]],
    ['one still grows', false, [step(100, 50), step(104, 60)]],
    ['what falls is warm', true, [step(200, 80), step(100, 50), step(100, 45)]],
  ])('%s: %s', (_, level, steps) => {
    expect(isLevel(steps)).toBe(level);
  });
});

it('a comparison of capacity alone takes no turns', () => {
  expect(isHeld(['capacity'])).toBe(false);
  expect(isHeld(['capacity', 'latency'])).toBe(true);
});

it('both arms are up at once wherever the runtime can have them', () => {
  expect(turnsOn({ kind: 'native' }, express, express)).toMatchObject({ isFreshEachBlock: true });
  expect(turnsOn({ kind: 'compose' }, express, django)).toBeDefined();
  expect(turnsOn({ kind: 'compose' }, express, express)).toBeDefined();
  const scaled = { ...express, replicas: 2 };
  expect(turnsOn({ kind: 'compose' }, express, scaled)).toBeUndefined();
  expect(turnsOn({ kind: 'kubernetes' }, express, django)).toMatchObject({
    isFreshEachBlock: true,
  });
  expect(turnsOn({ kind: 'kubernetes' }, express, express)).toBeUndefined();
  expect(turnsOn({ kind: 'attached' }, express, django)).toMatchObject({ isFreshEachBlock: false });
});
