import { describe, expect, it } from 'vitest';
import { dayOf as day, nightFixture, seriesFixture } from '../../results/night.fixture';
import { type HistoryEntry, type MeasuredSeries, seriesId } from '../../results/night-schema';
import {
  levelOf,
  levelValues,
  type NightMeasurement,
  nightHistories,
  nightlySpread,
} from '../../results/night-series';
import { type Random, seededRandom } from '../../statistics/random';
import { judgeTonight, openWithoutValue } from './tonight';
import { ratioOf } from './verdict';

const spread = 0.03;
const dayOf = (index: number): string => day(1 + index);
const commits = { first: 'a'.repeat(40), second: 'b'.repeat(40) };

/** Nights of one series as the lab makes them: measured, judged, recorded. */
class Nights {
  readonly entries: HistoryEntry[] = [];
  private readonly random: Random = seededRandom(7);
  private conditions: Record<string, string> = { machine: 'a' };

  constructor(private yardstick = `express@${commits.first}`) {}

  move(conditions: Record<string, string>): void {
    this.conditions = conditions;
  }

  night(ratio = 1): MeasuredSeries {
    const index = this.entries.filter(({ type }) => type === 'night').length;
    const [night, revision] = [dayOf(index), `revision-${index}`];
    const blocks = Array.from(
      { length: 20 },
      () => ratio * Math.exp(spread * this.random.normal()),
    );
    const [judged] = judgeTonight(
      nightHistories(this.entries),
      { night, revision, conditions: this.conditions, series: [this.measured(blocks)] },
      0.03,
    );
    if (judged === undefined) throw new Error('nothing was judged');
    this.entries.push(
      nightFixture(night, { revision, conditions: this.conditions, series: [judged] }),
    );
    return judged;
  }

  nights(count: number, ratio = 1): MeasuredSeries[] {
    return Array.from({ length: count }, () => this.night(ratio));
  }

  /** @param yardstick from now on; absent: as before */
  accept(night: string, yardstick?: string): void {
    this.entries.push({
      ...{ schemaVersion: 2, type: 'acceptance', series: name, night },
      ...(yardstick !== undefined && { yardstick }),
      ...{ who: 'somebody', at: `${night}T09:00:00.000Z`, why: 'it is meant' },
    });
    this.yardstick = yardstick ?? this.yardstick;
  }

  private measured(blocks: number[]): NightMeasurement {
    const { state: _, change: __, warnings: ___, ...measurement } = seriesFixture();
    return { ...measurement, values: [ratioOf(blocks)], blocks, yardstick: this.yardstick };
  }

  get history() {
    const named = nightHistories(this.entries).get(name);
    if (named === undefined) throw new Error('no history');
    return named;
  }
}

const name = seriesId(seriesFixture());
const statesOf = (judged: readonly MeasuredSeries[]) => judged.map(({ state }) => state);

