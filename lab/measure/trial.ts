// One trial: k6 against one subject on one plan, watched from outside, everything written down.
import { join } from 'node:path';
import shopWorkloads from '../../contract/shop-workloads.json';
import { adoptWritten } from '../results/atomic';
import { type RunFolder, writeJson } from '../results/run-folder';
import { type LoadPlan, type ServerRecord, schemaVersion } from '../results/schemas';
import type { Ending } from '../runtime/native/processes';
import type { Endpoint, Generator, Incident, Runtime } from '../runtime/runtime';
import { Books } from './books';
import type { ToldOrder } from './books-queries';
import { Interrupted } from './interrupted';
import { otherCoresBound } from './tolerance';
import { type StepStart, Watch } from './watch';

export type TrialEvents = {
  onStep?: (name: string) => void;
  /** What k6 has to say besides its steps. */
  onMessage?: (text: string) => void;
};

/** Runs the plan and writes plan.json, k6-summary.json (by k6), server.json and, of a shop, books.json. */
export async function runTrial(options: {
  runtime: Runtime;
  folder: RunFolder;
  endpoint: Endpoint;
  plan: LoadPlan;
  signal: AbortSignal;
  events: TrialEvents;
}): Promise<void> {
  const { runtime, folder, endpoint, signal, events } = options;
  const path = folder.trialPath(options.plan.trial);
  const books = await openBooks(runtime, endpoint, options.plan);
  const summaryPath = join(path, 'k6-summary.json.tmp');
  const plan: LoadPlan = {
    ...options.plan,
    ...(books && { products: books.products }),
    summaryPath,
  };
  writeJson(join(path, 'plan.json'), plan);

  const watch = new Watch(runtime, endpoint, plan);
  const incidents: Incident[] = [];
  let generator: Generator | undefined;
  let generatorEnding: Ending = { code: null, signal: null };
  const stop = () => void generator?.stop();

  const stopWatching = runtime.onIncident((incident) => {
    incidents.push(incident);
    // Nothing that follows would be about the subject.
    if (incident.part === plan.app) stop();
  });
  signal.addEventListener('abort', stop);
  try {
    generator = await runtime.generate(plan, join(path, 'plan.json'), (line) => {
      const { step, order, message } = parseLine(line);
      if (message !== undefined) events.onMessage?.(message);
      if (order !== undefined) books?.accepted(order);
      if (step === undefined) return;
      events.onStep?.(step.name);
      watch.stepBegan(step);
    });
    if (signal.aborted) stop();
    watch.begin();
    generatorEnding = await generator.ended;
  } finally {
    await watch.end();
    stopWatching();
    signal.removeEventListener('abort', stop);
    adoptWritten(summaryPath, join(path, 'k6-summary.json'), JSON.parse);
    const { subject, database, generator: own } = runtime.facts.placement;
    const tolerated = otherCoresBound();
    const server: ServerRecord = {
      schemaVersion,
      cores: { subject: subject.length, database: database.length, generator: own.length },
      databaseSharesSubjectCores: database.every((cpu) => subject.includes(cpu)),
      ...(tolerated !== undefined && { otherCoresBound: tolerated }),
      usage: watch.usage,
      beforeLoad: watch.beforeLoad,
      edges: watch.edges,
      incidents,
      generatorEnding,
    };
    writeJson(join(path, 'server.json'), server);
    if (books) writeJson(join(path, 'books.json'), { schemaVersion, ...(await books.close()) });
  }
  if (signal.aborted) throw new Interrupted();
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
