// What a step is judged by, from all that was recorded of its trial.
import type { Step, StepSummary } from '../../../contract/plan';
import type { LoadPlan } from '../schemas';
import type { BooksResult } from './books';
import { endedInOrder } from './generators';
import type { Server, Window } from './machine-use';
import type { TrialRecord, View } from './steps';
import { appsOfPlan } from './turns';

/** Incidents name PostgreSQL so. */
export const databasePart = 'postgres';

/** Shares and CPU seconds; null where the machine or runtime cannot tell. */
export type StepEvidence = ReturnType<typeof evidenceOf>;

export function evidenceOf(
  { plan, summary }: TrialRecord,
  view: View,
  books: BooksResult | undefined,
) {
  const { step, measured, window, server, interference, generatorShare, generatorFaults } = view;
  const { throttledShare } = view;
  return {
    /** The step began and the generator lived to report it. */
    measured: measured !== undefined && window !== null && measured.requests > 0,
    unmeasuredBecause: whyUnmeasured(measured, server),
    /** What happened to the subject and its database until the step's end, in words. */
    subjectIncidents: incidentsOf(plan, view),
    /** Seconds at its end for which there was no generator; null where that is not known. */
    cutSeconds: server && window ? secondsCut(server, window) : null,
    wrongBodies: measured?.wrongBodies ?? 0,
    dropped: measured?.droppedIterations ?? 0,
    generatorShare,
    /** Absent where there was one generator. */
    ...(generatorFaults && { generatorFaults }),
    /** Seconds per second that a CPU limit took from the generator; absent where it has none to be seen. */
    ...(throttledShare !== null && { throttledShare }),
    interference,
    /** Tolerated of other processes and of steal, where somebody knew better than the lab's bound. */
    ...(server?.otherCoresBound !== undefined && { otherCoresBound: server.otherCoresBound }),
    /** Share of sampled iterations that started more than 50 ms late; null without samples. */
    lateShare: measured?.scheduleLagMs
      ? measured.scheduleLagMs.over50 / Math.max(1, measured.scheduleLagMs.samples)
      : null,
    /** Null for users, whose time outside of requests is judged by Little's law, and where it is not known. */
    heldUp: step.load.model === 'open' ? heldUpOf(measured, plan) : null,
    /** Share of the VUs' time that went by waiting for the subject's answer (and thinking). */
    waitingShare: waitingShareOf(measured, summary?.thinkTimeSeconds ?? 0),
    // Users who wait for their turn are neither served nor thinking.
    littlesLaw: plan.userTurns
      ? null
      : littlesLawOf(step, measured, summary?.thinkTimeSeconds ?? 0),
    /** What does not fit in the shop's books of the trial, in words; absent where none were kept. */
    ...(books && { discrepancies: books.discrepancies }),
  };
}

/** CPU is read until the generator has ended: the last reading tells when. */
function secondsCut({ generatorEnding, usage }: Server, { toMs }: Window): number | null {
  if (endedInOrder(generatorEnding)) return 0;
  if (usage.length === 0) return null;
  // (A soak of days has more readings than a call takes arguments.)
  const lastMs = usage.reduce((latest, { atMs }) => Math.max(latest, atMs), 0);
  return Math.max(0, toMs - lastMs) / 1000;
}

function whyUnmeasured(measured: StepSummary | undefined, server: Server | null): string {
  const ending = server?.generatorEnding;
  if (ending === undefined) return 'the trial was cut off';
  if (ending.signal !== null) return `k6 was ended by ${ending.signal} before it wrote its summary`;
  if (measured === undefined) return `k6 left no summary (exit code ${ending.code})`;
  const failed = endedInOrder(ending) ? '' : ` (k6 ended with ${ending.code})`;
  return measured.startedAtMs === null
    ? `the step never began${failed}`
    : `no request was completed${failed}`;
}

/**
 * The parts that a trial of this plan is about. A trial keeps no incident of a database that its subjects do
 * not use.
 */
export const measuredParts = (plan: LoadPlan): string[] => [...appsOfPlan(plan), databasePart];

/**
 * Deaths and restarts of the subject and its database, from incidents and from the subject's own counters:
 * those before the step too, for what came up again is not warm.
 */
function incidentsOf(plan: LoadPlan, { step, server, window, edge }: View): string[] {
  if (server === null || window === null) return [];
  const parts = measuredParts(plan);
  const seen = server.incidents
    .filter(({ part, atMs }) => parts.includes(part) && atMs <= window.toMs)
    .map(({ part, what }) => `${part} ${what}`);
  const first = server.beforeLoad ?? server.edges.find(({ start }) => start)?.start;
  if (!first || !edge?.end) return seen;
  const subjects = [...new Set(appsOfPlan(plan))].join(' or ');
  // A sum over replicas, whose order may change.
  if (Math.abs(edge.end.startedAtSeconds - first.startedAtSeconds) > 0.001) {
    seen.push(`${subjects} was restarted before the end of ${step.name}`);
  }
  const replaced = edge.end.workerRestarts - first.workerRestarts;
  if (replaced > 0) {
    seen.push(`${replaced} workers of ${subjects} were replaced before the end of ${step.name}`);
  }
  return seen;
}

/**
 * By how much the p99 of iterations is above that of their requests, beyond what it is at the median: a file
 * of one's own may pause in each. k6 holds an answer up before it takes its time as it does after it.
 */
function heldUpOf(
  measured: StepSummary | undefined,
  { slo }: LoadPlan,
): { ms: number; sloMs: number } | null {
  const { latencyMs, iterationMs } = measured ?? {};
  if (!latencyMs || !iterationMs) return null;
  const [always, atWorst] = [iterationMs.p50 - latencyMs.p50, iterationMs.p99 - latencyMs.p99];
  return { ms: Math.max(0, atWorst - always), sloMs: slo.thresholdSeconds * 1000 };
}

function waitingShareOf(measured: StepSummary | undefined, thinkSeconds: number): number | null {
  const { latencyMs, iterationMs, iterations } = measured ?? {};
  if (!latencyMs || !iterationMs || !iterations) return null;
  const waitingMs = latencyMs.mean * latencyMs.count + thinkSeconds * 1000 * iterations;
  return waitingMs / (iterationMs.mean * iterationMs.count);
}

/**
 * N against X (R + Z), in iterations: X per second, R the requests' time in one, Z its think time.
 * Each user's last iteration begins in the step and ends after it: counted out, X is too low,
 * counted in, too high. Between the two every value is consistent, and the nearest to N is taken.
 */
function littlesLawOf(
  step: Step,
  measured: StepSummary | undefined,
  thinkSeconds: number,
): { users: number; product: number; cycleSeconds: number } | null {
  // One iteration, as of a smoke test, is no steady state.
  if (step.load.model !== 'closed' || !measured?.latencyMs || measured.iterations < 2) return null;
  const { latencyMs, iterations } = measured;
  const responseSeconds = (latencyMs.mean * latencyMs.count) / 1000 / iterations;
  const cycleSeconds = responseSeconds + thinkSeconds;
  const { users } = step.load;
  const most = (iterations / step.durationSeconds) * cycleSeconds;
  const least = most * (1 - measured.lateRequests / Math.max(1, measured.requests));
  return { users, product: Math.min(Math.max(users, least), most), cycleSeconds };
}
