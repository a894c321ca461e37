// One trial: k6 against one subject on one plan, watched from outside, everything written down.
import { join } from 'node:path';
import { usesDatabase } from '../../contract/apps';
import shopWorkloads from '../../contract/shop-workloads.json';
import { configuration } from '../configuration/configuration';
import { andThen, Interrupted, usageError } from '../errors';
import { adoptWritten } from '../results/atomic';
import { booksFile, type RunFolder, writeJson, writeTurns } from '../results/run-folder';
import {
  type LoadPlan,
  type ServerRecord,
  schemaVersion,
  type TurnRecord,
} from '../results/schemas';
import { databasePart, measuredParts } from '../results/trial/evidence';
import type { Arm } from '../results/trial/result';
import { appsOfPlan } from '../results/trial/turns';
import { coreSetsOf } from '../runtime/core-meter';
import type { Endpoint, Generator, PairedEndpoints, Runtime } from '../runtime/runtime';
import { Books, type ToldOrder } from './books';
import { GeneratorRecords } from './generator-records';
import { type StepStart, Watch } from './watch';

export type TrialEvents = {
  onStep?: (name: string) => void;
  /** What k6 has to say besides its steps. */
  onMessage?: (text: string) => void;
};

type TrialOptions = {
  runtime: Runtime;
  folder: RunFolder;
  endpoint: Endpoint | PairedEndpoints;
  plan: LoadPlan;
  signal: AbortSignal;
  events: TrialEvents;
};

/**
 * Runs the plan and writes plan.json, k6-summary.json (by k6), server.json, of turns turns.json and, of
 * a shop, books.json.
 * Whatever fails, what was seen until then is written, and the first error is thrown.
 */
export async function runTrial(options: TrialOptions): Promise<void> {
  const { runtime, plan } = options;
  const seen: Seen = { incidents: [], generatorEnding: { code: null, signal: null } };
  const usesIt = appsOfPlan(plan).some(usesDatabase);
  // Before k6 is started, which takes a while: what ends in it is measured no more.
  const stopListening = runtime.onIncident((incident) => {
    if (incident.part !== databasePart || usesIt) seen.incidents.push(incident);
  });
  try {
    await carryOut(options, seen);
  } finally {
    stopListening();
  }
}

async function carryOut({ plan: asked, ...options }: TrialOptions, seen: Seen): Promise<void> {
  const { runtime, folder, endpoint, signal } = options;
  const path = folder.trialPath(asked.trial);
  const books = await openBooks(runtime, endpoint, asked);
  const planPath = join(path, 'plan.json');
  const summaryPath = join(path, 'k6-summary.json.tmp');
  const plan = { ...withProducts(asked, books), summaryPath };
  const generators =
    plan.generators === undefined ? undefined : new GeneratorRecords(plan.generators);
  const watch = new Watch(runtime, endpoint, plan);
  const heard: Heard = { faults: [], turns: [] };
  await andThen(async () => {
    writeJson(planPath, plan);
    await generate({ ...options, plan, planPath, watch, books, generators }, seen, heard);
  }, [
    () => watch.end(),
    () => generators?.write(plan, path, (merged) => writeJson(summaryPath, merged)),
    () => adoptWritten(summaryPath, join(path, 'k6-summary.json'), JSON.parse),
    () => writeJson(join(path, 'server.json'), serverRecord(runtime, plan, watch, seen)),
    () => {
      if (plan.turns ?? plan.userTurns) writeTurns(path, heard.turns);
    },
    ...books.map(({ arm, books: own }) => async () => {
      writeJson(join(path, booksFile(arm)), { schemaVersion, ...(await own.close()) });
    }),
  ]);
  if (signal.aborted) throw new Interrupted();
  // What is wrong with a workload's file says nothing of the subject.
  if (heard.faults[0] !== undefined) throw usageError(heard.faults[0]);
}

type Generating = TrialOptions & {
  planPath: string;
  watch: Watch;
  books: readonly ArmBooks[];
  /** Where several share the load. */
  generators: GeneratorRecords | undefined;
};

type Seen = Pick<ServerRecord, 'incidents' | 'generatorEnding'>;

/** What k6 told that is not followed at once. */
type Heard = { faults: string[]; turns: TurnRecord[] };

/** Starts k6 and waits for its end; the first Ctrl-C, or the end of subject or database, ends it earlier. */
async function generate(
  { runtime, plan, signal, events, planPath, watch, books, generators }: Generating,
  seen: Seen,
  heard: Heard,
): Promise<void> {
  let generator: Generator | undefined;
  // Nothing that follows would be about the subject.
  const isFatal = () => seen.incidents.some(({ part }) => measuredParts(plan).includes(part));
  let isOver = signal.aborted || isFatal();
  const cannotStop = Promise.withResolvers<never>();
  const stop = () => {
    isOver = true;
    generator?.stop().catch(cannotStop.reject);
  };
  const stopWatching = runtime.onIncident(() => {
    if (isFatal()) stop();
  });
  signal.addEventListener('abort', stop);
  try {
    watch.idle();
    generator = await runtime.generate(plan, planPath, (line, number = 1) => {
      const { step, order, turn, told, fault, message, logIns } = parseLine(line);
      if (logIns) watch.logInsBegin();
      if (told !== undefined) generators?.told(number, told);
      if (fault !== undefined) heard.faults.push(fault);
      if (message !== undefined) events.onMessage?.(message);
      if (order !== undefined) books[order.arm]?.books.accepted(order);
      if (turn !== undefined) heard.turns.push(turn);
      // Of several generators the first to begin a step is followed.
      if (step === undefined || watch.hasBegun(step)) return;
      events.onStep?.(step.name);
      watch.stepBegan(step);
    });
    if (isOver) stop();
    watch.begin();
    seen.generatorEnding = await Promise.race([generator.ended, cannotStop.promise]);
    await generators?.ended(generator);
  } finally {
    stopWatching();
    signal.removeEventListener('abort', stop);
  }
}

