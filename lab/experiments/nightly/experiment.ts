// `lab nightly` among the experiments: a night by itself says what it measured. What that means
// stands in the history.

import { isVoidWithoutOne } from '../../measure/void-run';
import { html } from '../../render/page/markup';
import { table } from '../../render/page/table';
import { renderTable } from '../../render/table';
import type { Experiment } from '../experiment';
import {
  analyseNightly,
  type NightlyDesign,
  type NightlyResult,
  type NightlyValue,
  nightlyDesign,
} from './analyse';

import { formatMetric, metricTitle } from './text';

export const nightly: Experiment<NightlyDesign, NightlyResult> = {
  kind: 'nightly',
  design: nightlyDesign,
  analyse: analyseNightly,
  isVoid: isVoidWithoutOne,
  text: (result) => renderTable(header, rowsOf(result)),
  sections: async (result) => [
    {
      id: 'measured',
      title: 'What the night measured',
      body: html`${table({
        caption: 'Medians of the valid trials, bounds of the searches',
        header,
        words: [1],
        rows: rowsOf(result).map(([head = '', ...cells]) => ({ head, cells })),
      })}<p>A night by itself says nothing of change: <code>lab history</code> holds it against the nights before it.</p>`,
    },
  ],
  slides: async () => [],
};

const header = ['series', 'metric', 'value', 'least', 'greatest', 'measured'];

const rowsOf = ({ pairs, values }: NightlyResult): string[][] =>
  values.map((one) => {
    const pair = pairs[one.pair];
    return [
      pair ? `${pair.app}/${pair.profile}/${pair.workload}` : '',
      metricTitle(one.metric),
      one.value === null ? 'void' : formatMetric(one.metric, one.value),
      ...rangeOf(one),
      one.rerun === 0 ? 'first' : `re-run ${one.rerun}`,
    ];
  });

const rangeOf = ({ metric, range }: NightlyValue): string[] =>
  range === null ? ['-', '-'] : range.map((value) => formatMetric(metric, value));
