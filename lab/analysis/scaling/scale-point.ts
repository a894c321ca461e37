// What one measurement of a scaling experiment gave.

/** One measurement of one level. */
export type ScalePoint = {
  level: number;
  repeat: number;
  /** In the order of measuring, from 1. */
  order: number;
  /** Right answers a second, or the rate that holds the SLO; shown where void, and not fitted. */
  rps: number | null;
  users: number | null;
  p99Ms: number | null;
  subjectCores: number | null;
  databaseCores: number | null;
  state: 'valid' | 'void';
  reasons: string[];
};

export const isBelieved = ({ state }: ScalePoint): boolean => state === 'valid';
