// A comparison and an A/A run as they lie on disk, for tests and for looking at. The figures follow
// from a seed, not from a machine.
import type { AppName } from '../../contract/apps';
import type { StepSummary } from '../../contract/plan';
import { turnOrder } from '../measure/turns/block-order';
import { fingerprintOf } from '../results/machine';
import type { TrialFiles } from '../results/run-folder';
import type { RunRecord } from '../results/schemas';
import { trialRecord } from '../results/trial/trial.fixture';
import { subjectOf } from '../runtime/subject';
import { seededRandom } from '../statistics/random';
import type { CompareDesign } from './compare/analyse';
import { analysedRun } from './conclude';
import type { ReportedRun } from './index';
import type { NoiseDesign } from './noise/analyse';

/** What an app of the fixture takes for a request. */
type Nature = { meanMs: number; p99Ms: number; cores: number; rps: number };

const natures: Record<string, Nature> = {
  express: { meanMs: 3.1, p99Ms: 11, cores: 0.19, rps: 2100 },
  django: { meanMs: 6.8, p99Ms: 24, cores: 0.52, rps: 690 },
};

const subjects: RunRecord['subjects'] = [
  subjectOf('express', 'default', 1),
  subjectOf('django', 'default', 1),
];

const inTurns = {
  metrics: ['throughput', 'latency', 'cpu-per-request'],
  loads: [{ workload: 'micro', rateRps: 300, users: 16, search: null }],
  warmupSeconds: 3,
  seconds: 10,
} satisfies Partial<CompareDesign>;

type Options = {
  id?: string;
  runs?: number;
  /** Spread between runs, as a ratio. */
  cv?: number;
  /** Trials that a stranger disturbs, by number. */
  disturbed?: readonly number[];
  floors?: CompareDesign['floors'];
  /** Both arms up at once: A/A intervals known beforehand. */
  checks?: NonNullable<CompareDesign['checks']>;
  subjects?: RunRecord['subjects'];
};

export function compareFixture(options: Options = {}): ReportedRun {
  const { runs = 10, floors = [] } = options;
  const design: CompareDesign = {
    kind: 'compare',
    ...inTurns,
    runs,
    arms: { a: { subject: 0, label: 'Express' }, b: { subject: 1, label: 'Django' } },
    margin: 0.05,
    floors,
  };
  return inTurnsFixture(options.id ?? '20260107T090000Z-compare-1f2e', design, [0, 1], options);
}

/** Both up at once, a trial a block, at 300 requests per second. */
export function pairedFixture(options: Options & { isNoise?: true } = {}): ReportedRun {
  const { runs = 10, cv = 0.02, disturbed = [], checks = [], isNoise } = options;
  const common = {
    ...inTurns,
    metrics: ['latency', 'cpu-per-request'],
    runs,
  } satisfies Partial<CompareDesign>;
  const turns = { seconds: 0.5, skipSeconds: 0.1, isFreshEachBlock: true };
  const design: CompareDesign | NoiseDesign = isNoise
    ? { kind: 'noise', ...common, turns, label: 'Express' }
    : {
        ...{ kind: 'compare', ...common, turns, margin: 0.05, floors: [], checks },
        arms: { a: { subject: 0, label: 'Express' }, b: { subject: 1, label: 'Django' } },
        record: { intervals: checks.length, excludingOne: 0 },
      };
  const id = options.id ?? `20260107T100000Z-${design.kind}-5d6e`;
  const own = isNoise ? subjects.slice(0, 1) : subjects;
  const apps = isNoise ? (['express', 'express'] as const) : (['express', 'django'] as const);
  const random = seededRandom(11);
  const planned = Array.from({ length: runs }, (_, block): RunRecord['trials'][number] => ({
    ...{ number: block + 1, subject: 0, against: isNoise ? 0 : 1, block, app: 'express' },
    ...{ scenario: 'scaling', workload: 'micro', purpose: 'measure', state: 'done' },
  }));
  const trials = planned.map(({ number }) =>
    pairedFilesOf(
      id,
      number,
      apps,
      () => Math.exp(cv * random.normal()),
      disturbed.includes(number),
    ),
  );
  const run: RunRecord = { ...recordOf(id, design), subjects: own, trials: planned };
  return analysedRun(run, trials);
}

const order = 'abbabaab';

function pairedFilesOf(
  run: string,
  number: number,
  apps: readonly [AppName, AppName],
  factor: () => number,
  isDisturbed: boolean,
): TrialFiles {
  const record = filesOf(run, number, apps[0], 'scaling', factor, isDisturbed);
  const [a, b] = apps.map((app) => {
    const nature = natures[app] as Nature;
    return { meanMs: nature.meanMs * factor(), cores: nature.cores * factor() };
  });
  if (a === undefined || b === undefined || record.server === null) throw new Error('two arms');
  const { server, plan } = record;
  const turns = Array.from({ length: 2 * inTurns.seconds }, (_, turn) => {
    const { meanMs } = order[turn % order.length] === 'a' ? a : b;
    const ms = Array.from(
      { length: 120 },
      (_, place) => -meanMs * Math.log(1 - (place + 0.5) / 120),
    );
    return { step: 'step_01', turn, skipped: 30, failed: 0, ms };
  });
  return {
    ...record,
    plan: {
      ...plan,
      turns: {
        ...{ seconds: 0.5, skipSeconds: 0.1, order },
        arms: [
          { name: 'a', app: apps[0], baseUrl: 'http://127.0.0.1:8081' },
          { name: 'b', app: apps[1], baseUrl: 'http://127.0.0.1:8082' },
        ],
      },
    },
    turns,
    server: {
      ...server,
      usage: server.usage.map((sample, index) => ({
        ...sample,
        arms: {
          a: { subject: 10 + (a.cores * index) / 2, database: 1 },
          b: { subject: 10 + (b.cores * index) / 2, database: 1 },
        },
      })),
    },
  };
}

