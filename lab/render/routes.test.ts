// The routes of a trial, at the step that tells which of them breaks the SLO.
import { expect, it } from 'vitest';
import type { StepSummary } from '../../contract/plan';
import { analysedRun } from '../experiments/conclude';
import { tourFixture } from './page/tour.fixture';
import { routeBlocks } from './routes';
import { renderBlocks } from './terminal';

const { run, trials } = tourFixture();
const withRoutes = (step: StepSummary): StepSummary =>
  step.latencyMs === null
    ? step
    : {
        ...step,
        routes: [
          { route: '/db', failed: 2, latencyMs: { ...step.latencyMs, count: 60, p99: 12 } },
          { route: '/queries', failed: 0, latencyMs: { ...step.latencyMs, count: 40, p99: 250 } },
        ],
      };

it('stand at the first step that broke the SLO, the slowest first, marked where they are over it', () => {
  const routed = trials.map((trial) => ({
    ...trial,
    summary: trial.summary && { ...trial.summary, steps: trial.summary.steps.map(withRoutes) },
  }));
  const blocks = routeBlocks(analysedRun(run, routed));
  expect(blocks).toHaveLength(4);
  const [django = ''] = renderBlocks(blocks).match(/Django: scaling[\s\S]*?\n\n/) ?? [];
  expect(django).toMatch(/^Django: scaling, workload micro, at 640\/s/);
  const [first, second] = django
    .split('\n')
    .slice(2)
    .map((line) => line.trim().split(/ {2,}/));
  expect(first?.slice(0, 3)).toEqual(['/queries', '40', '0']);
  expect(first?.at(-1)).toBe('250 !');
  expect(second).toEqual(expect.arrayContaining(['/db', '60', '2', '12.0']));
});

it('are none where k6 told none apart', () => {
  expect(routeBlocks(analysedRun(run, trials))).toEqual([]);
});
