// What `lab nightly` shows of a night by itself: what it measured. What that means is in the history.
import { type Column, table, type View } from '../../render/view';
import { seriesId } from '../../results/night-schema';
import type { NightlyPair, NightlyResult, NightlyValue } from './analyse';
import { formatMetric, metricTitle } from './text';

export const nightlyView = ({ pairs, values }: NightlyResult): View[] => [
  {
    id: 'measured',
    title: 'What the night measured',
    blocks: [
      table({
        caption: 'Medians of the valid trials, bounds of the searches',
        columns: columnsOf(pairs),
        rows: values,
      }),
      {
        kind: 'note',
        text: 'A night by itself says nothing about change: `lab history` compares it with the nights before it.',
        on: ['page'],
      },
    ],
  },
];

const columnsOf = (pairs: readonly NightlyPair[]): Column<NightlyValue>[] => [
  { title: 'series', is: 'words', cell: ({ pair }) => seriesId(pairs[pair] as NightlyPair) },
  { title: 'metric', is: 'words', cell: ({ metric }) => metricTitle(metric) },
  {
    title: 'value',
    cell: ({ metric, value }) => (value === null ? 'void' : formatMetric(metric, value)),
  },
  { title: 'least', cell: ({ metric, range }) => (range ? formatMetric(metric, range[0]) : '-') },
  {
    title: 'greatest',
    cell: ({ metric, range }) => (range ? formatMetric(metric, range[1]) : '-'),
  },
  { title: 'measured', cell: ({ rerun }) => (rerun === 0 ? 'first' : `re-run ${rerun}`) },
];
