// What a check found, in words: the one place that says a figure and its bound.
import type { Check } from './validity';

type Checked = Pick<Check, 'figure' | 'bound' | 'unit'>;

/** Shares are said in per cent, and their products are freed from what binary fractions add. */
const shown = (value: number, unit: string): number =>
  unit === 'share' ? Number((100 * value).toPrecision(12)) : value;
const unitOf = (unit: string): string => (unit === 'share' ? '%' : unit);

/** A third has no end. */
const rounded = (bound: number): number => Number(bound.toPrecision(4));

function figureOf({ figure, bound, unit }: Checked): string {
  if (figure === null) return '-';
  const value = shown(figure, unit);
  if (bound === null) return String(Number(value.toFixed(2)));
  const limit = shown(bound, unit);
  // A product may round two neighbours to one.
  if (value === limit && figure !== bound) return `${figure > bound ? 'over' : 'under'} ${limit}`;
  const said = toldApart(value, limit, unit === 'share' ? 0 : 2);
  return Number.isNaN(Number(said)) ? said : String(Number(said));
}

/** Of a table whose rows have a unit. */
export const formatCheckedFigure = (check: Checked): string =>
  check.unit === 'share' && check.figure !== null ? `${figureOf(check)} %` : figureOf(check);

/** "at most 0.1 cores" */
export function formatCheckedBound({ bound, unit }: Checked): string {
  if (bound === null) return 'not judged';
  return bound === 0 ? 'none' : `at most ${rounded(shown(bound, unit))} ${unitOf(unit)}`;
}

/** "steal 0.104 cores, at most 0.100 allowed", without the reason; events are their own reason. */
export function describeBroken({ name, reason, ...check }: Check): string {
  const { bound, unit } = check;
  if (bound === null) throw new RangeError(`${name} has no bound that it could break`);
  if (unit === 'events') return reason;
  const figure = figureOf(check);
  const most = boundBeside(figure, shown(bound, unit));
  const allowed = bound === 0 ? 'none' : `at most ${most}${unit === 'share' ? ' %' : ''}`;
  return `${name} ${figure} ${unitOf(unit)}, ${allowed} allowed`;
}

/** More would fill a table; what is still closer is put into words. */
const mostDecimals = 4;

/**
 * The figure with the fewest decimals, from `decimals` on, that compares with the bound as the figure
 * itself does: 0.104 beside 0.1, never "0.1 is more than 0.1".
 */
export function toldApart(figure: number, bound: number, decimals: number): string {
  const side = Math.sign(figure - bound);
  for (let count = decimals; count <= mostDecimals; count += 1) {
    const said = figure.toFixed(count);
    if (Math.sign(Number(said) - bound) === side) return said;
  }
  return `${side > 0 ? 'over' : 'under'} ${bound}`;
}

/** The bound with no fewer decimals than the figure beside it: 0.100 beside 0.104. */
function boundBeside(figure: string, bound: number): string {
  const decimals = (digits: string): number => digits.split('.')[1]?.length ?? 0;
  return bound.toFixed(Math.max(decimals(figure), decimals(String(rounded(bound)))));
}
