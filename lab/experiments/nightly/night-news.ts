// What a night has to tell, and whether anybody is to be woken for it: on a change of state alone.

import type { ExitCode } from '../../errors';
import { plural } from '../../render/format';
import type { MeasuredSeries, NightEntry } from '../../results/night-schema';
import { sayChange } from './night-format';
import { seriesName } from './night-series';

export type News = {
  kind: 'regression' | 'improvement' | 'mended' | 'void' | 'valid again';
  text: string;
};

const isRegression = ({ change }: MeasuredSeries): boolean => change?.direction === 'regression';

/** Regressions that stand: found tonight, or before and neither accepted nor mended. */
export const standingRegressions = ({ series }: NightEntry): MeasuredSeries[] =>
  series.filter((one) => one.state === 'open' || (one.state === 'changed' && isRegression(one)));

/** @param before the night before, void or not; undefined: there was none */
export function newsOf(entry: NightEntry, before: NightEntry | undefined): News[] {
  if (entry.status === 'void') {
    if (before?.status === 'void') return [];
    return [{ kind: 'void', text: `The night of ${entry.night} is void: ${sayTrials(entry)}.` }];
  }
  const again: News[] =
    before?.status === 'void'
      ? [{ kind: 'valid again', text: `The night of ${entry.night} could be measured again.` }]
      : [];
  return [
    ...again,
    ...entry.series.flatMap((one): News[] => {
      if (one.change === null) return [];
      const what = `${seriesName(one)}: ${sayChange(one, one.change)}.`;
      if (one.state === 'mended') return [{ kind: 'mended', text: `Mended. ${what}` }];
      if (one.state !== 'changed') return [];
      return isRegression(one)
        ? [{ kind: 'regression', text: `Regression. ${what}` }]
        : [{ kind: 'improvement', text: `Improvement. ${what} It is the new baseline.` }];
    }),
  ];
}

export const sayTrials = ({ trials }: NightEntry): string =>
  `${trials.void} of ${plural(trials.valid + trials.void, 'trial')} void`;

/** 3 while a confirmed regression stands, 4 for a void night. */
export function gateOf(entry: NightEntry): ExitCode {
  if (entry.status === 'void') return 4;
  return standingRegressions(entry).length > 0 ? 3 : 0;
}

/** One message for all of it; empty when there is nothing to tell. */
export function renderMessage(news: readonly News[]): string {
  if (news.length === 0) return '';
  const wakes = news.some(({ kind }) => kind === 'regression' || kind === 'void');
  return [
    `Headroom nightly: ${wakes ? 'somebody should look' : 'good news'}.`,
    ...news.map(({ text }) => `- ${text}`),
    ...(news.some(({ kind }) => kind === 'regression')
      ? ['docs/runbook.md#nightregression says what to do.']
      : []),
  ].join('\n');
}
