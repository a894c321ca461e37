// `lab history` on the terminal.
import { plural } from '../../render/format';
import { renderTable } from '../../render/table';
import type { SeriesView } from './history-view';
import { metricTitle, sayEffect, sayMetric, sayRevision } from './night-format';

export function renderHistory(views: readonly SeriesView[], warnings: readonly string[]): string {
  const body =
    views.length === 0
      ? ['No night has been measured yet: `npm run lab -- nightly` measures one.']
      : views.map(renderSeries);
  return `${[...body, ...warnings.map((warning) => `Warning: ${warning}`)].join('\n\n')}\n`;
}

function renderSeries(view: SeriesView): string {
  const { metric, nights, latest, level, noiseFloor } = view;
  const lines = [
    `${view.series}: ${metricTitle(metric)}, ${view.better} is better. ${sayState(view)}`,
    `  ${trend(view)}  ${plural(nights.length, 'night')} under the present conditions, ${nights[0]?.night} to ${latest?.night}`,
    `  ${[
      latest && `latest ${sayMetric(metric, latest.value)}`,
      level !== null && `level ${sayMetric(metric, level)}`,
      noiseFloor === null
        ? 'no noise floor yet'
        : `noise floor ${Number((100 * noiseFloor).toPrecision(2))} % from night to night`,
    ]
      .filter(Boolean)
      .join(', ')}`,
    ...view.splits.map(
      ({ night, what }) => `  Conditions changed in the night of ${night}: ${what.join('; ')}.`,
    ),
  ];
  if (view.changes.length > 0) lines.push(changesTable(view));
  return lines.join('\n');
}

const changesTable = ({ metric, changes }: SeriesView): string =>
  renderTable(
    ['change', 'before', 'after', 'effect', 'p', 'revision before', 'revision after', 'fate'],
    changes.map((change) => [
      change.night,
      sayMetric(metric, change.before),
      sayMetric(metric, change.after),
      sayEffect(change.effect),
      String(Number(change.p.toPrecision(2))),
      sayRevision(change.revisionBefore),
      sayRevision(change.revision),
      change.direction === 'regression'
        ? `regression, ${change.fate}`
        : 'improvement, new baseline',
    ]),
  );

function sayState({ state, nightsMissing, changes }: SeriesView): string {
  const standing = changes.find(({ fate }) => fate === 'stands');
  if (standing) return `A REGRESSION STANDS since the night of ${standing.night}.`;
  if (nightsMissing > 0) return `Not judged yet: ${plural(nightsMissing, 'night')} missing.`;
  return state === 'mended' ? 'Mended.' : 'Quiet.';
}

const bars = '▁▂▃▄▅▆▇█';
const widest = 60;

/** The latest nights as bars between the least and the greatest; what was left out is a dot. */
function trend({ nights }: SeriesView): string {
  const shown = nights.slice(-widest);
  const values = shown.map(({ values: [first] }) => first as number);
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  return shown
    .map(({ leftOut }, index) => {
      if (leftOut) return '·';
      const share =
        greatest === least ? 0 : ((values[index] as number) - least) / (greatest - least);
      return bars[Math.round(share * (bars.length - 1))];
    })
    .join('');
}
