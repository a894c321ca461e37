import { describe, expect, it } from 'vitest';
import { dayOf, nightFixture, seriesFixture } from '../../results/night.fixture';
import type { MeasuredSeries, NightEntry } from '../../results/night-schema';
import { gateOf, newsOf, renderHeartbeat, renderMessage, renderNight, renderSummary } from './text';

const change: NonNullable<MeasuredSeries['change']> = {
  night: dayOf(12),
  revision: `b${'0'.repeat(39)}`,
  nightBefore: dayOf(11),
  revisionBefore: `a${'0'.repeat(39)}`,
  before: 1,
  after: 1.062,
  effect: 0.062,
  p: 0.00123,
  direction: 'regression',
};
const night = (
  state: MeasuredSeries['state'],
  direction: typeof change.direction = 'regression',
): NightEntry =>
  nightFixture(dayOf(12), {
    series: [
      seriesFixture({
        state,
        change: ['quiet', 'suspicious'].includes(state) ? null : { ...change, direction },
      }),
    ],
  });
const voidNight = nightFixture(dayOf(12), {
  status: 'void',
  series: [],
  trials: { valid: 1, void: 4 },
});

const stillOpen = (entry: NightEntry): NightEntry => ({
  ...entry,
  stillOpen: ['express/default/micro/p50-ratio'],
});

const kindsOf = (entry: NightEntry, before?: NightEntry) =>
  newsOf(entry, before).map(({ kind }) => kind);

it('a night reads as it did', async () => {
  const nights = [night('changed'), night('quiet'), voidNight].map((entry) => renderNight(entry));
  await expect(nights.join('\n')).toMatchFileSnapshot('../goldens/night.txt');
});

describe('who gets a message', () => {
  it.each([
    ['a quiet night', night('quiet'), night('quiet'), [], 0],
    ['a suspicious night', night('suspicious'), night('quiet'), [], 0],
    ['a regression', night('changed'), night('quiet'), ['regression'], 3],
    ['the night after one', night('open'), night('changed'), [], 3],
    ['one that is fixed', night('mended'), night('open'), ['fixed'], 0],
    ['an improvement', night('changed', 'improvement'), night('quiet'), ['improvement'], 0],
    ['a void night', voidNight, night('quiet'), ['void'], 4],
    ['a second void night', voidNight, voidNight, [], 4],
    ['a night after a void one', night('quiet'), voidNight, ['valid again'], 0],
    ['one that could not measure an open one', stillOpen(night('quiet')), night('open'), [], 3],
    ['a void one while a regression is open', stillOpen(voidNight), night('open'), ['void'], 4],
  ] as const)('%s', (_name, entry, before, kinds, code) => {
    expect(kindsOf(entry, before)).toEqual(kinds);
    expect(gateOf(entry)).toBe(code);
  });

  it('a message names the series, both levels and the revisions on both sides', () => {
    const text = renderMessage(newsOf(night('changed'), night('quiet')));
    expect(text).toBe(
      'Headroom nightly: somebody should look.\n' +
        '- Regression. express/default/micro/cpu-ratio: CPU per request, over the yardstick went ' +
        'from 1.000 to 1.062 (+6.2 %, p 0.0012) in the night of 2026-01-12: revision ' +
        'b00000000000, after a00000000000 in the night of 2026-01-11.\n' +
        'docs/runbook.md#nightregression says what to do.',
    );
    expect(renderMessage([])).toBe('');
  });

  it('the heartbeat says how many nights there were, and what is still open', () => {
    const nights = [night('quiet'), night('open')];
    expect(renderHeartbeat(nights, 7)).toMatch(
      /2 nights in the last 7 days, 0 void; 1 series.*Still open: express\/default\/micro\/cpu-ratio/,
    );
  });
});

describe('a night as text', () => {
  it('prints each series with its verdict', () => {
    expect(renderNight(night('changed'))).toMatch(
      /over the yardstick\s+1\.000\s+regression, \+6\.2 %\nRegression: express\/default\/micro/,
    );
    expect(renderNight(voidNight)).toMatch(/4 of 5 blocks void/);
  });

  it('says what is still open though the night has no value of it', () => {
    const line = 'Still open, and without a value tonight: express/default/micro/p50-ratio.';
    for (const entry of [night('quiet'), night('open'), voidNight]) {
      const text = renderNight(stillOpen(entry));
      expect(text).toContain(line);
      expect(text).not.toContain('No regression');
    }
    expect(renderHeartbeat([stillOpen(voidNight)], 7)).toContain('Still open: express/');
  });

  it('is a table in Markdown for the page of a job', () => {
    const lines = renderSummary(night('open')).split('\n');
    expect(lines).toContain('| series | metric | tonight | verdict |');
    expect(lines).toContain(
      '| express/default/micro | CPU per request, over the yardstick | 1.000 | open regression: +6.2 % since 2026-01-12 |',
    );
  });

  it('prints a warning that applies to all series once', () => {
    const entry = nightFixture(dayOf(1), {
      series: [
        seriesFixture({ warnings: ['It starts again.'] }),
        seriesFixture({ metric: 'p99-ratio', warnings: ['It starts again.'] }),
      ],
    });
    expect(renderNight(entry).match(/It starts again/g)).toHaveLength(1);
  });
});
