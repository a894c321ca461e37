// A figure and its bound, with enough digits to see on which side of the bound the figure is.

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
export function boundBeside(figure: string, bound: number): string {
  const decimals = (digits: string): number => digits.split('.')[1]?.length ?? 0;
  return bound.toFixed(Math.max(decimals(figure), decimals(String(bound))));
}
