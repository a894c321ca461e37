// What a claim is judged by: figures with their intervals, and the runs that they came from.
import type { PartialInterval } from '../../statistics/intervals';

/** What a figure is counted in. */
export type Unit = 'times' | 'share' | 'ms' | 'seconds' | 'requests a second' | 'money' | 'probes';

export type Figure = {
  /** Unique within its experiment. */
  key: string;
  /** In a sentence: "mean latency of json, Django over Express". */
  title: string;
  unit: Unit;
  value: number;
  /** 95 %; both ends are the value itself where it was counted and not measured. */
  interval: PartialInterval;
  /** Of A against A, as a ratio above 0; null where none is known, or none applies. */
  noiseFloor: number | null;
  /** Runs an arm; null where it was counted. */
  runs: number | null;
};

/** A run that figures rest on. */
export type Source = {
  /** Its id, or the file that was read. */
  run: string;
  startedAt: string;
  /** Null where there was no git. */
  commit: string | null;
  /** It lay on disk already, and was not made for this. */
  reused: boolean;
};

/** What one experiment of the catalogue found. */
export type Evidence = {
  experiment: string;
  sources: Source[];
  figures: Figure[];
  /** Figures that this machine cannot give, with the reason. */
  absent: { figure: string; why: string }[];
  warnings: string[];
};

/** An experiment without an outcome. */
export type Missing = {
  experiment: string;
  why: string;
  /** This machine can never answer it, however long it measures. */
  impossible: boolean;
};

/** Fewer runs an arm and a figure is only indicative. */
export const RUNS_FOR_A_VERDICT = 10;

export const isIndicative = ({ runs }: Figure): boolean =>
  runs !== null && runs < RUNS_FOR_A_VERDICT;

export const isCounted = ({ runs }: Figure): boolean => runs === null;
