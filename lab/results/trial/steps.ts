// From what k6 and the machine recorded to the figures of each step, with their validity.
import { z } from 'zod';
import type { Step, StepSummary, Summary } from '../../../contract/plan';
import type { Counters, GeneratorRecord, LoadPlan, TurnRecord } from '../schemas';
import { quantilesSchema, routeSummarySchema } from '../schemas';
import { type BooksRecord, type BooksResult, bothBooks, judgeBooks } from './books';
import { type Decomposition, decompose, decompositionSchema } from './decomposition';
import { evidenceOf } from './evidence';
import { faultsOfGenerators } from './generators';
import {
  type CpuPart,
  coresOfOne,
  coresUsed,
  interferenceOf,
  memoryAt,
  type Reading,
  type Server,
  shareOfGenerator,
  windowOf,
} from './machine-use';
import { turnFiguresOf, turnFiguresSchema } from './turns';
import { userTurnFiguresOf, userTurnFiguresSchema } from './user-turns';
import { judgeStep, stepValiditySchema } from './validity';

export type TrialRecord = {
  plan: LoadPlan;
  summary: Summary | null;
  server: Server | null;
  /** Absent where nobody bought. */
  books?: BooksRecord;
  /** Of two subjects that took turns; so are the books of each. */
  turns?: TurnRecord[];
  booksOfArms?: Record<'a' | 'b', BooksRecord>;
  /** Where several generators shared the load; `summary` is then of all of them. */
  generators?: GeneratorRecord[];
};

/** The figures of one step. */
export const stepResultSchema = z.strictObject({
  validity: stepValiditySchema,
  turns: turnFiguresSchema.exactOptional(),
  /** Of a step whose users came and went: its other figures are of all of them together. */
  userTurns: userTurnFiguresSchema.exactOptional(),
  /** Share of the generator's cores, less what Prometheus and the lab used of them. */
  generatorShare: z.number().nullable(),
  /** Cores used. */
  subjectCores: z.number().nullable(),
  databaseCores: z.number().nullable(),
  /** Mean time inside the app, by its own count. */
  serverMeanMs: z.number().nullable(),
  /** Mean wait for a connection to the database, per request. */
  poolWaitMeanMs: z.number().nullable(),
  statementMeanMs: z.number().nullable(),
  /** Where the mean time of a request went; null where client or app has no count, or in turns. */
  decomposition: decompositionSchema.nullable(),
  /** At the step's end, over all processes of the app. */
  residentMemoryBytes: z.number().nullable(),
  /** What the step ran into, by CPU: the database when it used more than the subject. */
  busiest: z.enum(['subject', 'database']).nullable(),
  name: z.string(),
  warmup: z.boolean(),
  model: z.enum(['open', 'closed']),
  /** Open model: the rate asked for. */
  offeredRps: z.number().nullable(),
  /** Closed model. */
  users: z.number().nullable(),
  durationSeconds: z.number(),
  /** Right answers that ended within the step, per second. */
  achievedRps: z.number(),
  latencyMs: quantilesSchema.nullable(),
  requests: z.number(),
  failed: z.number(),
  wrongBodies: z.number(),
  dropped: z.number(),
  /** Share of requests answered correctly within the SLO's bound. */
  withinSlo: z.number().nullable(),
  /** Share of what was asked for that was too slow, failed, or dropped before it was sent. */
  lossRatio: z.number().nullable(),
  sloHeld: z.boolean().nullable(),
  /** By route, where k6 told them apart. */
  routes: z.array(routeSummarySchema).exactOptional(),
});
export type StepResult = z.infer<typeof stepResultSchema>;

