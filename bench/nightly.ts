// How often a quiet machine would wake somebody, and how soon a real step is found.

import { namedOr, readArguments, readScale, scaled } from './arguments';
import {
  BLOCKS,
  foundWithin,
  type Machine,
  METRICS,
  NIGHTS,
  quietNights,
  SERIES,
  SOON,
  STEP,
  STEPPING,
  spreadOf,
} from './simulated-nights';
import { renderTable } from './table';

const NOISE = [0, 0.4].flatMap((phi) => [false, true].map((heavyTails) => ({ phi, heavyTails })));
/** The reference server's level is known after ten nights. */
const FIRST_WEEKS = { revision: 0, reference: 10 } as const;
const MACHINES: readonly Machine[] = (['revision', 'reference'] as const).flatMap((yardstick) =>
  [FIRST_WEEKS[yardstick], 60].flatMap((history) =>
    NOISE.map((noise) => ({ yardstick, history, ...noise })),
  ),
);
/** What blocks share shows in no interval of theirs, only in the spread from night to night. */
const SHARED: readonly Machine[] = [0.5, 0.9].flatMap((shared) =>
  NOISE.map((noise): Machine => ({ yardstick: 'revision', history: 60, shared, ...noise })),
);

const seedsOf = (full: number, scale: number): number[] =>
  Array.from({ length: scaled(full, scale) }, (_, i) => i + 1);
const percent = (share: number): string => `${Math.round(100 * share)} %`;
const headers = ['yardstick', 'nights before', 'phi', 'noise', 'shared by blocks'];
const describe = ({ yardstick, history, phi, heavyTails, shared = 0 }: Machine) => [
  ...[yardstick, history, phi, heavyTails ? 't, 3 d.f.' : 'normal', percent(shared)],
];
const noise = METRICS.map((metric) => `${metric} ${(100 * spreadOf(metric)).toFixed(1)} %`).join(
  ', ',
);

/** Each of them prints a table; in full they take minutes each. */
const parts: Record<string, (scale: number) => string> = {
  quiet(scale) {
    const seeds = seedsOf(10, scale);
    const rows = [...MACHINES, ...SHARED].map((machine) => {
      const raised = quietNights(machine, seeds);
      const mean = raised.reduce((sum, count) => sum + count, 0) / raised.length;
      return [...describe(machine), mean.toFixed(2), Math.max(...raised)];
    });
    return [
      `False alarms: ${NIGHTS} nights of A/A on ${SERIES} series of ${BLOCKS} blocks, seeds 1 to ${seeds.length}; blocks scatter by ${noise}:`,
      renderTable([...headers, `nights of ${NIGHTS} that raise`, 'worst of seeds'], rows),
    ].join('\n\n');
  },

  power(scale) {
    const seeds = seedsOf(50, scale);
    const rows = [...MACHINES, ...SHARED].map((machine) => {
      const found = foundWithin(machine, seeds);
      // One night alone is reported of nothing.
      return [
        ...describe(machine),
        ...METRICS.flatMap((metric) => found[metric].slice(1).map(percent)),
      ];
    });
    const nights = Array.from({ length: SOON - 1 }, (_, night) => night + 2);
    return [
      `Power: share found of ${(seeds.length * STEPPING) / METRICS.length} steps of ${percent(STEP)} a cell, seeds 1 to ${seeds.length}:`,
      renderTable(
        [
          ...headers,
          ...METRICS.flatMap((metric) => nights.map((night) => `${metric}, by night ${night}`)),
        ],
        rows,
      ),
    ].join('\n\n');
  },
};

/** `npm run bench -- nightly [scale] [part...]`; the parts: quiet, power. */
export function run([given, ...asked]: readonly string[]): void {
  const scale = readScale(given === undefined ? [] : [given]);
  const { words } = readArguments(asked, { words: Object.keys(parts) });
  for (const name of namedOr(words, Object.keys(parts))) {
    process.stdout.write(`${parts[name]?.(scale)}\n\n`);
  }
}
