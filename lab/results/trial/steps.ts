// From what k6 and the machine recorded to the figures of each step, with their validity.
import { z } from 'zod';
import type { Step, StepSummary, Summary } from '../../../contract/plan';
import type {
  Counters,
  GeneratorRecord,
  LoadPlan,
  ServerRecord,
  TurnRecord,
  UsageSample,
} from '../schemas';
import { quantilesSchema, routeSummarySchema } from '../schemas';
import { type BooksRecord, type BooksResult, bothBooks, judgeBooks } from './books';
import { type Decomposition, decompose, decompositionSchema } from './decomposition';
import { overlaps, stretchOf } from './disturbance';
import { faultsOfGenerators } from './generators';
import { appsOfPlan, turnFiguresOf, turnFiguresSchema } from './turns';
import { userTurnFiguresOf, userTurnFiguresSchema } from './user-turns';
import { judgeStep, stepValiditySchema, subtract } from './validity';

export type CpuPart = Exclude<
  keyof UsageSample,
  'atMs' | 'cores' | 'arms' | 'memoryBytes' | 'generators' | 'throttled'
>;

export type TrialRecord = {
  plan: LoadPlan;
  summary: Summary | null;
  server: Omit<ServerRecord, 'schemaVersion'> | null;
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
    ...serverFigures(view),
    ...(turns && { turns }),
    ...(userTurns && { userTurns }),
    validity: judgeStep(evidenceOf(record, view, books), turns, userTurns),
  };
}

type View = ReturnType<typeof viewOf>;

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

/** Whole cores of its own where there are as many, else its part of the core that it was given. */
function coresOfOne(server: TrialRecord['server'], count: number, index: number): number {
  const cores = server?.cores.generator ?? 0;
  if (cores === 0 || cores >= count) return Math.floor(cores / count);
  // As cpusOfShare (runtime/generator.ts) deals them: in turn.
  const onSameCore = Math.floor((count - 1 - (index % cores)) / cores) + 1;
  return 1 / onSameCore;
}

/** What a step is judged by: shares and CPU seconds; null where the machine or runtime cannot tell. */
export type StepEvidence = ReturnType<typeof evidenceOf>;

