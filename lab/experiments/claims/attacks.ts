// Attacks on both apps: the cases of the conformance suite, counted by kind. Runs of this kind are
// recorded as 'probes'.

import type { Section } from '../../render/page/shell';
import { table } from '../../render/page/table';
import { renderTable } from '../../render/table';
import { appTitle } from '../../results/findings';
import type { Answer } from '../../results/reported-run';
import { clopperPearsonInterval } from '../../statistics/intervals';
import type { AttackOutcome, AttacksDesign, Figure } from './design';

export type AttackCount = { app: string; kind: string; tried: number; through: AttackOutcome[] };

export type AttacksResult = Answer & { kind: 'probes'; counts: AttackCount[] };

/** The kind of attack is what stands before the first colon. */
export const kindOf = (name: string): string => name.split(': ')[0] ?? name;

export function analyseAttacks({ outcomes }: AttacksDesign): AttacksResult {
  const byApp = Map.groupBy(outcomes, ({ app }) => app);
  const counts = [...byApp].flatMap(([app, own]) =>
    [...Map.groupBy(own, ({ name }) => kindOf(name))].map(
      ([kind, same]): AttackCount => ({
        app,
        kind,
        tried: same.length,
        through: same.filter(({ broken }) => broken !== null),
      }),
    ),
  );
  return {
    kind: 'probes',
    counts,
    sentences: [...byApp].map(([app, own]) => {
      const through = own.filter(({ broken }) => broken !== null).length;
      return `${appTitle(app)}: ${through} of ${own.length} attacks got through.`;
    }),
    warnings: [
      'An attack that gets through proves a hole; attacks that fail do not prove that there is none.',
      ...counts.flatMap(({ app, through }) =>
        through.map(({ name, broken }) => `${appTitle(app)}, ${name}: ${broken}`),
      ),
    ],
  };
}

export const attackFigures = ({ counts }: AttacksResult): Figure[] =>
  counts.map(({ app, kind, tried, through }) => ({
    key: `${app}: ${kind}`,
    title: `attacks by ${kind} on ${appTitle(app)} that got through, of ${tried} tried (95 %: up to ${formatShare(through.length, tried)} of such)`,
    unit: 'probes',
    value: through.length,
    interval: [through.length, through.length],
    noiseFloor: null,
    runs: null,
  }));

const formatShare = (through: number, tried: number): string =>
  `${Math.ceil(100 * clopperPearsonInterval(through, tried)[1])} %`;

const header = ['kind of attack', 'app', 'tried', 'got through'];

const rowsOf = ({ counts }: AttacksResult): string[][] =>
  counts.map(({ app, kind, tried, through }) => [
    kind,
    appTitle(app),
    String(tried),
    String(through.length),
  ]);

export const renderAttacks = (result: AttacksResult): string => renderTable(header, rowsOf(result));

export const attacksSections = (result: AttacksResult): Section[] => [
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
