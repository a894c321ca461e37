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
          { route: '/db', failed: 2, latencyMs: { ...step.latencyMs, count: 600, p99: 12 } },
          { route: '/queries', failed: 0, latencyMs: { ...step.latencyMs, count: 400, p99: 250 } },
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
  expect(first?.slice(0, 3)).toEqual(['/queries', '400', '0']);
  expect(first?.at(-1)).toBe('250 !');
  expect(second).toEqual(expect.arrayContaining(['/db', '600', '2', '12.0']));
});

it('have no p99 of fewer than a hundred requests', () => {
  const few = (step: StepSummary): StepSummary => {
    const { routes = [], ...rest } = withRoutes(step);
    const fewer = routes.map((one) => ({ ...one, latencyMs: { ...one.latencyMs, count: 99 } }));
    return { ...rest, ...(routes.length > 0 && { routes: fewer }) };
  };
  const routed = trials.map((trial) => ({
    ...trial,
    summary: trial.summary && { ...trial.summary, steps: trial.summary.steps.map(few) },
  }));
  const rows = renderBlocks(routeBlocks(analysedRun(run, routed))).match(/^ +\/.*$/gm) ?? [];
  expect(rows).toHaveLength(8);
  for (const row of rows) expect(row).toMatch(/ [\d.]+( !)? +-$/);
});

it('are none where k6 told none apart', () => {
  expect(routeBlocks(analysedRun(run, trials))).toEqual([]);
});