/** Of a trial in which somebody bought. */
export function booksOf({
  plan,
  summary,
  books,
  booksOfArms,
}: TrialRecord): BooksResult | undefined {
  const users = plan.steps.map(({ load }) => (load.model === 'open' ? load.maxVUs : load.users));
  const mostInFlight = Math.max(...users);
  if (books) return judgeBooks(books, summary === null ? null : summary.checkouts, mostInFlight);
  if (booksOfArms === undefined) return undefined;
  const [a, b] = (['a', 'b'] as const).map((arm) => {
    const checkouts = summary === null ? null : summary.checkoutsOfArms?.[arm];
    return judgeBooks(booksOfArms[arm], checkouts, mostInFlight);
  });
  return a && b && bothBooks(a, b);
}

export function stepResults(record: TrialRecord): StepResult[] {
  const books = booksOf(record);
  return record.plan.steps.map((step) => stepResult(record, step, books));
}

function stepResult(record: TrialRecord, step: Step, books: BooksResult | undefined): StepResult {
  const view = viewOf(record, step);
  const startedAtMs = view.measured?.startedAtMs ?? null;
  const turns = turnFiguresOf(record, step, startedAtMs);
  const userTurns = userTurnFiguresOf(record, step, startedAtMs, (part, window) =>
    record.server ? coresUsed(record.server.usage, (sample) => sample[part], window) : null,
  );
  return {
    ...clientFigures(record.plan, view),
    ...serverFigures(record.plan, view),
    ...(turns && { turns }),
    ...(userTurns && { userTurns }),
    validity: judgeStep(evidenceOf(record, view, books), turns, userTurns),
  };
}

type Edge = Server['edges'][number];
export type View = ReturnType<typeof viewOf>;

/** What was recorded of one step. */
function viewOf({ plan, summary, server, generators }: TrialRecord, step: Step) {
  const measured = summary?.steps.find(({ name }) => name === step.name);
  const window = measured?.startedAtMs == null ? null : windowOf(measured.startedAtMs, step);
  /** Mean cores in use over the step. */
  const mean = (seconds: Reading) =>
    window && server ? coresUsed(server.usage, seconds, window) : null;
  const cpu = (part: CpuPart) => mean((sample) => sample[part]);
  return {
    step,
    isInTurns: (plan.turns ?? plan.userTurns) !== undefined,
    measured,
    window,
    server,
    edge: server?.edges.find((candidate) => candidate.step === step.name),
    cpu,
    interference: interferenceOf(server, window, mean),
    generatorShare: shareOfGenerator(cpu, server?.cores.generator ?? 0),
    throttledShare: mean(({ throttled }) => throttled ?? null),
    generatorFaults:
      generators &&
      faultsOfGenerators(generators, {
        step: step.name,
        startedAtMs: measured?.startedAtMs ?? null,
        shares: generators.map((_, index) => {
          const cores = mean(({ generators: each }) => each?.[index] ?? null);
          return cores === null ? null : cores / coresOfOne(server, generators.length, index);
        }),
      }),
  };
}

/** What was asked of the step, and what its users saw. */
function clientFigures({ slo }: LoadPlan, { step, measured }: View) {
  const right = measured ? measured.requests - notRightInTime(measured) : 0;
  const withinSlo =
    measured && measured.requests > 0 ? 1 - measured.sloMisses / measured.requests : null;
  // A dropped iteration is a request that was never answered in time.
  const isHeld = (share: number) => share >= slo.share && (measured?.droppedIterations ?? 0) === 0;
  return {
    name: step.name,
    warmup: step.warmup,
    model: step.load.model,
    offeredRps: step.load.model === 'open' ? step.load.rateRps : null,
    users: step.load.model === 'closed' ? step.load.users : null,
    durationSeconds: step.durationSeconds,
    achievedRps: Math.max(0, right) / step.durationSeconds,
    latencyMs: measured?.latencyMs ?? null,
    requests: measured?.requests ?? 0,
    failed: measured?.failed ?? 0,
    wrongBodies: measured?.wrongBodies ?? 0,
    dropped: measured?.droppedIterations ?? 0,
    withinSlo,
    lossRatio: measured ? lossRatioOf(measured) : null,
    sloHeld: withinSlo === null ? null : isHeld(withinSlo),
    ...(measured?.routes && { routes: measured.routes }),
  };
}

