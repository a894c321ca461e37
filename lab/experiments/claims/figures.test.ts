import { describe, expect, it } from 'vitest';
import type { SearchResult } from '../../measure/search/search-result';
import type { ExperimentResult } from '../index';
import { analyseAttacks, attackFigures, outcomesOf, patternOf } from './attacks';
import type { Figure } from './design';
import { type AppEffort, effortFigures } from './effort';
import { capacityFigures, scaleFigures } from './figures';
import { analyseFirstOrder } from './first-order';

type ScaleResult = ExperimentResult<'scale'>;
type ScalePoint = ScaleResult['points'][number];

const named = (figures: readonly Figure[], key: string): Figure => {
  const found = figures.find((one) => one.key === key);
  if (found === undefined) throw new Error(`no ${key} among ${figures.map((one) => one.key)}`);
  return found;
};

describe('capacity', () => {
  const search = (app: string, holdsRps: number | null, failsRps: number | null, changes = 0) =>
    ({
      ...{ app, workload: 'mixed', holdsRps, failsRps },
      changes: Array(changes).fill({}),
      ending: { ending: 'regular' },
    }) as SearchResult;
  const both = [search('express', 200, 250), search('django', 100, 125)];
  const bought = { requests: 400, orders: 1 };

  it('of an app lies between the bounds of its search', () => {
    const figures = capacityFigures({ searches: both }, bought);
    const express = named(figures, 'capacity-express');
    expect(express).toMatchObject({ value: 200, interval: [200, 250], isBounds: true, runs: 1 });
    expect(express.title).toBe('capacity of mixed, Express');
  });

  it('makes a cost that is the other way round, as far apart as the bounds allow', () => {
    const ratio = named(capacityFigures({ searches: both }, bought), 'cost-ratio');
    // At least 200 against less than 125, at most 250 against at least 100.
    expect(ratio).toMatchObject({ value: 2, interval: [1.6, 2.5], isBounds: true });
  });

  it('of a thousand orders costs their requests at the planned rate, at the price of a replica', () => {
    const cost = named(capacityFigures({ searches: both }, bought), 'cost-django');
    // 400,000 requests at 70 per second are 1.587 hours at 0.05.
    expect(cost.value).toBeCloseTo((400_000 / 70 / 3600) * 0.05, 12);
    expect(cost.interval[0]).toBeCloseTo(cost.value * 0.8, 12);
    expect(cost.interval[1]).toBeCloseTo(cost.value, 12);
    const unsold = capacityFigures({ searches: both }, { requests: 400, orders: 0 });
    expect(unsold.map(({ key }) => key)).not.toContain('cost-django');
  });

  it('is open to the side where a search found no bound, and no figure where it found none', () => {
    const half = capacityFigures(
      { searches: [search('express', 200, null), ...both.slice(1)] },
      bought,
    );
    expect(named(half, 'capacity-express').interval).toEqual([200, null]);
    expect(named(half, 'cost-ratio').interval).toEqual([1.6, null]);
    const none = [search('express', null, 250), search('django', 100, 125, 1)];
    expect(capacityFigures({ searches: none }, bought)).toEqual([]);
  });

  it('over several searches reaches from the least that held to the most that failed', () => {
    const searches = [search('express', 200, 250), search('express', 220, 260)];
    const [express] = capacityFigures({ searches }, bought);
    expect(express).toMatchObject({ interval: [200, 260], runs: 2 });
    expect(express?.value).toBeCloseTo(Math.sqrt(200 * 220), 9);
  });
});

