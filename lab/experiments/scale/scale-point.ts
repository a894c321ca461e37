// What one measurement of a scaling experiment gave.
import type { Outcome } from '../../results/trial/outcome';

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
  /** Whether the SLO held there; a capacity is a rate at which it does. */
  outcome: Outcome;
  reasons: string[];
};

export const isBelieved = ({ state }: ScalePoint): boolean => state === 'valid';
