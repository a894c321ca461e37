// Attacks on both apps among the kinds of experiment.

import { table } from '../../render/page/table';
import { renderTable } from '../../render/table';
import { appTitle } from '../../results/findings';
import type { Kind } from '../kind';
import { analyseProbes, type ProbesResult } from './probes';

const header = ['kind of attack', 'app', 'tried', 'got through'];

const rowsOf = ({ counts }: ProbesResult): string[][] =>
  counts.map(({ app, kind, tried, through }) => [
    kind,
    appTitle(app),
    String(tried),
    String(through.length),
  ]);

export const probes: Kind<'probes'> = {
  analyse: analyseProbes,
  renderText: (result) => renderTable(header, rowsOf(result)),
  sections: (result) => [
    {
      id: 'attacks',
      title: 'Attacks',
      body: table({
        caption: 'What the conformance suite tried, by kind',
        header: ['Kind of attack', 'App', 'Tried', 'Got through'],
        rows: rowsOf(result).map(([head = '', ...cells]) => ({ head, cells })),
        words: [1],
      }),
    },
  ],
};