function serverRecord(
  runtime: Runtime,
  { generators = 1 }: LoadPlan,
  watch: Watch,
  seen: Seen,
): ServerRecord {
  const { subject, database, generator } = runtime.facts.placement;
  const { otherCores: tolerated } = configuration;
  const ofLimits = runtime.generatorCores?.(generators);
  const hiccups = runtime.hiccupsSince?.(watch.usage[0]?.atMs ?? Date.now());
  return {
    schemaVersion,
    cores: {
      subject: subject.length,
      database: database.length,
      generator: ofLimits ?? generator.length,
      ...(ofLimits !== undefined && generators > 1 && { eachGenerator: ofLimits / generators }),
    },
    databaseSharesSubjectCores: database.every((cpu) => subject.includes(cpu)),
    coreSets: coreSetsOf(runtime.facts.placement),
    ...(tolerated !== undefined && { otherCoresBound: tolerated }),
    usage: watch.usage,
    beforeLoad: watch.beforeLoad,
    ...(watch.beforeLogIns !== undefined && { beforeLogIns: watch.beforeLogIns }),
    edges: watch.edges,
    ...(hiccups && { hiccups }),
    ...seen,
  };
}

type ArmBooks = { arm?: Arm; books: Books };

/** Of each shop that is visited; none where nobody visits one, or where the lab cannot see the database. */
async function openBooks(
  runtime: Runtime,
  endpoint: Endpoint | PairedEndpoints,
  plan: LoadPlan,
): Promise<ArmBooks[]> {
  if (!runtime.seesDatabases || !shopWorkloads.includes(plan.workload)) return [];
  if (plan.turns === undefined || !('arms' in endpoint)) {
    return [{ books: await Books.open(runtime.superuserUrl(plan.app), endpoint.metricsUrls) }];
  }
  const { arms } = endpoint;
  const opening = plan.turns.arms.map(async ({ name, app }) => {
    const url = runtime.superuserUrl(app, name);
    return { arm: name, books: await Books.open(url, arms[name].metricsUrls) };
  });
  return Promise.all(opening).catch(async (error: unknown) => {
    // The other arm's are of no use any more.
    for (const one of opening)
      await one.then(({ books }) => books.abandon()).catch(() => undefined);
    throw error;
  });
}

/** Each shop is chosen from as large as it is: that of the one subject, or that of each arm. */
function withProducts(plan: LoadPlan, books: readonly ArmBooks[]): LoadPlan {
  const [first] = books;
  if (first === undefined) return plan;
  const { turns } = plan;
  if (turns === undefined) return { ...plan, products: first.books.products };
  const withOwn = <Named extends { name: Arm }>(arm: Named) => {
    const own = books.find(({ arm: name }) => name === arm.name);
    return own === undefined ? arm : { ...arm, products: own.books.products };
  };
  const [a, b] = turns.arms;
  return { ...plan, turns: { ...turns, arms: [withOwn(a), withOwn(b)] } };
}

type LogEvent = { event: string; arm?: number; message?: string; clockOffsetMs?: number } & Partial<
  StepStart & ToldOrder & TurnRecord
>;

type ParsedLine = {
  step?: StepStart;
  /** With the index of its arm. */
  order?: ToldOrder & { arm: number };
  turn?: TurnRecord;
  /** Of generators that share the load. */
  told?: { step?: string; ms?: number[]; clockOffsetMs?: number };
  /** Customers are about to log in. */
  logIns?: true;
  /** What is wrong with a workload's file. */
  fault?: string;
  message?: string;
};

/** k6 logs JSON lines; a scenario says what happens in the message of one. */
export function parseLine(line: string): ParsedLine {
  let entry: { msg?: unknown; level?: unknown };
  try {
    entry = JSON.parse(line);
  } catch {
    return { message: line };
  }
  const message = String(entry.msg ?? '');
  try {
    const told = eventIn(JSON.parse(message));
    if (told !== undefined) return told;
  } catch {
    // An ordinary message.
  }
  // Dropped iterations are counted and judged; k6's own line on them says less.
  const isNews = entry.level === 'error' || entry.level === 'warning';
  return isNews && !message.startsWith('Insufficient VUs') ? { message } : {};
}

function eventIn({
  event,
  arm = 0,
  message,
  clockOffsetMs,
  ...about
}: LogEvent): ParsedLine | undefined {
  if (event === 'log-ins') return { logIns: true };
  if (event === 'fault' && message !== undefined) return { fault: message };
  const { name, startedAtMs, order, totalCents, step, turn, skipped = 0, failed = 0, ms } = about;
  if (event === 'step' && name !== undefined && startedAtMs !== undefined) {
    return { step: { name, startedAtMs } };
  }
  if (event === 'order' && order !== undefined && totalCents !== undefined) {
    return { order: { order, totalCents, arm } };
  }
  if (event === 'latencies' && step !== undefined && ms !== undefined)
    return { told: { step, ms } };
  if (event === 'released' && clockOffsetMs !== undefined) return { told: { clockOffsetMs } };
  if (event === 'turn' && step !== undefined && turn !== undefined && ms !== undefined) {
    return { turn: { step, turn, skipped, failed, ms } };
  }
  return undefined;
}