describe('a series over its nights', () => {
  it('is judged from the first night on where the yardstick is a revision', () => {
    expect(new Nights().night().state).toBe('quiet');
    expect(statesOf(new Nights().nights(2, 1.1))).toEqual(['suspicious', 'changed']);
  });

  it('is judged after ten nights where its level has to be measured', () => {
    const nights = new Nights('reference@1');
    expect(new Set(statesOf(nights.nights(10, 2.4)))).toEqual(new Set(['short']));
    expect(nights.night(2.4).state).toBe('quiet');
    expect(statesOf(nights.nights(2, 2.6))).toEqual(['suspicious', 'changed']);
  });

  it('reports a regression in the second of two nights, keeps it open, and closes it when two nights are back', () => {
    const nights = new Nights();
    nights.nights(12);
    expect(nights.night(1.1)).toMatchObject({ state: 'suspicious', change: null });
    const found = nights.night(1.1);
    expect(found.state).toBe('changed');
    expect(found.change).toMatchObject({
      direction: 'regression',
      night: dayOf(12),
      revision: 'revision-12',
      nightBefore: dayOf(11),
      revisionBefore: 'revision-11',
    });
    expect(found.change?.effect).toBeCloseTo(0.1, 1);
    expect(statesOf(nights.nights(3, 1.1))).toEqual(['open', 'open', 'open']);
    expect(nights.history.current.open).toMatchObject({ night: dayOf(12) });
    expect(statesOf(nights.nights(2))).toEqual(['open', 'mended']);
    expect(nights.history.current.open).toBeNull();
    expect(new Set(statesOf(nights.nights(5)))).toEqual(new Set(['quiet']));
  });

  it('leaves the nights of a fixed regression out of its level', () => {
    const nights = new Nights('reference@1');
    nights.nights(12);
    nights.nights(3, 1.2);
    nights.nights(2);
    expect(levelValues(nights.history.current)).toHaveLength(13);
    expect(nightlySpread(nights.history.current)).toBeLessThan(spread);
  });

  it('has an accepted revision as its yardstick, and what came before in its terms', () => {
    const nights = new Nights();
    nights.nights(12);
    nights.nights(2, 1.1);
    const moved = `express@${commits.second}`;
    nights.accept(dayOf(12), moved);
    expect(nights.history.current.open).toBeNull();
    const first = nights.night();
    expect(first.state).toBe('quiet');
    expect(first.warnings).toContainEqual(expect.stringMatching(/yardstick: .* became/));
    const { current } = nights.history;
    expect(levelOf(current)).toBe(1);
    expect(current.nights).toHaveLength(15);
    expect(current.nights[0]?.rebased).toBe(true);
    expect(current.nights[0]?.values[0]).toBeCloseTo(1 / 1.1, 1);
    expect(current.nights[13]?.values[0]).toBeCloseTo(1, 1);
    expect(current.changes).toHaveLength(1);
    // Those are the trend, and count towards nothing.
    expect(levelValues(current)).toHaveLength(1);
    expect(statesOf(nights.nights(2, 1.1))).toEqual(['suspicious', 'changed']);
  });

  it('begins a new level with a regression that is accepted against the reference server', () => {
    const nights = new Nights('reference@1');
    nights.nights(12);
    nights.nights(2, 1.2);
    nights.accept(dayOf(12));
    expect(nights.history.current.open).toBeNull();
    expect(new Set(statesOf(nights.nights(9, 1.2)))).toEqual(new Set(['short']));
    expect(new Set(statesOf(nights.nights(3, 1.2)))).toEqual(new Set(['quiet']));
    expect(statesOf(nights.nights(2, 1.4))).toEqual(['suspicious', 'changed']);
  });

  it('makes an improvement the new level by itself, so that its loss is found', () => {
    const nights = new Nights();
    nights.nights(12);
    expect(nights.nights(2, 0.9).at(-1)).toMatchObject({
      state: 'changed',
      change: { direction: 'improvement' },
    });
    expect(nights.history.current.open).toBeNull();
    nights.nights(10, 0.9);
    expect(nights.nights(2, 1).at(-1)).toMatchObject({
      state: 'changed',
      change: { direction: 'regression' },
    });
  });

  it('finds a slow drift once it adds up, also where the level is measured', () => {
    const nights = new Nights('reference@1');
    nights.nights(30);
    const drifting = Array.from({ length: 60 }, (_, night) => nights.night(1 + 0.0015 * night));
    expect(statesOf(drifting)).toContain('changed');
  });

  it('finds a step after nights that all lied a little off their yardstick: a constant offset is no scatter', () => {
    const nights = new Nights();
    nights.nights(12, 1.02);
    expect(nightlySpread(nights.history.current)).toBeLessThan(0.015);
    expect(statesOf(nights.nights(2, 1.08))).toEqual(['suspicious', 'changed']);
  });

  it('starts again on another machine, says so, and continues when the first one is back', () => {
    const nights = new Nights('reference@1');
    nights.nights(12);
    nights.move({ machine: 'b' });
    const moved = nights.night(3);
    expect(moved.state).toBe('short');
    expect(moved.warnings).toContainEqual(
      expect.stringMatching(/starts again: machine: a became b/),
    );
    expect(nights.history.splits).toEqual([{ night: dayOf(12), what: ['machine: a became b'] }]);
    nights.move({ machine: 'a' });
    const back = nights.night();
    expect(back.state).toBe('quiet');
    expect(back.warnings).toContainEqual(
      expect.stringMatching(new RegExp(`goes on from ${dayOf(11)}`)),
    );
  });

  it('says that a regression cannot be followed to another machine', () => {
    const nights = new Nights();
    nights.nights(2, 1.1);
    nights.move({ machine: 'b' });
    expect(nights.night(1.1).warnings).toContainEqual(
      expect.stringMatching(/regression of .* cannot be followed/),
    );
  });

  it('names an open regression that a night should have measured and has no value of', () => {
    const nights = new Nights();
    nights.nights(2, 1.1);
    const pair = { ...seriesFixture(), subject: 0, against: 1, rateRps: 1, turns: [] as never };
    const of = (conditions: Record<string, string>, series: NightMeasurement[] = []) =>
      openWithoutValue(nightHistories(nights.entries), { conditions, series }, [
        { ...pair, yardstick: `express@${commits.first}` },
      ]);
    expect(of({ machine: 'a' })).toEqual([name]);
    expect(of({ machine: 'a' }, [seriesFixture()])).toEqual([]);
    // On another machine it cannot be followed.
    expect(of({ machine: 'b' })).toEqual([]);
    nights.nights(2);
    expect(of({ machine: 'a' })).toEqual([]);
  });

  it('keeps p99, and does not judge it', () => {
    const [judged] = judgeTonight(
      new Map(),
      {
        ...{ night: dayOf(0), revision: null, conditions: {} },
        series: [{ ...seriesFixture({ metric: 'p99-ratio' }), values: [3], blocks: [3, 3, 3.1] }],
      },
      0.03,
    );
    expect(judged).toMatchObject({ state: 'recorded', change: null });
  });

  it('ignores a void night', () => {
    const nights = new Nights();
    nights.nights(3);
    const [last] = nights.entries.slice(-1);
    if (last?.type !== 'night') throw new Error('no night');
    nights.entries.push({ ...last, night: dayOf(50), status: 'void', series: [] });
    expect(nights.history.current.nights).toHaveLength(3);
  });
});

it('a night made before there were yardsticks is read as it was, and is a series of its own', () => {
  const old = seriesFixture({ metric: 'cpu', values: [0.0012], configuration: '1 worker' });
  const { yardstick: _, blocks: __, ...measured } = old;
  const entries: HistoryEntry[] = [
    nightFixture(dayOf(0), { schemaVersion: 1, series: [measured] }),
    nightFixture(dayOf(1)),
  ];
  const histories = nightHistories(entries);
  expect([...histories.keys()]).toEqual(['express/default/micro/cpu', name]);
  expect(levelOf(histories.get('express/default/micro/cpu')?.current as never)).toBe(0.0012);
});