function evidenceOf({ plan, summary }: TrialRecord, view: View, books: BooksResult | undefined) {
  const { step, measured, window, server, edge, interference, generatorShare } = view;
  const { generatorFaults, throttledShare } = view;
  return {
    /** The step began and the generator lived to report it. */
    measured: measured !== undefined && window !== null && measured.requests > 0,
    unmeasuredBecause: whyUnmeasured(measured, server),
    /** Incidents of the subject inside the step, in words. */
    subjectIncidents: incidentsOf(plan, step, server, window, edge),
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

/** What was asked of the step, and what its users saw. */
function clientFigures({ slo }: LoadPlan, { step, measured }: View) {
  const right = measured
    ? measured.requests - measured.lateRequests - measured.failed - measured.wrongBodies
    : 0;
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
function serverFigures({ measured, server, edge, cpu, generatorShare, isInTurns, window }: View) {
  const subjectCores = cpu('subject');
  const databaseCores = cpu('database');
  return {
    generatorShare,
    subjectCores,
    databaseCores,
    serverMeanMs: meanMs(edge, 'requestSeconds', 'requests'),
    poolWaitMeanMs: meanMs(edge, 'poolWaitSeconds', 'poolWaits'),
    statementMeanMs: meanMs(edge, 'statementSeconds', 'statements'),
    decomposition:
      measured && server && !isInTurns ? decompositionOf(measured, server, edge) : null,
    // 0: the page has no such figure.
    residentMemoryBytes: edge?.end?.residentMemoryBytes || memoryAt(server, window),
    busiest: busiestOf(subjectCores, databaseCores),
  };
}

/** As the lab saw it, at the step's end. */
function memoryAt(server: Server | null, window: Window | null): number | null {
  const seen = server?.usage.filter(({ atMs }) => window !== null && atMs <= window.toMs);
  return seen?.findLast(({ memoryBytes }) => memoryBytes != null)?.memoryBytes ?? null;
}

function busiestOf(subject: number | null, database: number | null): 'subject' | 'database' | null {
  if (subject === null || database === null) return null;
  return database > subject ? 'database' : 'subject';
}

function lossRatioOf({ requests, sloMisses, droppedIterations }: StepSummary): number | null {
  const asked = requests + droppedIterations;
  return asked > 0 ? (sloMisses + droppedIterations) / asked : null;
}

type Window = { fromMs: number; toMs: number };
type Server = NonNullable<TrialRecord['server']>;
type Edge = Server['edges'][number];
type CoreUse = NonNullable<UsageSample['cores']>[number];

const windowOf = (startedAtMs: number, step: Step): Window => ({
  fromMs: startedAtMs,
  toMs: startedAtMs + step.durationSeconds * 1000,
});

/** The readings must cover this much of a step; k6 may end before the reading that follows it. */
const leastCoverage = 0.8;

/** Cumulative CPU seconds of a sample. */
type Reading = (sample: UsageSample) => number | null;

/** Mean cores in use over the window, from cumulative CPU seconds interpolated at its edges. */
export function coresUsed(
  usage: readonly UsageSample[],
  reading: Reading,
  { fromMs, toMs }: Window,
): number | null {
  const points = usage.flatMap((sample) => {
    const seconds = reading(sample);
    return seconds === null ? [] : [{ atMs: sample.atMs, seconds }];
  });
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return null;
  const [left, right] = [Math.max(fromMs, first.atMs), Math.min(toMs, last.atMs)];
  if (right - left < leastCoverage * (toMs - fromMs)) return null;
  const seconds = valueAt(points, right) - valueAt(points, left);
  return Math.max(0, (seconds * 1000) / (right - left));
}

/** Linear between two points; `atMs` lies within them. */
function valueAt(points: readonly { atMs: number; seconds: number }[], atMs: number): number {
  const after = points.findIndex((point) => point.atMs >= atMs);
  const [left, right] = [points[Math.max(0, after - 1)], points[after]];
  if (left === undefined || right === undefined) return Number.NaN;
  if (right.atMs === left.atMs) return right.seconds;
  const share = (atMs - left.atMs) / (right.atMs - left.atMs);
  return left.seconds + share * (right.seconds - left.seconds);
}

function shareOfGenerator(cpu: (part: CpuPart) => number | null, cores: number): number | null {
  const generator = cpu('generator');
  if (generator === null || cores === 0) return null;
  return generator / Math.max(0.01, cores - (cpu('lab') ?? 0));
}

/** What others did on this machine during a step; null is what could not be seen. */
export type Interference = ReturnType<typeof interferenceOf>;

function interferenceOf(
  server: Server | null,
  window: Window | null,
  mean: (reading: Reading) => number | null,
) {
  const part = (name: CpuPart) => mean((sample) => sample[name]);
  const own = (['subject', 'database', 'generator', 'lab'] as const).map(part);
  /** Cores of the whole machine that processes used which are not the lab's. */
  const otherCores = subtract(part('machine'), own);
  const sets = server?.coreSets?.map(({ parts, cpus }, index) => {
    const share = (reading: (use: CoreUse) => number | null) => {
      const cores = mean(({ cores }) => (cores?.[index] ? reading(cores[index]) : null));
      return cores === null ? null : cores / cpus.length;
    };
    return {
      parts,
      cores: cpus.length,
      /** Shares of the set's cores. */
      others: share(({ busy, own }) => (own === null ? null : busy - own)),
      steal: share(({ steal }) => steal),
      /** Threads of these parts that were ready and had no core, on average and for each core. */
      waiting: share(({ waited }) => waited),
      longestHiccupMs: window && longestHiccupMs(server.hiccups, cpus, window),
    };
  });
  return { otherCores, stealCores: part('steal'), sets };
}

/** 0 without one; null where nobody looked. */
function longestHiccupMs(
  hiccups: Server['hiccups'],
  cpus: readonly number[],
  { fromMs, toMs }: Window,
): number | null {
  if (hiccups === undefined) return null;
  const here = hiccups.filter(
    (one) => cpus.includes(one.cpu) && overlaps(stretchOf(one), { fromMs, toMs }),
  );
  return Math.max(0, ...here.map(({ ms }) => ms));
}

/** k6 ends with 99 when a threshold is crossed; every other code but 0 is a failure of its own. */
const endedInOrder = ({ code, signal }: Server['generatorEnding']): boolean =>
  signal === null && (code === 0 || code === 99);

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
    : `not one request ended${failed}`;
}

/** Deaths and restarts of the subject within the step, from incidents and from its own counters. */
function incidentsOf(
  plan: LoadPlan,
  step: Step,
  server: Server | null,
  window: Window | null,
  edge: Edge | undefined,
): string[] {
  if (server === null || window === null) return [];
  const apps = appsOfPlan(plan);
  const seen = server.incidents
    .filter(({ part, atMs }) => apps.includes(part) && atMs <= window.toMs)
    .map(({ part, what }) => `${part} ${what}`);
  if (!edge?.start || !edge.end) return seen;
  const subjects = [...new Set(apps)].join(' or ');
  if (edge.end.startedAtSeconds !== edge.start.startedAtSeconds) {
    seen.push(`${subjects} was restarted in ${step.name}`);
  }
  const replaced = edge.end.workerRestarts - edge.start.workerRestarts;
  if (replaced > 0) seen.push(`${replaced} workers of ${subjects} were replaced in ${step.name}`);
  return seen;
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

function meanMs(
  edge: Edge | undefined,
  seconds: 'requestSeconds' | 'poolWaitSeconds' | 'statementSeconds',
  count: 'requests' | 'poolWaits' | 'statements',
): number | null {
  const settled = edge?.settled ?? edge?.end;
  if (!edge?.start || !settled) return null;
  const events = settled[count] - edge.start[count];
  return events > 0 ? ((settled[seconds] - edge.start[seconds]) * 1000) / events : null;
}

function decompositionOf(
  { latencyMs }: StepSummary,
  { beforeLoad, edges }: Server,
  edge: Edge | undefined,
): Decomposition | null {
  if (!latencyMs || !edge?.start || !edge.end) return null;
  const { start, end } = edge;
  // A statement in flight is counted before its request is: at the end some would lack theirs.
  const settled = edge.settled ?? end;
  const meanMs = timerDelayMs(start, end);
  const idleMeanMs = timerDelayMs(beforeLoad, edges[0]?.start ?? null);
  return decompose({
    client: { requests: latencyMs.count, meanMs: latencyMs.mean },
    app: {
      requests: settled.requests - start.requests,
      requestSeconds: settled.requestSeconds - start.requestSeconds,
    },
    statementSeconds: settled.statementSeconds - start.statementSeconds,
    poolWaitSeconds: settled.poolWaitSeconds - start.poolWaitSeconds,
    timerDelay: meanMs === null || idleMeanMs === null ? null : { meanMs, idleMeanMs },
  });
}

/** Null where no timer fired in between, as in an app without an event loop. */
function timerDelayMs(from: Counters | null, to: Counters | null): number | null {
  if (from === null || to === null || to.timerDelays <= from.timerDelays) return null;
  const seconds = to.timerDelaySeconds - from.timerDelaySeconds;
  return (seconds * 1000) / (to.timerDelays - from.timerDelays);
}
