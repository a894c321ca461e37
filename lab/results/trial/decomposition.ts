// Where the mean time of a request went: in the app, waiting for a connection, waiting for the
// event loop, and what is left.
//
// Means add, quantiles do not: the p99 of a sum is not the sum of p99s, so nothing here may be said
// of a quantile. Assumed:
// - client and app speak of the same requests; where their counts differ, a warning says so;
// - the app's clock runs from taking a request to the end of its answer. Statements and waits for a
//   connection lie inside that, one after the other;
// - a request waits for the event loop before that clock starts as long as a timer does that comes
//   due at any moment, beyond what the same timer is late in an idle loop. A request behind others
//   of the same turn waits longer: the estimate is a low one, and what it misses is in the rest;
// - waits for the loop in the midst of a request belong to whatever was waited for.
// gthread's queue has no timestamp: waiting for one of its threads is part of the rest.
import { z } from 'zod';

/** What client and app counted over one step. */
export type LatencyEvidence = {
  client: { requests: number; meanMs: number };
  app: { requests: number; requestSeconds: number };
  /** null where the app does not count them. */
  statementSeconds: number | null;
  poolWaitSeconds: number | null;
  /** How late timers fired in the step and in the idle app; null where there is no event loop. */
  timerDelay: { meanMs: number; idleMeanMs: number } | null;
};

export const latencyParts = ['app', 'statements', 'poolWait', 'eventLoopWait', 'rest'] as const;

/** Means in milliseconds per request. The parts that are known add up to the client's mean. */
export const decompositionSchema = z.strictObject({
  clientMs: z.number(),
  /** By the app's own clock: `app`, `statements` and `poolWait` together. */
  serverMs: z.number(),
  /** null: not known here, and contained in another part as a warning or the method says. */
  parts: z.strictObject({
    app: z.number().nullable(),
    statements: z.number().nullable(),
    poolWait: z.number().nullable(),
    eventLoopWait: z.number().nullable(),
    rest: z.number().nullable(),
  }),
  warnings: z.array(z.string()),
});
export type Decomposition = z.infer<typeof decompositionSchema>;

/** Counts, and means that should be alike, may differ by this much: their windows are not the same. */
const tolerance = 0.05;

/** Null where no request ended, or the app was not asked. */
export function decompose(evidence: LatencyEvidence): Decomposition | null {
  const { client, app } = evidence;
  if (client.requests === 0 || app.requests === 0) return null;
  const clientMs = client.meanMs;
  const perRequestMs = (seconds: number) => (seconds * 1000) / app.requests;
  const ifCounted = (seconds: number | null) => (seconds === null ? null : perRequestMs(seconds));
  const serverMs = perRequestMs(app.requestSeconds);
  const warnings: string[] = [];
  if (Math.abs(app.requests - client.requests) > tolerance * client.requests) {
    warnings.push(
      `The app counted ${app.requests} requests, the client ${client.requests}: the means are not of the same ones.`,
    );
  }
  if (serverMs > (1 + tolerance) * clientMs) {
    warnings.push(
      `By its own clock, the app took longer (${show(serverMs)} ms) than its clients waited, so the time cannot be divided.`,
    );
    return { clientMs, serverMs, parts: unknownParts, warnings };
  }
  const within = Math.min(serverMs, clientMs);
  const outside = outsideOf(evidence.timerDelay, clientMs - within, warnings);
  const inside = insideOf(
    within,
    ifCounted(evidence.statementSeconds),
    ifCounted(evidence.poolWaitSeconds),
    warnings,
  );
  return { clientMs, serverMs: within, parts: { ...inside, ...outside }, warnings };
}

const unknownParts = Object.fromEntries(latencyParts.map((part) => [part, null])) as Record<
  (typeof latencyParts)[number],
  null
>;

function insideOf(
  serverMs: number,
  statements: number | null,
  poolWait: number | null,
  warnings: string[],
) {
  const app = serverMs - (statements ?? 0) - (poolWait ?? 0);
  if (app >= 0) return { app, statements, poolWait };
  warnings.push(
    'Statements and waits for a connection take longer than the requests they belong to: some ran side by side, so the time in the app is not divided.',
  );
  return { app: serverMs, statements: null, poolWait: null };
}

function outsideOf(
  timerDelay: LatencyEvidence['timerDelay'],
  leftMs: number,
  warnings: string[],
): { eventLoopWait: number | null; rest: number } {
  if (timerDelay === null) return { eventLoopWait: null, rest: leftMs };
  const estimate = Math.max(0, timerDelay.meanMs - timerDelay.idleMeanMs);
  if (estimate > leftMs) {
    warnings.push(
      `Timers were ${show(estimate)} ms late, more than all the time outside the app: requests arrived when the event loop was less busy than on average.`,
    );
  }
  const eventLoopWait = Math.min(estimate, leftMs);
  return { eventLoopWait, rest: leftMs - eventLoopWait };
}

const show = (ms: number): string => ms.toFixed(1);
