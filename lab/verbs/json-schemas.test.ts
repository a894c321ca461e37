import { describe, expect, it } from 'vitest';
import { schemaProblem } from '../../test/schema-check';
import { historyView } from '../experiments/nightly/history-view';
import { realTourFixture } from '../experiments/real-tour.fixture';
import { pairedFixture } from '../experiments/turns.fixture';
import { decks } from '../render/slides/decks.fixture';
import { dayOf, nightFixture } from '../results/night.fixture';
import { schemaVersion } from '../results/schemas';
import { compare } from '../statistics/comparison';
import { analyseUsl } from '../statistics/usl/usl';

describe('the schemas of docs/schemas fit', async () => {
  const all = Object.entries({
    ...(await decks()),
    ...{ 'a real tour': [realTourFixture()], 'arms in turns': [pairedFixture()] },
  });

  it.each(all)('what is found of %s', (_name, reported) => {
    for (const { run, found, trials } of reported) {
      expect(schemaProblem('run', run)).toBeUndefined();
      expect(schemaProblem('show', { run, ...found })).toBeUndefined();
      expect(schemaProblem('analysis', { schemaVersion, ...found })).toBeUndefined();
      for (const { plan, summary, server, turns, books } of trials) {
        expect(schemaProblem('plan', plan)).toBeUndefined();
        if (summary) expect(schemaProblem('k6-summary', summary)).toBeUndefined();
        if (server) expect(schemaProblem('server', server)).toBeUndefined();
        if (turns) expect(schemaProblem('turns', { schemaVersion, turns })).toBeUndefined();
        if (books) expect(schemaProblem('books', { schemaVersion, ...books })).toBeUndefined();
      }
    }
  });

  it('every experiment: each kind of result is among those', () => {
    const kinds = all.flatMap(([, reported]) =>
      reported.map(({ found }) => found.experiment?.kind),
    );
    expect([...new Set(kinds)].sort()).toEqual(
      expect.arrayContaining([
        'capacity',
        'claims',
        'compare',
        'noise',
        'plan',
        'scale',
        undefined,
      ]),
    );
  });

  it('what k6 told of turns: some trial among those has them', () => {
    const trials = all.flatMap(([, reported]) => reported.flatMap((one) => one.trials));
    expect(trials.some(({ turns = [] }) => turns.length > 0)).toBe(true);
  });

  it('nights, and the view of their history', () => {
    const nights = Array.from({ length: 12 }, (_, day) => nightFixture(dayOf(day + 1)));
    for (const night of nights) expect(schemaProblem('night', night)).toBeUndefined();
    expect(schemaProblem('history-line', nights[0])).toBeUndefined();
    const history = historyView({ entries: nights, nights, warnings: [] });
    expect(history).not.toHaveLength(0);
    expect(schemaProblem('history', history)).toBeUndefined();
  });

  it('the statistics of one’s own numbers', () => {
    const points = [1, 2, 4, 8, 16, 32].map((n) => ({ n, x: (60 * n) / (1 + 0.05 * (n - 1)) }));
    expect(schemaProblem('analyse-usl', analyseUsl(points, { predict: [64] }))).toBeUndefined();
    const few = compare([{ value: 1 }], [{ value: 2 }]);
    expect(schemaProblem('analyse-compare', few)).toBeUndefined();
  });
});

it('a field too many, and one that is missing, are seen', () => {
  const { run } = realTourFixture();
  expect(schemaProblem('run', { ...run, extra: 1 })).toMatch(/must NOT have additional properties/);
  const { seed: _, ...rest } = run;
  expect(schemaProblem('run', rest)).toMatch(/must have required property 'seed'/);
  expect(schemaProblem('show', { run: rest })).toMatch(/must have required property/);
});
