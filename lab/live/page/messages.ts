// What the lab's server and the live page tell each other.
import type { RunRecord } from '../../results/schemas';

/** Seconds since 1970, and a value. */
export type Point = [atS: number, value: number];

/** How many events fell between two bounds at a time. */
export type Cell = { atS: number; low: number; high: number; count: number };

export type Series = {
  labels: Record<string, string>;
  points: Point[];
  /** Native histograms alone have them. */
  cells?: Cell[];
};

/** What Prometheus answered, by the name of the query; it replaces all that is known of its time. */
export type Frame = { fromS: number; toS: number; answers: Record<string, Series[]> };

/** Events of the stream, by name. */
export type Events = {
  /** First of all: a page of another build has to be loaded again. */
  hello: { build: string };
  frame: Frame;
  /** Prometheus does not answer. */
  away: { why: 'starting' | 'silent' };
  /** The latest run that has ended; its report is at /reports/<run>. Null: there is none, or another began. */
  ended:
    | (Pick<RunRecord, 'kind' | 'status' | 'startedAt'> & {
        run: string;
        /** Its answer, and what limits it. */
        sentences: string[];
        warnings: string[];
      })
    | null;
};

/** Prometheus scrapes and k6 pushes this far apart; points lie on multiples of it. */
export const gridSeconds = 2;

/** How much time the page can show. */
export const windows = [120, 300, 900, 3600] as const;
export const defaultWindow = 300;

/** When Prometheus started, at each time at which it was there to see anything at all. */
export const presence = {
  name: 'presence',
  expr: `last_over_time(process_start_time_seconds{job="prometheus"}[${gridSeconds + 1}s])`,
} as const;
