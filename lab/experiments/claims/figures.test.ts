import { describe, expect, it } from 'vitest';
import type { ScalePoint, ScaleResult } from '../scale/design';
import { analyseAttacks, attackFigures } from './attacks';
import type { Figure } from './design';
import { type AppEffort, effortFigures } from './effort';
import { costFigures, scaleFigures } from './figures';
import { analyseFirstOrder } from './first-order';

const named = (figures: readonly Figure[], key: string): Figure => {
  const found = figures.find((one) => one.key === key);
  if (found === undefined) throw new Error(`no ${key} among ${figures.map((one) => one.key)}`);
  return found;
};

describe('cost by capacity', () => {
  const capacity = (key: string, value: number, interval: Figure['interval']): Figure => ({
    key,
    title: `capacity of mixed, ${key}`,
    unit: 'times',
    value,
    interval,
    noiseFloor: null,
    runs: 4,
  });
  const figures = [
    capacity('capacity', 0.5, [0.4, 0.625]),
    { ...capacity('capacity-django', 100, [80, 125]), unit: 'requests per second' as const },
  ];

  it('is the other way round than capacity', () => {
    const ratio = named(costFigures(figures, { requests: 400, orders: 1 }), 'cost-ratio');
    expect(ratio.value).toBe(2);
    expect(ratio.interval).toEqual([1.6, 2.5]);
  });

  it('of a thousand orders is their requests at the planned rate, at the price of a replica', () => {
    const cost = named(costFigures(figures, { requests: 400, orders: 1 }), 'cost-django');
    // 400,000 requests at 70 per second are 1.587 hours at 0.05.
    expect(cost.value).toBeCloseTo((400_000 / 70 / 3600) * 0.05, 12);
    expect(cost.interval[0]).toBeCloseTo(cost.value * 0.8, 12);
  });

  it('has no sum where nobody bought', () => {
    expect(costFigures(figures, { requests: 400, orders: 0 })).toHaveLength(1);
  });
});

describe('scaling', () => {
  const result = (app: string, by: 'users' | 'workers', rounds: number[][]): ScaleResult =>
    ({
      app,
      by,
      points: rounds.flatMap((round, repeat) =>
        round.map(
          (rps, index): Partial<ScalePoint> => ({
            level: [1, 4, 16][index] ?? 0,
            repeat,
            rps,
            state: rps > 0 ? 'valid' : 'void',
          }),
        ),
      ),
    }) as ScaleResult;

  it('by users is what the most of them leave of the best', () => {
    const express = result('express', 'users', [
      [100, 400, 380],
      [100, 420, 399],
    ]);
    const django = result('django', 'users', [
      [50, 100, 50],
      [50, 100, 50],
    ]);
    const figures = scaleFigures([express, django]);
    expect(named(figures, 'kept-express')).toMatchObject({ value: 0.95, runs: 2 });
    expect(named(figures, 'kept-ratio').value).toBeCloseTo(0.5 / 0.95, 12);
  });

  it('by workers is what each of the most gives of one alone', () => {
    const figures = scaleFigures([result('express', 'workers', [[100, 300, 800]])]);
    expect(named(figures, 'efficiency-express').value).toBeCloseTo(0.5, 12);
  });

  it('says nothing of a round whose top level is void', () => {
    const figures = scaleFigures([result('express', 'users', [[100, 400, 0]])]);
    expect(figures).toEqual([]);
  });
});

describe('effort', () => {
  const app = (factor: number): AppEffort => ({
    lines: [
      { feature: 'micro routes', files: 1, lines: 100 * factor },
      { feature: 'shop', files: 1, lines: 300 },
    ],
    dependencies: { direct: 10 * factor, total: 100 },
    installBytes: 1000 * factor,
    image: { bytes: 5000 * factor, standInBase: false, reference: 'an image' },
    start: { seconds: [1, 1.1, 0.9, 1, 1.05].map((seconds) => seconds * factor), median: factor },
    idleMemory: { processes: 2, rssBytes: 900 * factor, pssBytes: 300 * factor },
  });

  it('is one app over the other, and counted figures are their own interval', () => {
    const { figures, absent } = effortFigures({ express: app(1), django: app(2) });
    expect(named(figures, 'install-ratio').interval).toEqual([2, 2]);
    expect(named(figures, 'image-ratio').value).toBe(2);
    expect(named(figures, 'lines-ratio').value).toBe(400 / 500);
    expect(named(figures, 'micro-lines-ratio').value).toBe(0.5);
    expect(named(figures, 'dependencies-ratio').value).toBe(0.5);
    expect(named(figures, 'start-ratio')).toMatchObject({ runs: 5 });
    expect(named(figures, 'start-ratio').value).toBeCloseTo(2, 12);
    expect(absent).toEqual([]);
  });

  it('leaves an image out where no engine told its size, and says why', () => {
    const django = { ...app(2), image: { bytes: null, why: 'no engine' } };
    const { figures, absent } = effortFigures({ express: app(1), django });
    expect(figures.some(({ key }) => key === 'image-ratio')).toBe(false);
    expect(absent).toEqual([{ figure: 'image-ratio', why: 'image size: no engine' }]);
  });
});

it('attacks are counted by app and kind, and what got through is told', () => {
  const outcomes = [
    { app: 'express' as const, name: 'CSRF: one', broken: null },
    { app: 'express' as const, name: 'CSRF: two', broken: 'it was served' },
    { app: 'django' as const, name: 'CSRF: one', broken: null },
  ];
  const result = analyseAttacks({ kind: 'probes', outcomes });
  expect(result.sentences).toEqual([
    'Express: 1 of 2 attacks got through.',
    'Django: 0 of 1 attacks got through.',
  ]);
  expect(result.warnings).toContain('Express, CSRF: two: it was served');
  const figures = attackFigures(result);
  expect(named(figures, 'express: CSRF').interval).toEqual([1, 1]);
  expect(named(figures, 'django: CSRF').value).toBe(0);
});

it('a first order is timed from the start, Express over Django', () => {
  const orders = [0, 1, 2].flatMap((block) => [
    { app: 'express' as const, block, startSeconds: 1 + 0.01 * block, orderSeconds: 0.5 },
    { app: 'django' as const, block, startSeconds: 2.5 - 0.01 * block, orderSeconds: 0.5 },
  ]);
  const { figures, warnings } = analyseFirstOrder({ kind: 'first-order', runs: 3, orders });
  const ratio = named(figures, 'ready-ratio');
  expect(ratio.value).toBeCloseTo(0.506, 2);
  expect(ratio.interval[0]).toBeLessThan(ratio.value);
  expect(warnings).toContain('Indicative: 3 starts of each app.');
});
