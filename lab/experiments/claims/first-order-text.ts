// Start and first order among the kinds of experiment.

import { table } from '../../render/page/table';
import { renderTable } from '../../render/table';
import { appTitle } from '../../results/findings';
import type { Kind } from '../kind';
import { analyseFirstOrder, type FirstOrderResult } from './first-order';

const rowsOf = ({ orders }: FirstOrderResult): string[][] =>
  orders.map(({ app, block, startSeconds, orderSeconds }) => [
    String(block + 1),
    appTitle(app),
    startSeconds.toFixed(2),
    orderSeconds.toFixed(2),
    (startSeconds + orderSeconds).toFixed(2),
  ]);

const columns = ['block', 'app', 'start s', 'first order s', 'together s'];

export const firstOrder: Kind<'first-order'> = {
  analyse: analyseFirstOrder,
  renderText: (result) => renderTable(columns, rowsOf(result)),
  sections: (result) => [
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
  ],
};
