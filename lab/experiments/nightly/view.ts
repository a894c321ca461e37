// What `lab nightly` shows of a night by itself: what it measured. What that means is in the history.
import { times, timesInterval } from '../../render/format';
import { type Column, table, type View } from '../../render/view';
import { seriesId } from '../../results/night-schema';
import type { NightlyPair, NightlyResult, NightlyValue } from './analyse';
import { metricTitle, yardstickTitle } from './text';

export const nightlyView = ({ pairs, values }: NightlyResult): View[] => [
  {
    id: 'measured',
    title: 'What the night measured',
    blocks: [
      table({
        caption:
          'Over the yardstick in the same turns, by the valid blocks; milliseconds are geometric means',
        columns: columnsOf(pairs),
        rows: values,
      }),
      {
        kind: 'note',
        text: 'A night by itself says little about change: `lab history` compares it with the nights before it.',
        on: ['page'],
      },
    ],
  },
];

const milliseconds = (value: number | null): string =>
  value === null ? '-' : String(Number(value.toPrecision(3)));

function columnsOf(pairs: readonly NightlyPair[]): Column<NightlyValue>[] {
  const pairOf = ({ pair }: NightlyValue) => pairs[pair] as NightlyPair;
  return [
    { title: 'series', is: 'words', cell: (value) => seriesId(pairOf(value)) },
    { title: 'yardstick', is: 'words', cell: (value) => yardstickTitle(pairOf(value).yardstick) },
    { title: 'metric', is: 'words', cell: ({ metric }) => metricTitle(metric) },
    { title: 'ratio', cell: ({ ratio }) => (ratio === null ? 'void' : times(ratio)) },
    { title: '95 %', cell: ({ interval }) => (interval ? timesInterval(interval) : '-') },
    { title: 'subject (ms)', cell: ({ subjectMs }) => milliseconds(subjectMs) },
    { title: 'yardstick (ms)', cell: ({ yardstickMs }) => milliseconds(yardstickMs) },
    { title: 'blocks', cell: ({ blocks }) => String(blocks.length) },
  ];
}
