// Start and first order, as text and on the page.

import type { Section } from '../../render/page/shell';
import { table } from '../../render/page/table';
import { renderTable } from '../../render/table';
import { appTitle } from '../../results/findings';
import type { FirstOrderResult } from './first-order';

const rowsOf = ({ orders }: FirstOrderResult): string[][] =>
  orders.map(({ app, block, startSeconds, orderSeconds }) => [
    String(block + 1),
    appTitle(app),
    startSeconds.toFixed(2),
    orderSeconds.toFixed(2),
    (startSeconds + orderSeconds).toFixed(2),
  ]);

const columns = ['block', 'app', 'start s', 'first order s', 'together s'];

export const renderFirstOrder = (result: FirstOrderResult): string =>
  renderTable(columns, rowsOf(result));

export const firstOrderSections = (result: FirstOrderResult): Section[] => [
  {
    id: 'starts',
    title: 'Starts',
    body: table({
      caption: 'Every start, in the order of measuring',
      header: columns.map((title) => title.charAt(0).toUpperCase() + title.slice(1)),
      rows: rowsOf(result).map(([head = '', ...cells]) => ({ head, cells })),
      words: [1],
    }),
  },
];
