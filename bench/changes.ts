// What `lab analyse changes` says of series whose truth is known: how often it claims something of
// quiet ones, how soon it finds a step, and whether it calls a drift or a slow cycle a step.

import { describeChanges, type SeriesDescription } from '../lab/statistics/change-points/describe';
import { type Random, seededRandom } from '../lab/statistics/random';
import { readScale, scaled } from './arguments';
import { wilsonInterval } from './statistics/wilson';
import { percentWithInterval, renderTable } from './table';

const LEVEL = 100;
const CV = 0.02;
const STEP = 0.05;
/** Values after a step within which it is to be found. */
const SOON = 5;
/** A place is found when it is so close. */
const NEAR = 2;
const MAX_P = 0.01;
const FULL_SEEDS = 300;

/** Standard normal, with autocorrelation phi. */
function noise(length: number, phi: number, random: Random): number[] {
  let state = random.normal();
  return Array.from({ length }, (_, t) => {
    if (t > 0) state = phi * state + Math.sqrt(1 - phi * phi) * random.normal();
    return state;
  });
}

const series = (
  length: number,
  phi: number,
  seed: number,
  level: (t: number) => number = () => 1,
): number[] =>
  noise(length, phi, seededRandom(seed)).map((z, t) => LEVEL * level(t) * (1 + CV * z));

function describe(values: readonly number[], minEffect: number): SeriesDescription {
  const random = seededRandom(1);
  return describeChanges([values], { maxPValue: MAX_P, minEffect, random })[0] as SeriesDescription;
}

const seedsOf = (scale: number): number[] =>
  Array.from({ length: scaled(FULL_SEEDS, scale) }, (_, i) => i + 1);

const shareOf = (seeds: readonly number[], holds: (seed: number) => boolean): number =>
  seeds.filter(holds).length / seeds.length;

/** Share of quiet series of which anything is claimed, whatever its size. */
export const claimedOfNothing = (length: number, phi: number, scale = 1): number =>
  shareOf(seedsOf(scale), (seed) => {
    const { steps, trends } = describe(series(length, phi, seed), 0);
    return steps.length + trends.length > 0;
  });

/** Share of steps of 5 % that are found by one of the five values after so many. */
export const foundSoon = (before: number, phi: number, scale = 1): number =>
  shareOf(seedsOf(scale), (seed) => {
    const values = series(before + SOON, phi, seed, (t) => (t < before ? 1 : 1 + STEP));
    return Array.from({ length: SOON }, (_, i) => before + SOON - i).some((length) =>
      describe(values.slice(0, length), 0.03).steps.some(
        ({ index }) => Math.abs(index - before) <= NEAR,
      ),
    );
  });

const LENGTH = 60;
export const SHAPES = {
  'a drift of 12 %': (t: number) => 1 + (0.12 * t) / LENGTH,
  'a drift of 12 % that speeds up': (t: number) => 1 + 0.12 * (t / LENGTH) ** 2,
  'a leak of 12 % from the middle on': (t: number) => 1 + 0.24 * Math.max(0, t / LENGTH - 0.5),
  'one cycle of 12 %': (t: number) => 1 + 0.06 * Math.sin((2 * Math.PI * t) / LENGTH),
  'two cycles of 12 %': (t: number) => 1 + 0.06 * Math.sin((4 * Math.PI * t) / LENGTH),
  'a step of 6 % in the middle': (t: number) => (t < LENGTH / 2 ? 1 : 1.06),
  'a step of 6 % before the last ten': (t: number) => (t < LENGTH - 10 ? 1 : 1.06),
  'up 6 % and down again': (t: number) => (t < 20 || t >= 40 ? 1 : 1.06),
} satisfies Record<string, (t: number) => number>;

export interface Told {
  readonly asStep: number;
  readonly asTrend: number;
}

/** Share of series of a shape that are said to step, and of those said to move without a step alone. */
export function told(shape: keyof typeof SHAPES, scale = 1): Told {
  const seeds = seedsOf(scale);
  const all = seeds.map((seed) => describe(series(LENGTH, 0, seed, SHAPES[shape]), 0.03));
  return {
    asStep: all.filter(({ steps }) => steps.length > 0).length / seeds.length,
    asTrend:
      all.filter(({ steps, trends }) => steps.length === 0 && trends.length > 0).length /
      seeds.length,
  };
}

/** `npm run bench -- changes [scale]`. */
export function run(args: readonly string[]): void {
  const share = readScale(args);
  const seeds = seedsOf(share).length;
  const percent = (value: number): string =>
    percentWithInterval(value, wilsonInterval(Math.round(value * seeds), seeds));
  const print = (title: string, headers: string[], rows: (string | number)[][]): void => {
    process.stdout.write(`${title}\n\n${renderTable(headers, rows)}\n\n`);
  };
  const settings = [30, 60, 120].flatMap((before) => [0, 0.4].map((phi) => ({ before, phi })));
  print(
    `Spread ${100 * CV} %, ${seeds} seeds, --max-p ${MAX_P}:`,
    ['values before', 'phi', 'quiet series with a claim', 'steps of 5 % found within five values'],
    settings.map(({ before, phi }) => [
      before,
      phi,
      percent(claimedOfNothing(before + SOON, phi, share)),
      percent(foundSoon(before, phi, share)),
    ]),
  );
  print(
    `${LENGTH} values, spread ${100 * CV} %:`,
    ['shape', 'called a step', 'called a drift or a cycle'],
    (Object.keys(SHAPES) as (keyof typeof SHAPES)[]).map((shape) => {
      const { asStep, asTrend } = told(shape, share);
      return [shape, percent(asStep), percent(asTrend)];
    }),
  );
}
