// The metrics that the scenarios record besides k6's own.
import { Counter, Gauge, Rate, Trend } from 'k6/metrics';
import { SERIES } from './series.ts';

export const missed = new Counter(SERIES.missed);
export const wrongBodies = new Counter(SERIES.wrongBodies);
const late = new Counter(SERIES.late);
const lateFailures = new Counter(SERIES.lateFailures);
export const scheduleLag = new Trend(SERIES.scheduleLag, true);
export const lateStarts = new Counter(SERIES.lateStarts);
export const begun = new Gauge(SERIES.begun);
export const stepStart = new Gauge(SERIES.stepStart);
export const met = new Rate(SERIES.met);
export const checkoutsBegun = new Counter(SERIES.checkoutsBegun);
export const checkoutsAccepted = new Counter(SERIES.checkoutsAccepted);
export const checkoutsRefused = new Counter(SERIES.checkoutsRefused);

/** Of a request that ended after its step; one that also failed must not be taken off twice. */
export function countLate({ failed }: { failed: boolean }): void {
  late.add(1);
  if (failed) lateFailures.add(1);
}
