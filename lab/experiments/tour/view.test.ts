// A tour as it is printed: into a file, and on a terminal of the usual width.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tourFixture } from '../../render/page/tour.fixture';
import type { StepResult } from '../../results/trial/steps';
import { analysedRun } from '../conclude';
import { renderRun } from '../documents';
import { tourView } from './view';

const { run, trials } = tourFixture();
const tour = analysedRun(run, trials);
const golden = (name: string) => join(__dirname, '../goldens', name);

it('reads as it did', async () => {
  await expect(renderRun(tour)).toMatchFileSnapshot(golden('tour.txt'));
});

it('reads as it did on 80 columns', async () => {
  const text = renderRun(tour, { columns: 80, isColoured: false });
  await expect(text).toMatchFileSnapshot(golden('tour-80-columns.txt'));
});

const slidesOf = (reported: Parameters<typeof tourView>[0]) =>
  tourView(reported).blocks.flatMap((block) => (block.kind === 'slide' ? [block.slide] : []));

it('names the p99 of the same two steps between which the range lies, where a step between wavered', () => {
  const { found, ...rest } = tourFixture();
  const p99s: number[] = [];
  /** The second step broke the SLO, and the last; those between held it. */
  const wavering = (steps: StepResult[]): StepResult[] => {
    const byRate = steps.filter(({ model, warmup }) => model === 'open' && !warmup);
    if (byRate.length < 4) return steps;
    p99s.push(...[byRate.at(0), byRate.at(-1)].map((step) => step?.latencyMs?.p99 ?? 0));
    return steps.map((step) => {
      const at = byRate.indexOf(step);
      return at < 0 ? step : { ...step, sloHeld: at !== 1 && at !== byRate.length - 1 };
    });
  };
  const trials = found.trials.map((trial) => ({ ...trial, steps: wavering(trial.steps) }));
  const title = slidesOf({ ...rest, found: { ...found, trials } })
    .map((slide) => slide.title)
    .find((text) => text.startsWith('Past its limit'));
  const said = [...(title ?? '').matchAll(/from ([\d.]+) to ([\d.]+) ms/g)].flatMap((match) =>
    match.slice(1).map(Number),
  );
  expect(said).toHaveLength(4);
  for (const [index, p99] of p99s.entries()) expect(said[index]).toBeCloseTo(p99, -1);
});

it('says that a capacity lies within its bar only where each bar has an upper end', () => {
  const { found, ...rest } = tourFixture();
  const readingOf = (ranges: typeof found.ranges) =>
    slidesOf({ ...rest, found: { ...found, ranges } })[0]?.reading;
  expect(readingOf(found.ranges)).toEqual(['The capacity of an app lies within its bar.']);
  const open = found.ranges.map((range, index) =>
    index === 0 ? { ...range, broken: null } : range,
  );
  expect(readingOf(open)?.join()).toContain('where no step broke the SLO, beyond it');
});
