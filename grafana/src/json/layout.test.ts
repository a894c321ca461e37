import { expect, test } from 'vitest';
import { layOut } from './layout';

test('panels stand side by side as long as they fit', () => {
  const { positions } = layOut(
    [
      { kind: 'timeseries', width: 12 },
      { kind: 'timeseries', width: 6 },
      { kind: 'timeseries', width: 12 },
    ],
    10,
  );
  expect(positions).toEqual([
    { x: 0, y: 10, w: 12, h: 9 },
    { x: 12, y: 10, w: 6, h: 9 },
    { x: 0, y: 19, w: 12, h: 9 },
  ]);
});

test('a row is as high as its highest panel', () => {
  const { positions, bottom } = layOut(
    [
      { kind: 'stat', width: 12 },
      { kind: 'timeseries', width: 12 },
      { kind: 'stat', width: 24 },
    ],
    0,
  );
  expect(positions[2]).toEqual({ x: 0, y: 9, w: 24, h: 4 });
  expect(bottom).toBe(13);
});
