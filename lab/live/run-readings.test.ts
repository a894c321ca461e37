import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Plan, Turns } from '../../contract/plan';
import type { UsageSample } from '../results/schemas';
import type { Runtime } from '../runtime/runtime';
import { Exporter } from './exporter';
import { coreReadings, readPhase, writePhase } from './run-readings';

const folder = mkdtempSync(join(tmpdir(), 'headroom-phase-'));
afterAll(() => rmSync(folder, { recursive: true }));

const plan = {
  ...{ run: 'r', app: 'express', workload: 'micro', scenario: 'scaling' },
  steps: [
    { name: 'step_01', durationSeconds: 60, warmup: false, load: { model: 'closed', users: 8 } },
  ],
} as unknown as Plan;
const between = (a: string, b: string): Partial<Plan> => ({
  turns: {
    arms: [
      { name: 'a', app: a },
      { name: 'b', app: b },
    ],
  } as Turns,
});

it.each([
  ['one app', {}, ''],
  ['two apps', between('express', 'django'), ',turns="in turns with django"'],
  // Figures by app are of both.
  ['two profiles of one app', between('express', 'express'), ''],
  [
    'numbers of users',
    { userTurns: { seconds: 1, skipSeconds: 0, order: [8, 1, 1, 8] } },
    ',turns="in turns of 1, 8 users"',
  ],
])('a step of %s says who takes turns', async (_who, turns, expected) => {
  writePhase(folder, { ...plan, ...turns }, 'step_01');
  const page = await new Exporter([() => readPhase(folder, Date.now())]).page();
  const labels = `run="r",app="express",workload="micro",scenario="scaling",step="step_01"${expected}`;
  expect(page).toContain(`headroom_run_phase{${labels}} 1\n`);
  expect(page).toContain(`headroom_step_users{${labels}} 8\n`);
});

it.each([
  ['none', undefined, 2],
  ['one', [1], 2],
  ['four, in pods of their own', [1, 1, 1, null], 16],
])('generators have the cores of as many as there are: %s', (_what, generators, cores) => {
  const placement = { subject: [0, 1], database: [1], generator: [2, 3] };
  const runtime = {
    facts: { placement } as Runtime['facts'],
    generatorCores: (count: number) => (count === 1 ? 2 : 4 * count),
  };
  const usage = { generators } as UsageSample;
  const read = coreReadings(runtime, usage).map(({ labels: { part }, value }) => [part, value]);
  expect(read).toEqual([
    ['subject', 2],
    ['database', 1],
    ['generator', cores],
  ]);
  // Where they share the lab's cores.
  const shared = coreReadings({ facts: runtime.facts }, usage);
  expect(shared.at(-1)).toEqual(expect.objectContaining({ value: 2 }));
});
