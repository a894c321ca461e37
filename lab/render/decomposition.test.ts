import { expect, it } from 'vitest';
import { type Decomposition, decompose, latencyParts } from '../results/trial/decomposition';
import type { StepResult } from '../results/trial/steps';
import { seededRandom } from '../statistics/random';
import { partChart } from './decomposition';
import { formatMs } from './format';
import { figureOf } from './page/draw-chart';
import { renderSvg } from './page/svg';
import { tourFixture } from './page/tour.fixture';
import { countedSteps } from './shown-trials';

const random = seededRandom(3);
const trial = tourFixture().found.trials.find(
  ({ scenario, purpose }) => scenario === 'concurrency' && purpose === 'measure',
);
if (trial === undefined) throw new Error('the fixture has no stairs of users');

/** Of counters as an app may have them: its parts add up but for rounding. */
function randomDecomposition(): Decomposition {
  const share = (of: number): number => of * random.uniform();
  const meanMs = 10 ** (3 * random.uniform());
  const requests = 1 + Math.floor(share(1000));
  const serverMs = share(meanMs);
  const statementMs = share(serverMs);
  const poolWaitMs = share(serverMs - statementMs);
  const seconds = (ms: number): number => (requests * ms) / 1000;
  const found = decompose({
    client: { requests, meanMs },
    app: { requests, requestSeconds: seconds(serverMs) },
    statementSeconds: seconds(statementMs),
    poolWaitSeconds: seconds(poolWaitMs),
    timerDelay:
      random.uniform() < 0.5 ? null : { meanMs: share(1.2 * (meanMs - serverMs)), idleMeanMs: 0 },
  });
  if (found === null) throw new Error('requests were counted');
  return found;
}

const unknown = { app: null, statements: null, poolWait: null, eventLoopWait: null, rest: null };

it('has no mean above bars that are too close for it', () => {
  const [step] = countedSteps(trial);
  if (step === undefined) throw new Error('the fixture has steps');
  const { option } = figureOf(partChart(trial, Array<StepResult>(20).fill(step), 'parts'));
  const drawnAt = (width: number): string =>
    renderSvg(option({ width, height: 300 }), { width, height: 300 }, 'parts');
  const mean = `>${formatMs(step.decomposition?.clientMs)}</text>`;
  expect(drawnAt(1120)).toContain(mean);
  expect(drawnAt(358)).not.toContain(mean);
});

it('has the mean above every bar, whatever its parts add up to', () => {
  const steps = countedSteps(trial);
  let above = 0;
  for (let chart = 0; chart < 60; chart += 1) {
    const shown = steps.map((step, index): StepResult => {
      const decomposition = randomDecomposition();
      const { parts, clientMs } = decomposition;
      const sum = latencyParts.reduce((all, part) => all + (parts[part] ?? 0) / clientMs, 0);
      if (sum > 1) above += 1;
      if (chart === 0 && index === 0) return { ...step, decomposition: null };
      const undivided = { ...decomposition, parts: unknown };
      return { ...step, decomposition: chart === 0 ? undivided : decomposition };
    });
    const { sizes, option } = figureOf(partChart(trial, shown, 'parts'));
    for (const size of Object.values(sizes)) {
      const drawn = [...renderSvg(option(size), size, 'parts').matchAll(/>([\d.]+)<\/text>/g)];
      const texts = drawn.map(([, text]) => text);
      for (const { decomposition, latencyMs } of shown) {
        expect(texts).toContain(formatMs(decomposition?.clientMs ?? latencyMs?.mean));
      }
    }
  }
  expect(above, 'some sums are over 1 by a rounding error').toBeGreaterThan(0);
});
