import { expect, it } from 'vitest';
import { seededRandom } from '../../analysis/statistics/random';
import { type Decomposition, latencyParts } from '../../analysis/trial/decomposition';
import type { StepResult } from '../../analysis/trial/steps';
import { countedSteps, sayMs } from '../format';
import { chartOf } from './decomposition';
import { renderSvg } from './svg';
import { tourFixture } from './tour.fixture';

const random = seededRandom(3);
const trial = tourFixture().found.trials.find(({ scenario }) => scenario === 'concurrency');
if (trial === undefined) throw new Error('the fixture has no stairs of users');

/** Parts as measurements make them: products and differences, which add up but for rounding. */
function randomDecomposition(): Decomposition {
  const clientMs = 10 ** (3 * random.uniform());
  const weights = latencyParts.map(() => (random.uniform() < 0.2 ? 0 : random.uniform()));
  const total = weights.reduce((sum, weight) => sum + weight, 0) || 1;
  const parts = Object.fromEntries(
    latencyParts.map((part, index) => [part, (clientMs * (weights[index] ?? 0)) / total]),
  ) as Decomposition['parts'];
  return { clientMs, serverMs: clientMs, parts, warnings: [] };
}

const unknown = { app: null, statements: null, poolWait: null, eventLoopWait: null, rest: null };

it('has the mean above every bar, whatever its parts add up to', () => {
  const steps = countedSteps(trial);
  let above = 0;
  for (let chart = 0; chart < 60; chart += 1) {
    const shown = steps.map((step, index): StepResult => {
      const decomposition = randomDecomposition();
      const { parts, clientMs } = decomposition;
      const sum = latencyParts.reduce((all, part) => all + (parts[part] ?? 0) / clientMs, 0);
      if (sum > 1) above += 1;
      if (chart === 0 && index === 1) return { ...step, decomposition: null };
      return {
        ...step,
        decomposition: index === 0 ? { ...decomposition, parts: unknown } : decomposition,
      };
    });
    const { sizes, option } = chartOf(trial, shown, 'parts');
    for (const size of Object.values(sizes)) {
      const drawn = [...renderSvg(option(size), size, 'parts').matchAll(/>([\d.]+)<\/text>/g)];
      const texts = drawn.map(([, text]) => text);
      for (const { decomposition, latencyMs } of shown) {
        expect(texts).toContain(sayMs(decomposition?.clientMs ?? latencyMs?.mean));
      }
    }
  }
  expect(above, 'some sums are over 1 by a rounding error').toBeGreaterThan(0);
});
