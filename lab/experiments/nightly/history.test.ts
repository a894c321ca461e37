import { describe, expect, it } from 'vitest';
import { dayOf, nightFixture, seriesFixture } from '../../results/night.fixture';
import { type NightChange, type NightEntry, seriesId } from '../../results/night-schema';
import { nightHistories } from '../../results/night-series';
import { yardstickOf } from './history';

const [first, second] = ['a'.repeat(40), 'b'.repeat(40)];

/** Of revisions measured since the regression began, the first of which was suspicious. */
function acceptedAfter(...revisions: (string | null)[]): string | undefined {
  const change: NightChange = {
    ...{ night: dayOf(1), revision: revisions[0] ?? null, nightBefore: dayOf(1) },
    ...{ revisionBefore: null, before: 1, after: 1.1, effect: 0.1, p: 0.001 },
    direction: 'regression',
  };
  const states = ['suspicious', 'changed'] as const;
  const nights = revisions.map((revision, index): NightEntry => {
    const state = states[index] ?? 'open';
    return nightFixture(dayOf(1 + index), {
      revision,
      series: [seriesFixture({ state, change: state === 'suspicious' ? null : change })],
    });
  });
  const current = nightHistories(nights).get(seriesId(seriesFixture()))?.current;
  if (!current?.open) throw new Error('no open regression');
  return yardstickOf(current, current.open);
}

describe('the yardstick that an acceptance makes', () => {
  it.each([
    ['the revision of the first night', [first, second], first],
    ['the first commit, where the change was measured first', [`${first}-dirty`, first], first],
    ['the commit that came two nights later', [`${first}-dirty`, `${first}-dirty`, second], second],
  ] as const)('is %s', (_what, revisions, expected) => {
    expect(acceptedAfter(...revisions)).toBe(`express@${expected}`);
  });

  it('is refused while no night has measured a commit, with what to do', () => {
    expect(() => acceptedAfter(`${first}-dirty`, `${first}-dirty`)).toThrow(
      /All nights since that of 2026-01-01 measured changes that were not committed.*Commit them and let a night measure/,
    );
  });
});
