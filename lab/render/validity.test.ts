import { expect, it } from 'vitest';
import { tourFixture } from './page/tour.fixture';
import { countedSteps, measuringTrials } from './shown-trials';
import { renderValidity } from './validity';

it('each trial ends in a row that says what its checks make of each step', () => {
  const tour = tourFixture();
  const rows = renderValidity(tour)
    .split('\n')
    .filter((line) => line.trimStart().startsWith('state'))
    .map((line) => line.trim().replace('state', '').trim().split(/\s+/));
  const states = measuringTrials(tour)
    .map((trial) => countedSteps(trial).map(({ validity }) => validity.state as string))
    .filter((steps) => steps.length > 0);
  expect(rows).toEqual(states);
  expect(new Set(states.flat()).size).toBeGreaterThan(1);
});
