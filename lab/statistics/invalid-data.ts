/**
 * What was given cannot be analysed: too few values, or values that no such figure can have. Any
 * other error of this room is a fault of its own.
 */
export class InvalidData extends Error {
  override name = 'InvalidData';
}
