// What an analysis tells its caller: where it is, and that the data cannot be analysed.

/** Told where a long computation is, such as "resample 40 of 2000". */
export type Progress = (at: string) => void;

/**
 * What was given cannot be analysed: too few values, or values that no such figure can have. Any
 * other error of this room is a fault of its own.
 */
export class InvalidData extends Error {
  override name = 'InvalidData';
}
