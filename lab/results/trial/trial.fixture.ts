// A trial as the lab records one, for tests: two seconds of warm-up, then steps of ten seconds.
import type { AppName } from '../../../contract/apps';
import type { Plan, StepSummary } from '../../../contract/plan';
import type { UsageSample } from '../schemas';
import type { TrialRecord } from './steps';

const startMs = 1_800_000_000_000;
const secondsPerStep = 10;

type Load = Plan['steps'][number]['load'];

/** Cores in use all the time by each part. */
const cores = { subject: 0.6, database: 0.3, generator: 0.4, lab: 0.1 };
/** Cores that others use: on those of the subject and its database, of the generator, and on further ones. */
const others = { subject: 0, generator: 0.02, elsewhere: 0, steal: 0 };

export function trialRecord(options: {
  app?: AppName;
  loads: Load[];
  /** Changes of each step's summary; a step without one did what was asked of it. */
  steps?: Partial<StepSummary>[];
  cores?: Partial<typeof cores>;
  others?: Partial<typeof others>;
}): TrialRecord & { number: number; purpose: 'measure' } {
  const { app = 'express', loads } = options;
  const steps = loads.map((load, index) => ({
    name: `step_${String(index + 1).padStart(2, '0')}`,
    durationSeconds: secondsPerStep,
    warmup: false,
    load,
  }));
  const used = { ...cores, ...options.cores };
  const taken = { ...others, ...options.others };
  const own = { subject: used.subject + used.database, generator: used.generator + used.lab };
  const seconds = loads.length * secondsPerStep + 2;
  const usage = Array.from({ length: seconds * 2 }, (_, index): UsageSample => {
    const at = (rate: number) => 100 + (rate * index) / 2;
    return {
      atMs: startMs - 1000 + index * 500,
      subject: at(used.subject),
      database: at(used.database),
      generator: at(used.generator),
      lab: at(used.lab),
      machine: at(own.subject + own.generator + taken.subject + taken.generator + taken.elsewhere),
      steal: at(taken.steal),
      cores: (['subject', 'generator'] as const).map((set) => ({
        busy: at(own[set] + taken[set]),
        own: at(own[set]),
        steal: at(set === 'generator' ? taken.steal : 0),
        waited: at(0),
      })),
    };
  });
  return {
    number: 1,
    purpose: 'measure',
    plan: {
      schemaVersion: 1,
      scenario: loads[0]?.model === 'closed' ? 'concurrency' : 'scaling',
      run: 'run',
      trial: 1,
      app,
      baseUrl: 'http://127.0.0.1:8081',
      allowHosts: [],
      workload: 'micro',
      steps,
      gapSeconds: 0,
      gracefulStopSeconds: 2,
      seed: 1,
      slo: { share: 0.99, thresholdSeconds: 0.1 },
      sampleEvery: 20,
    },
    summary: {
      schemaVersion: 1,
      scenario: 'scaling',
      run: 'run',
      trial: 1,
      app,
      workload: 'micro',
      thinkTimeSeconds: 0,
      failedChecks: {},
      steps: steps.map((step, index) => ({
        ...soundStep(step.name, step.load, startMs + index * secondsPerStep * 1000),
        ...options.steps?.[index],
      })),
    },
    server: {
      cores: { subject: 1, database: 1, generator: 1 },
      databaseSharesSubjectCores: true,
      coreSets: [
        { parts: ['subject', 'database'], cpus: [0] },
        { parts: ['generator'], cpus: [1] },
      ],
      usage,
      beforeLoad: null,
      edges: [],
      incidents: [],
      generatorEnding: { code: 0, signal: null },
    },
  };
}

function soundStep(name: string, load: Load, startedAtMs: number): StepSummary {
  const requests = (load.model === 'open' ? load.rateRps : load.users * 50) * secondsPerStep;
  const latency = { count: requests, min: 1, p50: 5, p95: 10, p99: 20, p999: 30, max: 40 };
  return {
    name,
    startedAtMs,
    durationSeconds: secondsPerStep,
    iterations: requests,
    requests,
    lateRequests: 0,
    failed: 0,
    wrongBodies: 0,
    sloMisses: 0,
    droppedIterations: 0,
    // 20 ms per request: with 50 requests per second from each user, Little's law holds.
    latencyMs: { ...latency, mean: load.model === 'open' ? 6 : 20 },
    iterationMs: { ...latency, mean: load.model === 'open' ? 6.1 : 20.1 },
    scheduleLagMs: { samples: 100, p99: 1, max: 2, over50: 0 },
    dataReceivedBytes: requests * 200,
  };
}
