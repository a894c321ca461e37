// A full tour as it lies on disk, for tests and for looking at: two subjects with a knee each, one
// step that was disturbed. The figures follow from a queue with one server, not from a machine.
import { appNames } from '../../../contract/apps';
import type { Step, StepSummary } from '../../../contract/plan';
import { findings } from '../../results/findings';
import type { ReportedRun } from '../../results/reported-run';
import type { TrialFiles } from '../../results/run-folder';
import type { LoadPlan, RunRecord, ServerRecord } from '../../results/schemas';

const startedAtMs = Date.UTC(2026, 0, 5, 9, 30);
const gapSeconds = 2;
/** A smoke test is over sooner than its step allows. */
const smokeSeconds = 2;
const slo = { share: 0.99, thresholdSeconds: 0.1 };

type Options = {
  id?: string;
  /** Requests per second that each app can do. */
  capacityRps?: Record<string, number>;
  workers?: number;
  /** Cores that a stranger takes in the step with this index of Django's stairs of users. */
  strangerCores?: number;
};

type Trial = RunRecord['trials'][number];

export function tourFixture(options: Options = {}): ReportedRun<never> {
  const { capacityRps = { express: 1180, django: 640 }, workers = 1 } = options;
  const id = options.id ?? '20260105T093000Z-tour-0a1b';
  const planned: Omit<Trial, 'number'>[] = appNames.flatMap((app) =>
    (['check', 'probe', 'measure', 'measure'] as const).map((purpose, index) => ({
      scenario: ['smoke', 'concurrency', 'scaling', 'concurrency'][index] ?? '',
      app,
      workload: 'micro',
      purpose,
      state: 'done' as const,
    })),
  );
  let atMs = startedAtMs + 4000;
  const trials = planned.map((trial, index): TrialFiles => {
    const plan = planOf(id, index + 1, trial, capacityRps[trial.app] ?? 1);
    const stranger = trial.app === 'django' && index === 7 ? (options.strangerCores ?? 0.6) : 0;
    const files = trialOf(plan, capacityRps[trial.app] ?? 1, atMs, stranger);
    atMs = (files.server?.usage.at(-1)?.atMs ?? atMs) + 3000;
    return files;
  });
  const purposes = planned.map(({ purpose }) => purpose);
  return {
    run: recordOf(id, planned, workers, atMs),
    trials,
    found: findings(
      trials.map((trial, index) => ({ ...trial, purpose: purposes[index] ?? 'measure' })),
    ),
  };
}

function planOf(
  run: string,
  trial: number,
  { app, scenario, purpose }: Omit<Trial, 'number'>,
  capacity: number,
): LoadPlan {
  const counted = (index: number, durationSeconds: number, load: Step['load']): Step => ({
    name: `step_${String(index + 1).padStart(2, '0')}`,
    durationSeconds,
    warmup: false,
    load,
  });
  const warmup = (load: Step['load']): Step => ({
    name: 'warmup',
    durationSeconds: 10,
    warmup: true,
    load,
  });
  const open = (share: number): Step['load'] => ({
    model: 'open',
    rateRps: Math.round(share * capacity),
    maxVUs: 250,
  });
  const closed = (users: number): Step['load'] => ({ model: 'closed', users });
  const steps: Step[] =
    purpose === 'check'
      ? [counted(0, 30, closed(1))]
      : purpose === 'probe'
        ? [counted(0, 4, closed(16))]
        : scenario === 'scaling'
          ? [
              warmup(open(0.2)),
              ...[0.2, 0.4, 0.6, 0.8, 1, 1.3].map((share, index) => counted(index, 6, open(share))),
            ]
          : [
              warmup(closed(2)),
              ...[1, 2, 4, 8, 16, 32, 64].map((users, index) => counted(index, 4, closed(users))),
            ];
  return {
    schemaVersion: 1,
    scenario,
    run,
    trial,
    app,
    baseUrl: 'http://127.0.0.1:8081',
    allowHosts: [],
    workload: 'micro',
    steps,
    gapSeconds,
    gracefulStopSeconds: 2,
    seed: 20260101,
    slo,
    sampleEvery: 20,
  };
}

