// The terminal that a verb prints on: how wide it is, and whether it shows colours.
import { configuration } from '../configuration/configuration';
import type { Screen } from '../render/screen';

/** Some terminals do not tell their width, and then call it 0. */
export const screenOf = ({ isTTY, columns }: NodeJS.WriteStream): Screen => ({
  columns: (isTTY && columns) || Infinity,
  isColoured: isTTY && !configuration.isWithoutColour,
});
