// The tour, whole, on subjects that are simulated.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { paces } from '../../measure/plans';
import { SimulatedRuntime, simulatedSetting } from '../../measure/simulated-runtime.fixture';
import { appNames } from '../../runtime/subject';
import { findingsOf } from '../conclude';
import { tour } from './measure';

let resultsDir: string;
beforeEach(() => {
  resultsDir = mkdtempSync(join(tmpdir(), 'headroom-tour-'));
});
afterEach(() => rmSync(resultsDir, { recursive: true }));

async function toured(options: ConstructorParameters<typeof SimulatedRuntime>[0]) {
  // Attached, so that nobody looks for a database.
  const runtime = new SimulatedRuntime({ kind: 'attached', ...options });
  const setting = { ...simulatedSetting(resultsDir), arguments: ['tour'] };
  const folder = await tour({ ...setting, apps: appNames, runtime, pace: paces.quick });
  const starts = runtime.starts.map(({ app }) => app);
  return { folder, starts, trials: folder.run.trials, plans: runtime.plans };
}
const startsOf = (mishaps: (trial: number) => { crash: boolean }) => toured({ mishaps });

it('starts each app once', async () => {
  const { starts } = await startsOf(() => ({ crash: false }));
  expect(starts).toEqual(appNames);
});

it('starts an app that died again before its void steps are repeated', async () => {
  const { trials: planned } = await startsOf(() => ({ crash: false }));
  const { starts, trials } = await startsOf((trial) => ({ crash: trial === 3 }));
  expect(trials[2]).toMatchObject({ app: appNames[0], scenario: 'scaling' });
  expect(starts).toEqual([...appNames, appNames[0]]);
  expect(trials).toHaveLength(planned.length + 1);
});

it.each([
  // Trials 1 to 10 are planned: of the first app 3 has the rates, and 4 the users.
  ['while users loaded it', [4], 3],
  ['when its rates were repeated', [3, 11], 3],
])('warms an app that died %s up in full again', async (_when, crashes, index) => {
  const { plans } = await startsOf((trial) => ({ crash: crashes.includes(trial) }));
  expect(plans[index]?.trial).toBe(crashes.at(-1));
  const next = plans[index + 1];
  expect(next?.scenario).toBe('concurrency');
  expect(next?.steps[0]?.durationSeconds).toBe(paces.quick.warmupSeconds);
});

it('starts an app that died while the other was measured', async () => {
  const runtime: SimulatedRuntime = new SimulatedRuntime({
    kind: 'attached',
    mishaps: (trial) => {
      if (trial === 3) runtime.tellOfCrash(appNames[1] ?? '', Date.now());
      return {};
    },
  });
  const setting = { ...simulatedSetting(resultsDir), arguments: ['tour'] };
  await tour({ ...setting, apps: appNames, runtime, pace: paces.quick });
  expect(runtime.starts.map(({ app }) => app)).toEqual([...appNames, appNames[1]]);
});

it('does not repeat steps that are void because their rate uses up the generator', async () => {
  const { trials: planned } = await toured({});
  const { folder, trials } = await toured({ generatorRps: 1100 });
  const reasons = findingsOf(folder)
    .trials.flatMap(({ steps }) => steps)
    .flatMap(({ validity }) => validity.reasons);
  expect(reasons.join()).toMatch(/^generator CPU/);
  expect(trials).toHaveLength(planned.length);
});