function trialOf(plan: LoadPlan, capacity: number, atMs: number, stranger: number): TrialFiles {
  let beginsMs = atMs;
  const steps = plan.steps.map((step): StepSummary => {
    const summary = summaryOf(step, capacity, beginsMs, plan.scenario === 'smoke');
    const lasted = plan.scenario === 'smoke' ? smokeSeconds : summary.durationSeconds;
    beginsMs += (lasted + gapSeconds) * 1000;
    return summary;
  });
  return {
    number: plan.trial,
    plan,
    summary: {
      schemaVersion: 1,
      scenario: plan.scenario,
      run: plan.run,
      trial: plan.trial,
      app: plan.app,
      workload: plan.workload,
      thinkTimeSeconds: 0,
      failedChecks: {},
      steps,
    },
    server: {
      schemaVersion: 1,
      cores: { subject: 1, database: 1, generator: 1 },
      databaseSharesSubjectCores: true,
      coreSets: [
        { parts: ['subject', 'database'], cpus: [0] },
        { parts: ['generator'], cpus: [1] },
      ],
      usage: usageOf(steps, capacity, atMs - 1000, beginsMs, stranger),
      ...countersOf(steps, plan.app, capacity, atMs - 1000),
      incidents: [],
      generatorEnding: { code: 0, signal: null },
    },
  };
}

/** Mean time of a request, in milliseconds, in a queue with one server that is never quite full. */
const responseMs = (rate: number, capacity: number): number =>
  1000 / capacity / Math.max(0.04, 1 - rate / capacity) + 1.5;

function summaryOf(step: Step, capacity: number, beginsMs: number, smoke: boolean): StepSummary {
  const { load } = step;
  const durationSeconds = smoke ? smokeSeconds : step.durationSeconds;
  const rate =
    load.model === 'open'
      ? Math.min(load.rateRps, 0.97 * capacity)
      : Math.min(0.97 * capacity, (load.users * 1000) / (responseMs(0, capacity) + 1.2));
  const meanMs = load.model === 'open' ? responseMs(rate, capacity) : (load.users * 1000) / rate;
  const requests = smoke ? 27 : Math.round(rate * durationSeconds);
  const dropped =
    load.model === 'open' && load.rateRps > capacity
      ? Math.round((load.rateRps - rate) * durationSeconds * 0.6)
      : 0;
  const slow = dropped > 0 ? 6 : 1;
  const times = (factor: number) => ({
    count: requests,
    mean: meanMs * slow * factor,
    min: 0.4,
    p50: meanMs * slow * 0.7 * factor,
    p95: meanMs * slow * 2.1 * factor,
    p99: meanMs * slow * 3.1 * factor,
    p999: meanMs * slow * 4.6 * factor,
    max: meanMs * slow * 6 * factor,
  });
  const latencyMs = times(1);
  const slowShare = latencyMs.p99 > slo.thresholdSeconds * 1000 ? 0.03 : 0.002;
  return {
    name: step.name,
    startedAtMs: beginsMs,
    durationSeconds: step.durationSeconds,
    iterations: requests,
    requests,
    lateRequests: 0,
    failed: 0,
    wrongBodies: 0,
    sloMisses: Math.round(requests * slowShare),
    droppedIterations: dropped,
    latencyMs,
    iterationMs: times(1.01),
    scheduleLagMs: load.model === 'open' ? { samples: 100, p99: 1.4, max: 3.1, over50: 0 } : null,
    dataReceivedBytes: requests * 300,
  };
}

/** What the app counted: two thirds of its time in statements; the loop as late as the queue is long. */
function countersOf(
  steps: StepSummary[],
  app: string,
  capacity: number,
  beganMs: number,
): Pick<ServerRecord, 'beforeLoad' | 'edges'> {
  const total = {
    ...{ requests: 0, requestSeconds: 0, statements: 0, statementSeconds: 0 },
    ...{ poolWaits: 0, poolWaitSeconds: 0, poolTimeouts: 0, timerDelays: 0, timerDelaySeconds: 0 },
    ...{ startedAtSeconds: 1, workerRestarts: 0, residentMemoryBytes: 1e8 },
  };
  const count = (seconds: number, lateMs: number) => {
    if (app !== 'express') return;
    total.timerDelays += seconds * 50;
    total.timerDelaySeconds += (seconds * 50 * lateMs) / 1000;
  };
  const beforeLoad = { atMs: beganMs, ...total };
  count(1, 0.6);
  const edges = steps.map((step) => {
    const { name, durationSeconds, latencyMs, requests } = step;
    const startedAtMs = step.startedAtMs ?? 0;
    const start = { atMs: startedAtMs, ...total };
    const meanMs = latencyMs?.mean ?? 0;
    const servedMs = Math.min(0.8 * meanMs, 1000 / capacity + 0.3 * meanMs);
    total.requests += requests;
    total.requestSeconds += (requests * servedMs) / 1000;
    total.statements += requests * 2;
    total.statementSeconds += (requests * servedMs * 0.66) / 1000;
    total.poolWaits += requests;
    total.poolWaitSeconds += (requests * servedMs * 0.1) / 1000;
    count(durationSeconds, 0.6 + 0.25 * meanMs);
    const end = { atMs: startedAtMs + durationSeconds * 1000, ...total };
    return { step: name, startedAtMs, start, end, settled: end };
  });
  return { beforeLoad, edges };
}