/** What generator, app and database did for it. */
function serverFigures(
  plan: LoadPlan,
  { measured, server, edge, cpu, generatorShare, isInTurns, window }: View,
) {
  const subjectCores = cpu('subject');
  const databaseCores = cpu('database');
  return {
    generatorShare,
    subjectCores,
    databaseCores,
    serverMeanMs: meanMs(edge, 'requestSeconds', 'requests'),
    poolWaitMeanMs: meanMs(edge, 'poolWaitSeconds', 'requests'),
    statementMeanMs: meanMs(edge, 'statementSeconds', 'statements'),
    decomposition:
      measured && server && !isInTurns ? decompositionOf(measured, server, edge, plan) : null,
    // 0: the page has no such figure.
    residentMemoryBytes: edge?.end?.residentMemoryBytes || memoryAt(server, window),
    busiest: busiestOf(subjectCores, databaseCores),
  };
}

function busiestOf(subject: number | null, database: number | null): 'subject' | 'database' | null {
  if (subject === null || database === null) return null;
  return database > subject ? 'database' : 'subject';
}

/** Late, failed or wrong, each request once. */
function notRightInTime({ lateRequests, lateFailures = 0, failed, wrongBodies }: StepSummary) {
  return lateRequests - lateFailures + failed + wrongBodies;
}

function lossRatioOf({ requests, sloMisses, droppedIterations }: StepSummary): number | null {
  const asked = requests + droppedIterations;
  return asked > 0 ? (sloMisses + droppedIterations) / asked : null;
}

function meanMs(
  edge: Edge | undefined,
  seconds: 'requestSeconds' | 'poolWaitSeconds' | 'statementSeconds',
  count: 'requests' | 'statements',
): number | null {
  const settled = edge?.settled ?? edge?.end;
  if (!edge?.start || !settled) return null;
  const events = settled[count] - edge.start[count];
  return events > 0 ? ((settled[seconds] - edge.start[seconds]) * 1000) / events : null;
}

function decompositionOf(
  { latencyMs }: StepSummary,
  { beforeLoad, beforeLogIns, edges }: Server,
  edge: Edge | undefined,
  { serves }: LoadPlan,
): Decomposition | null {
  if (!latencyMs || !edge?.start || !edge.end) return null;
  const { start, end } = edge;
  // A statement in flight is counted before its request is: at the end some would lack theirs.
  const settled = edge.settled ?? end;
  const meanMs = timerDelayMs(start, end);
  const idleUntil = beforeLogIns === undefined ? (edges[0]?.start ?? null) : beforeLogIns;
  const idleMeanMs = timerDelayMs(beforeLoad, idleUntil);
  // An app that knows nothing of the contract is read as 0 where it has no such counter.
  const mayLack = serves?.length === 0;
  const ifCounted = (
    count: 'statements' | 'poolWaits',
    seconds: `${'statement' | 'poolWait'}Seconds`,
  ) => (mayLack && settled[count] === 0 ? null : settled[seconds] - start[seconds]);
  return decompose({
    client: { requests: latencyMs.count, meanMs: latencyMs.mean },
    app: {
      requests: settled.requests - start.requests,
      requestSeconds: settled.requestSeconds - start.requestSeconds,
    },
    statementSeconds: ifCounted('statements', 'statementSeconds'),
    poolWaitSeconds: ifCounted('poolWaits', 'poolWaitSeconds'),
    timerDelay: meanMs === null || idleMeanMs === null ? null : { meanMs, idleMeanMs },
  });
}

/** Null where no timer fired in between, as in an app without an event loop. */
function timerDelayMs(from: Counters | null, to: Counters | null): number | null {
  if (from === null || to === null || to.timerDelays <= from.timerDelays) return null;
  const seconds = to.timerDelaySeconds - from.timerDelaySeconds;
  return (seconds * 1000) / (to.timerDelays - from.timerDelays);
}
