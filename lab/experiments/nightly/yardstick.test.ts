// Which revision a night measures an app against.
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { environmentError, Interrupted } from '../../errors';
import { dayOf, nightFixture, seriesFixture } from '../../results/night.fixture';
import type { HistoryEntry } from '../../results/night-schema';
import { firstBuilt, pinnedYardsticks } from './yardstick';

const [first, second, third] = ['a', 'b', 'c'].map((letter) => `express@${letter.repeat(40)}`) as [
  string,
  string,
  string,
];
const night = (day: number, yardstick: string): HistoryEntry =>
  nightFixture(dayOf(day), { series: [seriesFixture({ yardstick })] });
const acceptance = (day: number, yardstick: string): HistoryEntry => ({
  ...{ schemaVersion: 2, type: 'acceptance', series: 'express/default/micro/cpu-ratio' },
  ...{ night: dayOf(day), at: `${dayOf(day)}T09:00:00.000Z`, who: 'Ada', why: 'it is meant' },
  yardstick,
});

describe('the yardstick', () => {
  it.each<[string, HistoryEntry[], string[]]>([
    ['is none before the first night', [], []],
    ['is that of the first night', [night(1, first), night(2, first)], [first]],
    ['is what was accepted last', [night(1, first), acceptance(2, second)], [second]],
    [
      'is followed by what took its place',
      [night(1, first), night(2, second), night(3, second)],
      [first, second],
    ],
    [
      'is none from before the acceptance',
      [night(1, first), acceptance(2, second), night(3, second), night(4, third)],
      [second, third],
    ],
    ['is none of the reference server', [night(1, 'reference@01234567')], []],
  ])('%s', (_, entries, names) => {
    expect(pinnedYardsticks(entries, 'express/default/micro', 'express')).toEqual(names);
    expect(pinnedYardsticks(entries, 'express/default/db', 'express')).toEqual([]);
  });
});

describe('a revision that cannot be built', () => {
  const failing = (error: Error) => async (name: string) => {
    if (name === first) throw error;
    return `built ${name}`;
  };
  const warnings = () => {
    const told = vi.spyOn(console, 'error').mockReturnValue();
    onTestFinished(() => told.mockRestore());
    return told.mock.calls;
  };

  it('gives way to the next, which is said', async () => {
    const told = warnings();
    const gone = environmentError('git knows no revision.');
    const built = await firstBuilt([first, second], failing(gone));
    expect(built).toEqual({ name: second, named: `built ${second}` });
    expect(told).toEqual([
      [expect.stringMatching(/^Warning: express@a+, .*git knows no revision/)],
    ]);
  });

  it('is the error where there is no other', async () => {
    await expect(firstBuilt([first], failing(environmentError('no')))).rejects.toThrow('no');
  });

  it.each([new Interrupted(), new Error('a mistake of the lab')])(
    'is no matter of %s',
    async (error) => {
      await expect(firstBuilt([first, second], failing(error))).rejects.toBe(error);
    },
  );
});
