// How series are written: their names and colours by the rules of the catalogue, and values in its
// units, as Grafana would write them.
import { coloursByWord, palette } from '../../../grafana/src/colours';
import type { Unit } from '../../../grafana/src/model';

/** A legend with its labels filled in: {{app}} used. */
export const nameOf = (legend: string, labels: Readonly<Record<string, string>>): string =>
  legend.replaceAll(/\{\{(\w+)\}\}/g, (_, label: string) => labels[label] ?? '').trim();

/** The colour of the first word that is in the name; of the palette's turn where none is. */
export function colourOf(name: string, words: readonly string[] | undefined, turn: number): string {
  const found = coloursByWord(words).find(([word]) => new RegExp(`\\b${word}\\b`).test(name));
  return found?.[1] ?? palette[turn % palette.length] ?? palette[0];
}

type Scale = readonly (readonly [from: number, suffix: string])[];

/** From the largest down; a value of 0 takes the one that begins at 1. */
const metric: Scale = [
  [1e9, ' Bil'],
  [1e6, ' Mil'],
  [1e3, ' K'],
  [1, ''],
];
const seconds: Scale = [
  [3600, ' h'],
  [60, ' min'],
  [1, ' s'],
  [1e-3, ' ms'],
  [1e-6, ' µs'],
];
const binary: Scale = [
  [2 ** 30, ' GiB'],
  [2 ** 20, ' MiB'],
  [2 ** 10, ' KiB'],
  [1, ' B'],
];

const perSecond: Partial<Record<Unit, string>> = { reqps: ' req/s', ops: ' ops/s' };

/** More would be read as a measurement of that precision. */
const mostMoreDigits = 3;

/** With as many more digits as tell the value from its bound: 98.96% beside 99%. */
export function formatBeside(value: number, bound: number | undefined, unit: Unit): string {
  if (bound === undefined || value === bound) return formatValue(value, unit);
  const isAlike = (more: number) =>
    formatValue(value, unit, more) === formatValue(bound, unit, more);
  let more = 0;
  while (more < mostMoreDigits && isAlike(more)) more += 1;
  return formatValue(value, unit, more);
}

/** @param more digits than usual */
export function formatValue(value: number, unit: Unit, more = 0): string {
  switch (unit) {
    case 'none':
      return digits(value, more);
    case 'percentunit':
      return `${digits(value * 100, more)}%`;
    case 's':
      return scaled(value, seconds, more);
    case 'bytes':
      return scaled(value, binary, more);
    case 'binBps':
      return `${scaled(value, binary, more)}/s`;
    default:
      return `${scaled(value, metric, more)}${perSecond[unit] ?? ''}`;
  }
}

function scaled(value: number, scale: Scale, more: number): string {
  const size = value === 0 ? 1 : Math.abs(value);
  const fits = scale.find(([from]) => size >= from);
  // Below the smallest: fractions of one, or of the smallest there is a word for.
  const [from, suffix] = fits ?? scale.findLast(([one]) => one <= 1) ?? [1, ''];
  return `${digits(value / from, more)}${suffix}`;
}

/** Three digits that count, and no more: coherency is a matter of thousandths. */
const digits = (value: number, more: number): string => {
  const size = Math.abs(value);
  if (size < 1) return String(Number(value.toPrecision(3 + more)));
  return String(Number(value.toFixed((size >= 100 ? 0 : size >= 10 ? 1 : 2) + more)));
};
