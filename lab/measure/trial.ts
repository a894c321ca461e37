// One trial: k6 against one subject on one plan, watched from outside, everything written down.
import { join } from 'node:path';
import shopWorkloads from '../../contract/shop-workloads.json';
import { configuration } from '../configuration/configuration';
import { andThen, Interrupted } from '../errors';
import { adoptWritten } from '../results/atomic';
import { type RunFolder, writeJson } from '../results/run-folder';
import { type LoadPlan, type ServerRecord, schemaVersion } from '../results/schemas';
import type { Endpoint, Generator, Runtime } from '../runtime/runtime';
import type { ToldOrder } from './books';
import { Books } from './books';
import { type StepStart, Watch } from './watch';

export type TrialEvents = {
  onStep?: (name: string) => void;
  /** What k6 has to say besides its steps. */
  onMessage?: (text: string) => void;
};

type TrialOptions = {
  runtime: Runtime;
  folder: RunFolder;
  endpoint: Endpoint;
  plan: LoadPlan;
  signal: AbortSignal;
  events: TrialEvents;
};

/**
 * Runs the plan and writes plan.json, k6-summary.json (by k6), server.json and, of a shop, books.json.
 * Whatever fails, what was seen until then is written, and the first error is thrown.
 */
export async function runTrial({ plan: asked, ...options }: TrialOptions): Promise<void> {
  const { runtime, folder, endpoint, signal } = options;
  const path = folder.trialPath(asked.trial);
  const books = await openBooks(runtime, endpoint, asked);
  const summaryPath = join(path, 'k6-summary.json.tmp');
  const plan = { ...asked, ...(books && { products: books.products }), summaryPath };
  const watch = new Watch(runtime, endpoint, plan);
  const seen: Seen = { incidents: [], generatorEnding: { code: null, signal: null } };
  await andThen(async () => {
    writeJson(join(path, 'plan.json'), plan);
    await generate({ ...options, plan }, join(path, 'plan.json'), watch, seen, books);
  }, [
    () => watch.end(),
    () => adoptWritten(summaryPath, join(path, 'k6-summary.json'), JSON.parse),
    () => writeJson(join(path, 'server.json'), serverRecord(runtime, watch, seen)),
    async () => {
      if (books === undefined) return;
      writeJson(join(path, 'books.json'), { schemaVersion, ...(await books.close()) });
    },
  ]);
  if (signal.aborted) throw new Interrupted();
}

type Seen = Pick<ServerRecord, 'incidents' | 'generatorEnding'>;

/** Starts k6 and waits for its end; the first Ctrl-C, or the end of the subject, ends it earlier. */
async function generate(
  { runtime, plan, signal, events }: TrialOptions,
  planPath: string,
  watch: Watch,
  seen: Seen,
  books: Books | undefined,
): Promise<void> {
  let generator: Generator | undefined;
  const stop = () => void generator?.stop();
  const stopWatching = runtime.onIncident((incident) => {
    seen.incidents.push(incident);
    // Nothing that follows would be about the subject.
    if (incident.part === plan.app) stop();
  });
  signal.addEventListener('abort', stop);
  try {
    generator = await runtime.generate(plan, planPath, (line) => {
      const { step, order, message } = parseLine(line);
      if (message !== undefined) events.onMessage?.(message);
      if (order !== undefined) books?.accepted(order);
      if (step === undefined) return;
      events.onStep?.(step.name);
      watch.stepBegan(step);
    });
    if (signal.aborted) stop();
    watch.begin();
    seen.generatorEnding = await generator.ended;
  } finally {
    stopWatching();
    signal.removeEventListener('abort', stop);
  }
}

function serverRecord(runtime: Runtime, watch: Watch, seen: Seen): ServerRecord {
  const { subject, database, generator } = runtime.facts.placement;
  const { otherCores: tolerated } = configuration;
  return {
    schemaVersion,
    cores: { subject: subject.length, database: database.length, generator: generator.length },
    databaseSharesSubjectCores: database.every((cpu) => subject.includes(cpu)),
    ...(tolerated !== undefined && { otherCoresBound: tolerated }),
    usage: watch.usage,
    beforeLoad: watch.beforeLoad,
    edges: watch.edges,
    ...seen,
  };
}

/** Undefined where nobody visits the shop, or where the lab cannot see the database. */
function openBooks(runtime: Runtime, endpoint: Endpoint, plan: LoadPlan) {
  const isBlind = runtime.facts.kind === 'attached';
  if (isBlind || !shopWorkloads.includes(plan.workload)) return undefined;
  return Books.open(runtime.superuserUrl(plan.app), endpoint.metricsUrls);
}

type LogEvent = { event: string } & Partial<StepStart & ToldOrder>;

/** k6 logs JSON lines; a scenario says what happens in the message of one. */
export function parseLine(line: string): { step?: StepStart; order?: ToldOrder; message?: string } {
  let entry: { msg?: unknown; level?: unknown };
  try {
    entry = JSON.parse(line);
  } catch {
    return { message: line };
  }
  const message = String(entry.msg ?? '');
  try {
    const { event, name, startedAtMs, order, totalCents }: LogEvent = JSON.parse(message);
    if (event === 'step' && name !== undefined && startedAtMs !== undefined) {
      return { step: { name, startedAtMs } };
    }
    if (event === 'order' && order !== undefined && totalCents !== undefined) {
      return { order: { order, totalCents } };
    }
  } catch {
    // An ordinary message.
  }
  // Dropped iterations are counted and judged; k6's own line on them says less.
  const isNews = entry.level === 'error' || entry.level === 'warning';
  return isNews && !message.startsWith('Insufficient VUs') ? { message } : {};
}
