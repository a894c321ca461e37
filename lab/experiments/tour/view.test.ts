// A tour as it is printed: into a file, and on a terminal of the usual width.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tourFixture } from '../../render/page/tour.fixture';
import { analysedRun } from '../conclude';
import { renderRun } from '../documents';

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
