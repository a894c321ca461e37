// One trial: k6 against one subject on one plan, watched from outside, everything written down.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Plan } from '../../contract/plan';
import type { Endpoint, Generator, Runtime } from '../runtime/runtime';
import type { AppName } from '../runtime/subject';
import { type RunFolder, writeJson } from '../store/run-folder';
import type { Counters, ServerRecord } from '../store/schemas';
import { readCounters } from './counters';
import { Interrupted } from './interrupted';

/** CPU is read this often: a step of two seconds has four readings inside. */
const usageEveryMs = 500;

export type TrialEvents = {
  onStep?: (name: string) => void;
  /** What k6 has to say besides its steps. */
  onMessage?: (text: string) => void;
};

/** Runs the plan and writes plan.json, k6-summary.json (by k6) and server.json. */
export async function runTrial(options: {
  runtime: Runtime;
  folder: RunFolder;
  endpoint: Endpoint;
  plan: Plan;
  signal: AbortSignal;
  events: TrialEvents;
}): Promise<void> {
  const { runtime, folder, endpoint, signal, events } = options;
  const path = folder.trialPath(options.plan.trial);
  const plan: Plan = { ...options.plan, summaryPath: join(path, 'k6-summary.json') };
  writeJson(join(path, 'plan.json'), plan);

  const app = plan.app as AppName;
  const { placement } = runtime.facts;
  const server: ServerRecord = {
    schemaVersion: 1,
    cores: {
      subject: placement.subject.length,
      database: placement.database.length,
      generator: placement.generator.length,
    },
    databaseSharesSubjectCores: placement.database.every((cpu) => placement.subject.includes(cpu)),
    usage: [],
    edges: [],
    incidents: [],
    generatorEnding: { code: null, signal: null },
  };
  const sampling = new AbortController();
  const edges: Promise<void>[] = [];
  const readUsage = async () => {
    server.usage.push(await runtime.usage(app));
  };
  /** Reads counters and CPU when the step begins and when it ends. */
  const watchStep = async ({ name, startedAtMs }: StepStart) => {
    const step = plan.steps.find((candidate) => candidate.name === name);
    if (step === undefined) return;
    const start = await countersOrNull(endpoint);
    const edge: ServerRecord['edges'][number] = { step: name, startedAtMs, start, end: null };
    server.edges.push(edge);
    await pause(startedAtMs + step.durationSeconds * 1000 - Date.now(), sampling.signal);
    await readUsage();
    edge.end = await countersOrNull(endpoint);
  };
  const sampleUsage = async () => {
    while (!sampling.signal.aborted) {
      await readUsage();
      await pause(usageEveryMs, sampling.signal);
    }
  };
  let generator: Generator | undefined;

  const stopWatching = runtime.onIncident((incident) => {
    server.incidents.push(incident);
    // Nothing that follows would be about the subject.
    if (incident.part === app) void generator?.stop();
  });
  const abort = () => void generator?.stop();
  signal.addEventListener('abort', abort);
  try {
    generator = await runtime.generate(plan, join(path, 'plan.json'), (line) => {
      const said = parseLine(line);
      if (said.step === undefined) {
        if (said.message) events.onMessage?.(said.message);
        return;
      }
      events.onStep?.(said.step.name);
      edges.push(watchStep(said.step));
    });
    if (signal.aborted) abort();
    const usage = sampleUsage();
    server.generatorEnding = await generator.ended;
    sampling.abort();
    await Promise.all([usage, ...edges]);
  } finally {
    sampling.abort();
    stopWatching();
    signal.removeEventListener('abort', abort);
    writeJson(join(path, 'server.json'), server);
  }
  if (signal.aborted) throw new Interrupted();
}

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  sleep(Math.max(0, milliseconds), undefined, { signal }).catch(() => undefined);

type StepStart = { name: string; startedAtMs: number };

const countersOrNull = (endpoint: Endpoint): Promise<Counters | null> =>
  readCounters(endpoint.metricsUrl).catch(() => null);

/** k6 logs JSON lines; a scenario says when a step begins in the message of one. */
export function parseLine(line: string): { step?: StepStart; message?: string } {
  let entry: { msg?: unknown; level?: unknown };
  try {
    entry = JSON.parse(line);
  } catch {
    return { message: line };
  }
  const message = String(entry.msg ?? '');
  try {
    const event: Partial<StepStart & { event: string }> = JSON.parse(message);
    if (event.event === 'step' && event.name !== undefined && event.startedAtMs !== undefined) {
      return { step: { name: event.name, startedAtMs: event.startedAtMs } };
    }
  } catch {
    // An ordinary message.
  }
  // Dropped iterations are counted and judged; k6's own line on them says less.
  const isNews = entry.level === 'error' || entry.level === 'warning';
  return isNews && !message.startsWith('Insufficient VUs') ? { message } : {};
}