/** Of Django. */
export function noiseFixture(options: Options = {}): ReportedRun {
  const { runs = 10 } = options;
  const design: NoiseDesign = { kind: 'noise', ...inTurns, runs, label: 'Django' };
  const own = { subjects: subjects.slice(1), ...options };
  return inTurnsFixture(options.id ?? '20260107T083000Z-noise-9a8b', design, [0, 0], own);
}

function inTurnsFixture(
  id: string,
  design: CompareDesign | NoiseDesign,
  arms: readonly [a: number, b: number],
  options: Options,
): ReportedRun {
  const { cv = 0.02, disturbed = [], subjects: own = subjects } = options;
  const random = seededRandom(7);
  const planned: RunRecord['trials'] = [];
  const trials: TrialFiles[] = [];
  for (const scenario of ['concurrency', 'scaling']) {
    for (const { arm, block } of turnOrder(design.runs)) {
      const subject = arms[arm === 'a' ? 0 : 1];
      const app = own[subject]?.app ?? 'express';
      const number = planned.length + 1;
      planned.push({
        number,
        subject,
        arm,
        block,
        scenario,
        app,
        workload: 'micro',
        purpose: 'measure',
        state: 'done',
      });
      const factor = () => Math.exp(cv * random.normal());
      trials.push(filesOf(id, number, app, scenario, factor, disturbed.includes(number)));
    }
  }
  const run: RunRecord = { ...recordOf(id, design), subjects: own, trials: planned };
  return analysedRun(run, trials);
}

function filesOf(
  run: string,
  number: number,
  app: AppName,
  scenario: string,
  factor: () => number,
  isDisturbed: boolean,
): TrialFiles {
  const nature = natures[app] as Nature;
  const users = 16;
  const rps = scenario === 'scaling' ? 300 : nature.rps * factor();
  const meanMs = scenario === 'scaling' ? nature.meanMs * factor() : (1000 * users) / rps;
  const requests = Math.round(rps * inTurns.seconds);
  const times = {
    count: requests,
    mean: meanMs,
    min: 0.4 * meanMs,
    p50: 0.8 * meanMs,
    p95: 2 * meanMs,
    p99: scenario === 'scaling' ? nature.p99Ms * factor() : 3 * meanMs,
    p999: 5 * meanMs,
    max: 6 * meanMs,
  };
  const step: Partial<StepSummary> = {
    requests,
    iterations: requests,
    latencyMs: times,
    iterationMs: times,
  };
  const subject = Math.min(0.95, nature.cores * factor());
  const record = trialRecord({
    app,
    loads: [
      scenario === 'scaling'
        ? { model: 'open', rateRps: 300, maxVUs: 60 }
        : { model: 'closed', users },
    ],
    steps: [step],
    cores: { subject },
    others: isDisturbed ? { generator: 0.52 } : {},
  });
  const later = number * 15_000;
  return {
    number,
    plan: { ...record.plan, run, trial: number },
    summary: record.summary && {
      ...record.summary,
      run,
      trial: number,
      steps: record.summary.steps.map((one) => ({
        ...one,
        startedAtMs: (one.startedAtMs ?? 0) + later,
      })),
    },
    server: record.server && {
      schemaVersion: 1,
      ...record.server,
      usage: record.server.usage.map((one) => ({ ...one, atMs: one.atMs + later })),
    },
  };
}

const machine = {
  cpuModel: 'Example CPU',
  cores: 2,
  memoryBytes: 8 * 2 ** 30,
  kernel: '6.1.0',
};

const recordOf = (
  id: string,
  design: CompareDesign | NoiseDesign,
): Omit<RunRecord, 'subjects' | 'trials'> => ({
  schemaVersion: 1,
  id,
  kind: design.kind,
  design,
  status: 'complete',
  startedAt: '2026-01-07T09:00:00.000Z',
  endedAt: '2026-01-07T09:10:00.000Z',
  owner: { pid: 1, startTicks: 1 },
  arguments:
    design.kind === 'noise' ? ['noise', '--app', 'django'] : ['compare', 'express', 'django'],
  seed: 20260101,
  configuration: {},
  revision: { commit: '0123456789abcdef0123456789abcdef01234567', dirty: false },
  locks: { 'package-lock.json': '0011223344556677' },
  tools: { node: '24.0.0', k6: '2.2.0' },
  host: { ...machine, fingerprint: fingerprintOf(machine) },
  runtime: {
    kind: 'native',
    placement: { subject: [0], database: [0], generator: [1], compromises: [] },
    postgres: 'embedded 18.4',
    caveats: [],
  },
  incidents: [],
});
