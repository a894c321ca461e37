// Each generator that shares a load is judged by itself, and a bad one is named.
import { expect, it } from 'vitest';
import type { GeneratorRecord } from '../schemas';
import { faultsOfGenerators } from './generators';
import { summaryWith } from './merge.fixture';

const record = (number: number, changes: Partial<GeneratorRecord> = {}): GeneratorRecord => ({
  number,
  ending: { code: 0, signal: null },
  clockOffsetMs: 2,
  summary: summaryWith([1, 2, 3], { droppedIterations: 0 }),
  told: { step_01: 3 },
  ...changes,
});
const good = { step: 'step_01', startedAtMs: 5_000, shares: [0.5, 0.6] };

const lag = { samples: 100, p99: 70, max: 90, over50: 2 };

it.each([
  ['nothing', record(2), good.shares, []],
  [
    'a signal',
    record(2, { ending: { code: null, signal: 'SIGKILL' }, summary: null }),
    good.shares,
    ['generator 2 was ended by SIGKILL'],
  ],
  ['of one that was stopped', record(2, { ending: { code: 105, signal: null } }), good.shares, []],
  [
    'its exit code',
    record(2, { ending: { code: 107, signal: null } }),
    good.shares,
    ['generator 2 ended with code 107'],
  ],
  ['no summary', record(2, { summary: null }), good.shares, ['generator 2 left no summary']],
  ['CPU', record(2), [0.5, 0.93], ['generator 2 used 93 % of its cores']],
  [
    'its clock',
    record(2, { clockOffsetMs: -81 }),
    good.shares,
    ['generator 2 has a clock that is -81 ms off the lab’s'],
  ],
  [
    'a late beginning',
    record(2, { summary: summaryWith([1, 2, 3], { startedAtMs: 5_300, droppedIterations: 0 }) }),
    good.shares,
    ['generator 2 began 300 ms after the first'],
  ],
  [
    'late iterations',
    record(2, { summary: summaryWith([1, 2, 3], { scheduleLagMs: lag, droppedIterations: 0 }) }),
    good.shares,
    ['generator 2 began 2.0 % of its iterations late'],
  ],
  [
    'a log with gaps',
    record(2, { told: { step_01: 2 } }),
    good.shares,
    ['generator 2 reported the times of 2 of its 3 requests'],
  ],
])('%s', (_what, second, shares, faults) => {
  const first = record(1, {
    summary: summaryWith([1, 2, 3], { droppedIterations: 0, scheduleLagMs: null }),
  });
  const quiet = second.summary?.steps[0]?.scheduleLagMs === lag ? second : withoutLag(second);
  expect(faultsOfGenerators([first, quiet], { ...good, shares })).toEqual(faults);
});

const withoutLag = (one: GeneratorRecord): GeneratorRecord => ({
  ...one,
  summary: one.summary && {
    ...one.summary,
    steps: one.summary.steps.map((step) => ({ ...step, scheduleLagMs: null })),
  },
});