function usageOf(
  steps: StepSummary[],
  capacity: number,
  fromMs: number,
  toMs: number,
  stranger: number,
): ServerRecord['usage'] {
  const total = { subject: 0, database: 0, generator: 0, lab: 0, machine: 900, steal: 3 };
  const usage: ServerRecord['usage'] = [];
  const disturbed = steps.at(4);
  for (let atMs = fromMs; atMs < toMs; atMs += 500) {
    const within = (step: StepSummary | undefined) =>
      step?.startedAtMs != null &&
      atMs >= step.startedAtMs &&
      atMs < step.startedAtMs + step.durationSeconds * 1000;
    const step = steps.find(within);
    const share = step ? step.requests / step.durationSeconds / capacity : 0;
    const cores = {
      subject: 0.68 * share,
      database: 0.27 * share,
      generator: 0.02 + 0.34 * share,
      lab: 0.05,
    };
    const ownOfSubject = total.subject + total.database;
    const ownOfGenerator = total.generator + total.lab;
    const unseen = { steal: 0, waited: null };
    usage.push({
      ...{ atMs, ...total },
      cores: [
        { busy: ownOfSubject, own: ownOfSubject, ...unseen },
        // The stranger is on the generator's core.
        { busy: total.machine - ownOfSubject, own: ownOfGenerator, ...unseen },
      ],
    });
    for (const [part, used] of Object.entries(cores)) {
      total[part as keyof typeof cores] += used / 2;
      total.machine += used / 2;
    }
    total.machine += (within(disturbed) ? stranger : 0.02) / 2;
  }
  return usage;
}

function recordOf(
  id: string,
  planned: Omit<Trial, 'number'>[],
  workers: number,
  endMs: number,
): RunRecord {
  const compromise = "PostgreSQL shares the subject's core.";
  return {
    schemaVersion: 1,
    id,
    kind: 'tour',
    design: null,
    status: 'complete',
    startedAt: new Date(startedAtMs).toISOString(),
    endedAt: new Date(endMs).toISOString(),
    owner: { pid: 1, startTicks: 1 },
    arguments: ['tour'],
    seed: 20260101,
    configuration: {},
    revision: { commit: '0123456789abcdef0123456789abcdef01234567', dirty: false },
    locks: { 'package-lock.json': '0123456789abcdef' },
    tools: { node: '24.21.0', k6: '2.2.0', prometheus: '3.15.0', postgres: 'embedded 18.4' },
    host: {
      fingerprint: 'fedcba9876543210',
      cpuModel: 'A processor',
      cores: 2,
      memoryBytes: 8 * 2 ** 30,
      kernel: '6.12.0',
    },
    runtime: {
      kind: 'native',
      placement: { subject: [0], database: [0], generator: [1], compromises: [compromise] },
      postgres: 'embedded 18.4',
      caveats: [compromise],
    },
    subjects: (['express', 'django'] as const).map((app) => ({
      app,
      profile: 'default',
      server: app === 'express' ? 'node:cluster' : 'gunicorn gthread',
      replicas: 1,
      workers: app === 'express' ? workers : 3,
      threads: app === 'express' ? 1 : 4,
      pool: app === 'express' ? 12 : 4,
      keepAliveSeconds: 75,
      settings: {},
    })),
    trials: planned.map((trial, index) => ({ number: index + 1, ...trial })),
    incidents: [],
  };
}
