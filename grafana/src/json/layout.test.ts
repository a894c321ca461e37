import { expect, test } from 'vitest';
import { layOut } from './layout';

const chart = (width: 8 | 12 | 24, lines = 1) => ({
  kind: 'timeseries' as const,
  width,
  queries: Array.from({ length: lines }, () => ({ legend: '{{app}}' })),
});
const stat = (width: 8 | 12 | 24) => ({ kind: 'stat' as const, width, queries: [] });

test('panels stand side by side as long as they fit', () => {
  const { positions } = layOut([chart(12), chart(8), chart(12)], 10);
  expect(positions).toEqual([
    { x: 0, y: 10, w: 12, h: 9 },
    { x: 12, y: 10, w: 8, h: 9 },
    { x: 0, y: 19, w: 12, h: 9 },
  ]);
});

test('all panels of a row are as high as its highest', () => {
  const { positions, bottom } = layOut([chart(8), chart(8, 3), stat(8), stat(24)], 0);
  expect(positions.map(({ y, h }) => [y, h])).toEqual([
    [0, 14],
    [0, 14],
    [0, 14],
    [14, 4],
  ]);
  expect(bottom).toBe(18);
});

test('a chart is as high as the lines of its legend need, up to a point', () => {
  const heightOf = (panel: Parameters<typeof layOut>[0][number]) =>
    layOut([panel], 0).positions[0]?.h;
  expect(heightOf(chart(8, 2))).toBe(11);
  expect(heightOf({ ...chart(8), words: ['SELECT', 'UPDATE', 'INSERT', 'DELETE', 'OTHER'] })).toBe(
    13,
  );
  expect(heightOf(chart(8, 9))).toBe(16);
});
