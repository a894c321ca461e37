// Attacks on both apps, as text and on the page.

import type { Section } from '../../render/page/shell';
import { table } from '../../render/page/table';
import { renderTable } from '../../render/table';
import { appTitle } from '../../results/findings';
import type { ProbesResult } from './probes';

const header = ['kind of attack', 'app', 'tried', 'got through'];

const rowsOf = ({ counts }: ProbesResult): string[][] =>
  counts.map(({ app, kind, tried, through }) => [
    kind,
    appTitle(app),
    String(tried),
    String(through.length),
  ]);

export const renderProbes = (result: ProbesResult): string => renderTable(header, rowsOf(result));

export const probesSections = (result: ProbesResult): Section[] => [
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
];
