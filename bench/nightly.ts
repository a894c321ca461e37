// How often a quiet machine would wake somebody, how soon a real step is found, what the one costs of
// the other, and what a verdict over ten years of history takes.

import { LEVELS } from '../lab/experiments/nightly/verdict';
import {
  foundWithin,
  type Machine,
  NIGHTS,
  quietNights,
  SERIES,
  SOON,
  STEPPING,
  tenYearSeconds,
} from './simulated-nights';
import { renderTable } from './table';

const CORRELATIONS = [0, 0.4] as const;
const STEPS = [
  { step: 0.05, cv: 0.02 },
  { step: 0.1, cv: 0.05 },
] as const;
const HISTORIES = [30, 60, 120, 365] as const;

const QUIET: readonly Machine[] = [
  ...[0, 60, 365].flatMap((history) => CORRELATIONS.map((phi) => ({ history, phi }))),
  ...[0.5, 0.9].map((shared) => ({ history: 60, phi: 0.4, shared })),
  { history: 60, phi: 0.4, heavyTails: true },
];
/** For a recent change, over the whole night; what stands in the table is ours. */
const CONFIRMS = [0.001, 0.005, 0.02, 0.1];

const seedsOf = (full: number, scale: number): number[] =>
  Array.from({ length: Math.max(1, Math.round(full * scale)) }, (_, i) => i + 1);
const percent = (share: number): string => `${Math.round(100 * share)} %`;
const average = (counts: readonly number[]): string =>
  (counts.reduce((sum, count) => sum + count, 0) / counts.length).toFixed(2);

/** Each of them prints a table; in full they take minutes each. */
const parts: Record<string, (scale: number) => string> = {
  quiet(scale) {
    const seeds = seedsOf(10, scale);
    const rows = QUIET.map((machine) => {
      const { raised, rerunsANight } = quietNights(machine, seeds);
      return [
        machine.history,
        machine.phi,
        machine.heavyTails ? 't, 3 d.f.' : 'normal',
        percent(machine.shared ?? 0),
        average(raised),
        Math.max(...raised),
        rerunsANight.toFixed(2),
      ];
    });
    return [
      `False alarms: ${NIGHTS} nights of A/A on ${SERIES} series, seeds 1 to ${seeds.length}:`,
      renderTable(
        [
          'nights before',
          'phi',
          'noise',
          'common to re-runs',
          `nights of ${NIGHTS} that raise`,
          'worst of seeds',
          're-runs a night',
        ],
        rows,
      ),
    ].join('\n\n');
  },

  power(scale) {
    const seeds = seedsOf(25, scale);
    const rows = CORRELATIONS.flatMap((phi) =>
      STEPS.flatMap(({ step, cv }) =>
        HISTORIES.map((history) => [
          `${100 * step} % at cv ${100 * cv} %`,
          phi,
          history,
          ...foundWithin({ history, phi, step, cv }, seeds).map(percent),
        ]),
      ),
    );
    const nights = Array.from({ length: SOON }, (_, night) => `by night ${night + 1}`);
    return [
      `Power: share found and confirmed of ${seeds.length * STEPPING} steps a row, seeds 1 to ${seeds.length}:`,
      renderTable(['step', 'phi', 'nights before', ...nights], rows),
    ].join('\n\n');
  },

  curve(scale) {
    const quietSeeds = seedsOf(5, scale);
    const stepSeeds = seedsOf(15, scale);
    const rows = CONFIRMS.map((confirm) => {
      const machines = CORRELATIONS.map(
        (phi): Machine => ({ history: 60, phi, levels: { ...LEVELS, confirm } }),
      );
      return [
        confirm === LEVELS.confirm ? `${confirm} (ours)` : confirm,
        ...machines.map((machine) => average(quietNights(machine, quietSeeds).raised)),
        ...machines.flatMap((machine) =>
          STEPS.map((step) => percent(foundWithin({ ...machine, ...step }, stepSeeds).at(-1) ?? 0)),
        ),
      ];
    });
    return [
      `What power costs: nights of ${NIGHTS} that raise (${quietSeeds.length} seeds) against steps found within ${SOON} nights (${stepSeeds.length * STEPPING} a row), 60 nights before:`,
      renderTable(
        [
          'confirm',
          ...CORRELATIONS.map((phi) => `raise, phi ${phi}`),
          ...CORRELATIONS.flatMap((phi) =>
            STEPS.map(({ step, cv }) => `${100 * step} % at ${100 * cv} %, phi ${phi}`),
          ),
        ],
        rows,
      ),
    ].join('\n\n');
  },

  time: () =>
    `One verdict over ten years of ${SERIES} series: ` +
    [0, STEPPING, SERIES]
      .map((changed) => `${tenYearSeconds(changed).toFixed(2)} s with ${changed} changed`)
      .join(', '),
};

/** `npm run bench -- nightly [scale] [part...]`; the parts: quiet, power, curve, time. */
export function run([scale = '1', ...asked]: readonly string[]): void {
  for (const name of asked.length > 0 ? asked : Object.keys(parts)) {
    const part = parts[name];
    if (part === undefined) {
      throw new Error(`no part ${name}: choose ${Object.keys(parts).join(', ')}`);
    }
    process.stdout.write(`${part(Number(scale))}\n\n`);
  }
}
