import { expect, test } from 'vitest';
import { dayOf, nightFixture } from '../../results/night.fixture';
import { missedNight, nightOf, nightSchedule } from './scheduler';

const daily = () => nightSchedule('17 3 * * *', 'UTC');
const at = (day: number, time: string) => new Date(`${dayOf(day)}T${time}:00Z`);

test('a night is recorded under the date on which it was due', () => {
  const next = nightSchedule('30 23 * * *', 'Europe/Berlin').nextRun(at(5, '12:00'));
  expect(next && nightOf(next)).toBe(dayOf(5));
});

test.each([
  ['before the first night none can be missed', [], at(5, '12:00'), undefined],
  ['last night was recorded', [5], at(5, '12:00'), undefined],
  ['today’s is not due yet', [4], at(5, '03:16'), undefined],
  ['last night was never recorded', [4], at(5, '12:00'), dayOf(5)],
  ['of several missed nights only the latest is made up for', [1], at(5, '02:00'), dayOf(4)],
])('%s', (_name, days, now, missed) => {
  const nights = days.map((day) => nightFixture(dayOf(day)));
  expect(missedNight(daily(), nights, now)).toBe(missed);
});

test('a void night was measured: it is not made up for', () => {
  const nights = [nightFixture(dayOf(5), { status: 'void' })];
  expect(missedNight(daily(), nights, at(5, '12:00'))).toBeUndefined();
});

test.each([
  ['at night', 'UTC', /is not a schedule.*Give five fields/],
  ['17 3 * * *', 'Middle/Earth', /time zone Middle\/Earth is not a schedule/],
  ['0 */6 * * *', 'UTC', /is due twice on .*: there is one night per date/],
  ['0 0 30 2 *', 'UTC', /never due/],
])('%s in %s is refused, with the remedy', (pattern, timezone, message) => {
  expect(() => nightSchedule(pattern, timezone)).toThrow(message);
});
