import { describe, expect, it } from 'vitest';
import { nightFixture, seriesFixture } from '../../results/night.fixture';
import { type HistoryEntry, type MeasuredSeries, seriesId } from '../../results/night-schema';
import {
  baselineOf,
  type NightMeasurement,
  nightHistories,
  nightlySpread,
} from '../../results/night-series';
import { type Random, seededRandom } from '../../statistics/random';
import { type JudgedSeries, judgeTonight } from './tonight';
import { RERUNS } from './verdict';

const level = 0.002;
const spread = 0.02;
const dayOf = (index: number): string =>
  new Date(Date.UTC(2026, 0, 1 + index)).toISOString().slice(0, 10);

/** Nights of one series as the lab makes them: measured, judged, measured again, recorded. */
class Nights {
  readonly entries: HistoryEntry[] = [];
  private readonly random: Random = seededRandom(7);
  private index = 0;

  constructor(private conditions: Record<string, string> = { machine: 'a' }) {}

  move(conditions: Record<string, string>): void {
    this.conditions = conditions;
  }

  night(factor = 1): JudgedSeries {
    const draw = () => factor * level * (1 + spread * this.random.normal());
    const [night, revision] = [dayOf(this.index), `revision-${this.index}`];
    this.index += 1;
    const values = [draw()];
    const judge = (): JudgedSeries => {
      const [verdict] = judgeTonight(
        nightHistories(this.entries),
        { night, revision, conditions: this.conditions, series: [measured(values)] },
        { random: seededRandom(1) },
      );
      if (verdict === undefined) throw new Error('nothing was judged');
      return verdict;
    };
    let verdict = judge();
    while (verdict.state === 'suspicious') {
      for (let made = 0; made < RERUNS; made += 1) values.push(draw());
      verdict = judge();
    }
    const { state, change } = verdict as Pick<MeasuredSeries, 'state' | 'change'>;
    const series = [seriesFixture({ ...measured(values), state, change })];
    this.entries.push(nightFixture(night, { revision, conditions: this.conditions, series }));
    return verdict;
  }

  nights(count: number, factor = 1): JudgedSeries[] {
    return Array.from({ length: count }, () => this.night(factor));
  }

  accept(night: string): void {
    this.entries.push({
      ...{ schemaVersion: 1, type: 'acceptance', series: seriesId(measured([])), night },
      ...{ who: 'somebody', at: `${night}T09:00:00.000Z`, why: 'it is meant' },
    });
  }

  get history() {
    const named = nightHistories(this.entries).get(seriesId(measured([])));
    if (named === undefined) throw new Error('no history');
    return named;
  }
}

const measured = (values: number[]): NightMeasurement => ({
  app: 'express',
  profile: 'default',
  workload: 'micro',
  metric: 'cpu',
  better: 'lower',
  values,
  configuration: '1 worker',
});
const statesOf = (verdicts: readonly JudgedSeries[]) => verdicts.map(({ state }) => state);

describe('a series over its nights', () => {
  it('is judged after ten nights', () => {
    const nights = new Nights();
    expect(new Set(statesOf(nights.nights(10)))).toEqual(new Set(['short']));
    expect(nights.night().state).not.toBe('short');
  });

  it('reports a regression once, keeps it open, and closes it when it is fixed', () => {
    const nights = new Nights();
    nights.nights(12);
    const found = nights.night(1.5);
    expect(found.state).toBe('changed');
    expect(found.change).toMatchObject({
      direction: 'regression',
      night: dayOf(12),
      revision: 'revision-12',
      nightBefore: dayOf(11),
      revisionBefore: 'revision-11',
    });
    expect(found.change?.effect).toBeCloseTo(0.5, 1);
    expect(statesOf(nights.nights(3, 1.5))).toEqual(['open', 'open', 'open']);
    expect(nights.history.current.open).toMatchObject({ night: dayOf(12) });
    const fixed = nights.night();
    expect(fixed).toMatchObject({ state: 'mended', change: { night: dayOf(12) } });
    expect(nights.history.current.open).toBeNull();
    expect(new Set(statesOf(nights.nights(5)))).toEqual(new Set(['quiet']));
  });

  it('leaves the nights of a fixed regression out of its level', () => {
    const nights = new Nights();
    nights.nights(12);
    nights.nights(2, 1.5);
    nights.night();
    const kept = baselineOf(nights.history.current).map(({ night }) => night);
    expect(kept).not.toContain(dayOf(12));
    expect(kept).not.toContain(dayOf(13));
    expect(kept).toContain(dayOf(14));
    expect(nightlySpread(nights.history.current)).toBeLessThan(2 * spread);
  });

  it('begins a new baseline with a regression that is accepted', () => {
    const nights = new Nights();
    nights.nights(12);
    nights.night(1.5);
    nights.accept(dayOf(12));
    expect(nights.history.current.open).toBeNull();
    expect(new Set(statesOf(nights.nights(9, 1.5)))).toEqual(new Set(['short']));
    expect(new Set(statesOf(nights.nights(3, 1.5)))).toEqual(new Set(['quiet']));
    expect(nights.night(2.5).state).toBe('changed');
  });

  it('makes an improvement the new baseline by itself, so that its loss is found', () => {
    const nights = new Nights();
    nights.nights(12);
    expect(nights.night(0.7)).toMatchObject({
      state: 'changed',
      change: { direction: 'improvement' },
    });
    expect(nights.history.current.open).toBeNull();
    nights.nights(10, 0.7);
    expect(nights.night(1)).toMatchObject({
      state: 'changed',
      change: { direction: 'regression' },
    });
  });

  it('starts again on another machine, says so, and continues when the first one is back', () => {
    const nights = new Nights();
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
    nights.nights(12);
    nights.night(1.5);
    nights.move({ machine: 'b' });
    expect(nights.night(1.5).warnings).toContainEqual(
      expect.stringMatching(/regression of .* cannot be followed/),
    );
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
