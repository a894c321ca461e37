// Attacks on both apps: the conformance suite's probes, counted by kind.

import { appTitle } from '../../results/findings';
import type { Answer } from '../../results/reported-run';
import { clopperPearsonInterval } from '../../statistics/intervals';
import type { ProbeOutcome, ProbesDesign } from './design';
import type { Figure } from './evidence';

export type ProbeCount = { app: string; kind: string; tried: number; through: ProbeOutcome[] };

export type ProbesResult = Answer & { kind: 'probes'; counts: ProbeCount[] };

/** The kind of attack is what stands before the first colon. */
export const kindOf = (name: string): string => name.split(': ')[0] ?? name;

export function analyseProbes({ outcomes }: ProbesDesign): ProbesResult {
  const byApp = Map.groupBy(outcomes, ({ app }) => app);
  const counts = [...byApp].flatMap(([app, own]) =>
    [...Map.groupBy(own, ({ name }) => kindOf(name))].map(
      ([kind, same]): ProbeCount => ({
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
      'What no probe tries, no probe finds: an attack that gets through proves a hole, and none proves that there is none.',
      ...counts.flatMap(({ app, through }) =>
        through.map(({ name, broken }) => `${appTitle(app)}, ${name}: ${broken}`),
      ),
    ],
  };
}

export const probeFigures = ({ counts }: ProbesResult): Figure[] =>
  counts.map(({ app, kind, tried, through }) => ({
    key: `${app}: ${kind}`,
    title: `attacks by ${kind} on ${appTitle(app)} that got through, of ${tried} tried (95 %: up to ${sayShare(through.length, tried)} of such)`,
    unit: 'probes',
    value: through.length,
    interval: [through.length, through.length],
    noiseFloor: null,
    runs: null,
  }));

const sayShare = (through: number, tried: number): string =>
  `${Math.ceil(100 * clopperPearsonInterval(through, tried)[1])} %`;
