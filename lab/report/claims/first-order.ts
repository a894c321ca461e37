// Start and first order among the kinds of experiment.
import { analyseFirstOrder, type FirstOrderResult } from '../../analysis/claims/first-order';
import { appTitle } from '../../analysis/findings';
import { table } from '../html/table';
import type { Kind } from '../kind';
import { renderTable } from '../table';

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
