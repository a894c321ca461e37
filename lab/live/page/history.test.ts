import { describe, expect, it } from 'vitest';
import {
  beginning,
  brokenLine,
  cellsOfBuckets,
  gapsOf,
  type History,
  latest,
  nothingYet,
  outsideGaps,
  withFrame,
} from './history';
import { type Point, presence, type Series } from './messages';

const series = (points: Point[], labels: Series['labels'] = {}): Series => ({ labels, points });
const frame = (fromS: number, toS: number, answers: Record<string, Series[]>) => ({
  fromS,
  toS,
  answers,
});

describe('the history', () => {
  it('takes a frame for all that is true of its time, and keeps what lies before', () => {
    const first = withFrame(
      nothingYet,
      frame(0, 20, {
        q: [
          series([
            [10, 1],
            [20, 2],
          ]),
        ],
      }),
      300,
    );
    const second = withFrame(
      first,
      frame(12, 22, {
        q: [
          series([
            [20, 5],
            [22, 6],
          ]),
        ],
      }),
      300,
    );
    expect(second.answers.q).toEqual([
      series([
        [10, 1],
        [20, 5],
        [22, 6],
      ]),
    ]);
    expect(second.toS).toBe(22);
  });

  it('forgets what the frame no longer has, and what has left the window', () => {
    const first = withFrame(
      nothingYet,
      frame(0, 20, { gone: [series([[18, 1]])], q: [series([[4, 1]])] }),
      300,
    );
    expect(withFrame(first, frame(14, 24, { gone: [] }), 10).answers).toEqual({ gone: [], q: [] });
  });

  it('tells series apart by their labels, in whatever order they come', () => {
    const a = series([[10, 1]], { app: 'express', route: '/db' });
    const b = series([[12, 2]], { route: '/db', app: 'express' });
    const history = withFrame(
      withFrame(nothingYet, frame(10, 10, { q: [a] }), 300),
      frame(12, 12, { q: [b] }),
      300,
    );
    expect(history.answers.q?.map(({ points }) => points)).toEqual([
      [
        [10, 1],
        [12, 2],
      ],
    ]);
  });
});

describe('gaps', () => {
  const watched = (points: Point[]): History => ({
    toS: points.at(-1)?.[0] ?? 0,
    answers: { [presence.name]: [series(points)] },
  });

  it.each<[string, Point[], number, [number, number][]]>([
    [
      'none while every point is there',
      [
        [0, 7],
        [2, 7],
        [4, 7],
      ],
      4,
      [],
    ],
    [
      'none for a scrape that was missed',
      [
        [0, 7],
        [4, 7],
      ],
      4,
      [],
    ],
    [
      'one where more is missing',
      [
        [0, 7],
        [8, 7],
      ],
      8,
      [[0, 8]],
    ],
    [
      'one that grows while nothing comes',
      [
        [0, 7],
        [2, 7],
      ],
      14,
      [[2, 14]],
    ],
    [
      'one at a restart, however short',
      [
        [0, 7],
        [2, 7],
        [4, 9],
      ],
      4,
      [[2, 4]],
    ],
    [
      'none before there was anything',
      [
        [100, 7],
        [102, 7],
      ],
      102,
      [],
    ],
  ])('%s', (_name, points, untilS, expected) => {
    expect(gapsOf(watched(points), untilS).map(({ fromS, toS }) => [fromS, toS])).toEqual(expected);
  });

  it('hold no points, whatever Prometheus repeats of what was before', () => {
    const repeated = series([
      [2, 5],
      [4, 5],
      [10, 5],
      [12, 6],
    ]);
    expect(outsideGaps([repeated], [{ fromS: 2, toS: 12 }])).toEqual([
      series([
        [2, 5],
        [12, 6],
      ]),
    ]);
  });

  it('break a line, as longer holes of a single series do', () => {
    const points: Point[] = [
      [0, 1],
      [6, 2],
      [14, 3],
    ];
    expect(brokenLine(points)).toEqual([
      [0, 1],
      [6, 2],
      [7, null],
      [14, 3],
    ]);
  });
});

describe('the time axis', () => {
  const since = (firstS: number): History => ({
    toS: 1000,
    answers: { [presence.name]: [series([[firstS, 1]])] },
  });

  it.each([
    ['the window, when there is more', 0, 700],
    ['what there is, when it is less', 800, 800],
    ['a minute, when there is next to nothing', 990, 940],
  ])('shows %s', (_name, firstS, expected) => {
    expect(beginning(since(firstS), 1000, 300)).toBe(expected);
  });
});

describe('values', () => {
  it('are no longer the latest when a scrape could not be that late', () => {
    expect(latest(series([[10, 4]]), 16)).toBe(4);
    expect(latest(series([[10, 4]]), 18)).toBeUndefined();
  });

  it('of cumulative buckets become what fell between two bounds', () => {
    const buckets = [
      series([[10, 5]], { le: '+Inf' }),
      series([[10, 2]], { le: '0.1' }),
      series([[10, 2]], { le: '0.25' }),
    ];
    expect(cellsOfBuckets(buckets)).toEqual([
      { atS: 10, low: 0, high: 0.1, count: 2 },
      { atS: 10, low: 0.25, high: Number.POSITIVE_INFINITY, count: 3 },
    ]);
  });
});