describe('scaling', () => {
  const byWorkers = (app: string, rounds: number[][]): ScaleResult =>
    ({
      app,
      by: 'workers',
      points: rounds.flatMap((round, repeat) =>
        round.map(
          (rps, index): Partial<ScalePoint> => ({
            level: [1, 4][index] ?? 0,
            repeat,
            rps,
            state: rps > 0 ? 'valid' : 'void',
          }),
        ),
      ),
    }) as ScaleResult;
  const byUsers = (app: string, shares: number[]): ScaleResult =>
    ({ app, by: 'users', kept: { shares } as ScaleResult['kept'] }) as ScaleResult;

  it('by users is the share that the run itself says is kept', () => {
    const figures = scaleFigures([byUsers('express', [0.95, 0.95]), byUsers('django', [0.5, 0.5])]);
    expect(named(figures, 'kept-express')).toMatchObject({
      value: expect.closeTo(0.95, 12),
      runs: 2,
    });
    expect(named(figures, 'kept-ratio').value).toBeCloseTo(0.5 / 0.95, 12);
    // More can be asked for: a claim that they leave undecided says how many.
    expect(figures.map(({ ofRepeats }) => ofRepeats)).toEqual([true, true, true]);
  });

  it('keeps the degrees of freedom of both arms, by which more repeats narrow the interval', () => {
    const shares = [0.8, 0.85, 0.9, 0.95, 1];
    const figures = scaleFigures([byUsers('express', shares), byUsers('django', shares)]);
    expect(named(figures, 'kept-django').degreesOfFreedom).toBe(4);
    // Welch's of two arms with the same spread.
    expect(named(figures, 'kept-ratio').degreesOfFreedom).toBeCloseTo(8, 9);
  });

  it('by workers is what each of the most gives of one alone', () => {
    const figures = scaleFigures([byWorkers('express', [[100, 200]])]);
    expect(named(figures, 'efficiency-express').value).toBeCloseTo(0.5, 12);
  });

  it('says nothing of a round that has a void level, nor of one repeat of users', () => {
    expect(scaleFigures([byWorkers('express', [[100, 0]])])).toEqual([]);
    expect(scaleFigures([{ ...byUsers('express', []), kept: null }])).toEqual([]);
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

  it('leaves images out that are built on a stand-in for the base image', () => {
    const django = { ...app(2), image: { bytes: 1, standInBase: true, reference: 'an image' } };
    const { figures, absent } = effortFigures({ express: app(1), django });
    expect(figures.some(({ key }) => key === 'image-ratio')).toBe(false);
    expect(absent).toEqual([{ figure: 'image-ratio', why: expect.stringContaining('stand-in') }]);
  });

  it('leaves an image out where no engine told its size, and says why', () => {
    const django = { ...app(2), image: { bytes: null, why: 'no engine' } };
    const { figures, absent } = effortFigures({ express: app(1), django });
    expect(figures.some(({ key }) => key === 'image-ratio')).toBe(false);
    expect(absent).toEqual([{ figure: 'image-ratio', why: 'no engine' }]);
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

describe('shop: probes', () => {
  const name = 'CSRF: a token (in JSON) is none, nor one in a form?';
  it(name, () => {
    const own = expect.getState().currentTestName ?? '';
    const matches = (...names: string[]) => new RegExp(patternOf(names)).test(own);
    expect(own).toMatch(new RegExp(patternOf()));
    expect(matches('XSS: one', name)).toBe(true);
    expect(matches('XSS: one', 'CSRF: a token')).toBe(false);
  });
});

describe('an attack that failed', () => {
  const name = 'CSRF: one';
  const answered = 'AssertionError: POST /cart: status: expected 200 to be 403';
  const lost = 'Error: connect ECONNREFUSED 127.0.0.1:3002';
  const of = (first: string | null, again: string | null) =>
    outcomesOf('django', [{ name, failure: first }], [{ name, failure: again }]);

  it('got through where the app answered wrong both times', () => {
    expect(of(answered, answered)).toEqual([{ app: 'django', name, broken: answered }]);
  });

  it('was repelled where it could be carried out only once more', () => {
    expect(of(lost, null)).toEqual([{ app: 'django', name, broken: null }]);
    expect(outcomesOf('django', [{ name, failure: null }], [])[0]?.broken).toBeNull();
  });

  it.each([
    ['the app could not be asked at all', lost, lost],
    ['it timed out once more', answered, 'Error: Test timed out in 30000ms.'],
    ['it was wrong after it could not be asked', lost, answered],
    ['it got through one time of two', answered, null],
  ])('says nothing where %s', (_why, first, again) => {
    expect(() => of(first, again)).toThrow(/Whether Django repels "CSRF: one" is not known/);
  });
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
