// A judged claim in words: the verdict, the number, its interval and the noise floor beside it.
import { percent } from '../../render/said';
import { type Figure, isCounted } from './design';
import type { Judgement, TestResult } from './judge';

/** Three digits, whatever the size. */
const digits = (value: number): string =>
  Math.abs(value) >= 1000
    ? Math.round(value).toLocaleString('en')
    : String(Number(value.toPrecision(3)));

export function formatValue({ value, unit }: Pick<Figure, 'value' | 'unit'>): string {
  if (unit === 'share') return percent(value);
  return unit === 'money' || unit === 'probes' ? digits(value) : `${digits(value)} ${unit}`;
}

export function formatRange({
  interval: [low, high],
  unit,
}: Pick<Figure, 'interval' | 'unit'>): string {
  const say = unit === 'share' ? percent : digits;
  return low === null || high === null ? 'no interval' : `${say(low)} to ${say(high)}`;
}

const formatFloor = ({ noiseFloor }: Figure): string =>
  noiseFloor === null ? 'no noise floor known' : `noise floor ${percent(noiseFloor)}`;

/** A figure with its doubt, inside a sentence. */
export function formatFigure(figure: Figure): string {
  if (isCounted(figure)) return `${figure.title}: ${formatValue(figure)}, counted`;
  const floor = figure.unit === 'times' ? `; ${formatFloor(figure)}` : '';
  return `${figure.title}: ${formatValue(figure)} (95 %: ${formatRange(figure)}${floor})`;
}

export const formatBound = ({ side, bound }: Pick<TestResult, 'side' | 'bound'>): string =>
  `${side} ${digits(bound)}`;

/** The number behind a verdict, short: for a row of a table. */
export function formatNumber({ decisive }: Pick<Judgement, 'decisive'>): string {
  const figures = decisive.flatMap(({ measured }) => measured ?? []);
  return figures.length === 0 ? '-' : figures.map(formatFigure).join('; ');
}

export function describeClaim(
  claim: Judgement & { claim: string; beside: readonly Figure[] },
): string {
  const { verdict, because, indicative } = claim;
  const name = claim.claim.replace(/\.$/, '');
  const about = verdict === 'depends' ? 'depends on' : verdict;
  const why =
    because === null ? '' : verdict === 'depends' ? ` ${because}` : `, because ${because}`;
  const number = claim.decisive.length === 0 ? '' : `. ${capital(formatNumber(claim))}`;
  const beside =
    claim.beside.length === 0 ? '' : ` Beside it, ${claim.beside.map(formatFigure).join('; ')}.`;
  return `“${name}”: ${about}${why}${number}${indicative ? '; indicative' : ''}.${beside}`;
}

/** `p99` keeps its letter. */
export const capital = (text: string): string =>
  /^[a-z][a-z ]/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
