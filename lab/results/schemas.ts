// What a run leaves on disk, checked whenever it is read.
import { z } from 'zod';
import { markers } from '../../contract/app';
import { appNameSchema } from '../../contract/apps';
import type { Plan, Summary } from '../../contract/plan';
import { booksRecord } from './trial/books';

export const schemaVersion = 1;
const version = z.literal(schemaVersion);

const step = z.strictObject({
  name: z.string(),
  durationSeconds: z.number().positive(),
  warmup: z.boolean(),
  load: z.discriminatedUnion('model', [
    z.strictObject({
      model: z.literal('open'),
      rateRps: z.number().positive(),
      maxVUs: z.int().positive(),
    }),
    z.strictObject({ model: z.literal('closed'), users: z.int().positive() }),
  ]),
});

export const sloSchema = z.strictObject({ share: z.number(), thresholdSeconds: z.number() });
const turnArm = <Name extends 'a' | 'b'>(name: Name) =>
  z.strictObject({
    name: z.literal(name),
    app: z.string(),
    baseUrl: z.url(),
    products: z.int().positive().exactOptional(),
  });

const turns = z.strictObject({
  seconds: z.number().positive(),
  skipSeconds: z.number().nonnegative(),
  arms: z.tuple([turnArm('a'), turnArm('b')]),
  order: z.string().regex(/^[ab]+$/),
});
export type LoadTurns = z.infer<typeof turns>;

const userTurns = z.strictObject({
  seconds: z.number().positive(),
  skipSeconds: z.number().nonnegative(),
  order: z.array(z.int().positive()).min(1),
});
export type LoadUserTurns = z.infer<typeof userTurns>;

export const planSchema = z.strictObject({
  schemaVersion: version,
  scenario: z.string(),
  run: z.string(),
  trial: z.int().positive(),
  app: appNameSchema,
  baseUrl: z.url(),
  turns: turns.exactOptional(),
  userTurns: userTurns.exactOptional(),
  hurried: z.literal(true).exactOptional(),
  allowHosts: z.array(z.string()),
  workload: z.string(),
  generators: z.int().min(2).exactOptional(),
  serves: z.array(z.string()).exactOptional(),
  products: z.int().positive().exactOptional(),
  workloadFile: z.string().exactOptional(),
  steps: z.array(step),
  gapSeconds: z.number().nonnegative(),
  gracefulStopSeconds: z.number().nonnegative(),
  seed: z.int(),
  slo: sloSchema,
  sampleEvery: z.int().positive(),
  sessionsPath: z.string().exactOptional(),
  summaryPath: z.string().exactOptional(),
}) satisfies z.ZodType<Plan, unknown>;
/** The load of one trial, as k6 is handed it; by hand k6 takes other subjects than the lab's. */
export type LoadPlan = z.infer<typeof planSchema>;

export const quantilesSchema = z.strictObject({
  count: z.int(),
  mean: z.number(),
  min: z.number(),
  p50: z.number(),
  p95: z.number(),
  p99: z.number(),
  p999: z.number(),
  max: z.number(),
});

export const routeSummarySchema = z.strictObject({
  route: z.string(),
  failed: z.int(),
  latencyMs: quantilesSchema,
});

const checkouts = z.strictObject({ begun: z.int(), accepted: z.int(), refused: z.int() });

export const summarySchema = z.strictObject({
  schemaVersion: version,
  scenario: z.string(),
  run: z.string(),
  trial: z.int(),
  app: appNameSchema,
  workload: z.string(),
  thinkTimeSeconds: z.number().nonnegative(),
  failedChecks: z.record(z.string(), z.int()),
  checkouts: checkouts.exactOptional(),
  checkoutsOfArms: z.strictObject({ a: checkouts, b: checkouts }).exactOptional(),
  steps: z.array(
    z.strictObject({
      name: z.string(),
      startedAtMs: z.number().nullable(),
      durationSeconds: z.number(),
      iterations: z.int(),
      requests: z.int(),
      lateRequests: z.int(),
      lateFailures: z.int().exactOptional(),
      failed: z.int(),
      wrongBodies: z.int(),
      sloMisses: z.int(),
      droppedIterations: z.int(),
      latencyMs: quantilesSchema.nullable(),
      iterationMs: quantilesSchema.nullable(),
      scheduleLagMs: z
        .strictObject({ samples: z.int(), p99: z.number(), max: z.number(), over50: z.int() })
        .nullable(),
      dataReceivedBytes: z.number(),
      routes: z.array(routeSummarySchema).exactOptional(),
    }),
  ),
}) satisfies z.ZodType<Summary, unknown>;

/** What came of the turns of a trial, as k6 told it: raw results, one entry for each turn. */
export const turnsSchema = z.strictObject({
  schemaVersion: version,
  turns: z.array(
    z.strictObject({
      step: z.string(),
      /** From 0, in its step. */
      turn: z.int().nonnegative(),
      /** Requests of its first part, which are not counted. */
      skipped: z.int().nonnegative(),
      /** Of the others: without an answer, or with another status. */
      failed: z.int().nonnegative(),
      /** Of the rest: durations in milliseconds. */
      ms: z.array(z.number()),
    }),
  ),
});
export type TurnRecord = z.infer<typeof turnsSchema>['turns'][number];

const ending = z.strictObject({ code: z.int().nullable(), signal: z.string().nullable() });

/** Of generators that shared the load: what each did. Times of its requests are in latencies-<number>.json. */
export const generatorsSchema = z.strictObject({
  schemaVersion: version,
  generators: z.array(
    z.strictObject({
      /** From 1. */
      number: z.int().positive(),
      ending,
      /** How far its clock was ahead of the lab's when the load began; null where it never came so far. */
      clockOffsetMs: z.number().nullable(),
      summary: summarySchema.nullable(),
      /** How many requests it told the time of, by step. */
      told: z.record(z.string(), z.int()),
    }),
  ),
});

/** The time of each request that one generator told, in milliseconds, by step. */
export const latenciesSchema = z.strictObject({
  schemaVersion: version,
  steps: z.record(z.string(), z.array(z.number())),
});
export type GeneratorRecord = z.infer<typeof generatorsSchema>['generators'][number];

const cpuSeconds = z.number().nullable();

/** Of one arm's own processes, and of the PostgreSQL backends of its own database. */
const armUse = z.strictObject({ subject: cpuSeconds, database: cpuSeconds });
const part = z.enum(['subject', 'database', 'generator']);
export type Part = z.infer<typeof part>;

/** Cores of one part, or of those that share some: on which of them each ran, nobody can tell. */
const coreSet = z.strictObject({ parts: z.array(part), cpus: z.array(z.int()) });
export type CoreSet = z.infer<typeof coreSet>;

/** CPU seconds so far on the cores of one set. */
const coreUse = z.strictObject({
  /** Of all processes there, ours included. */
  busy: z.number(),
  /** Of ours: those of its parts; with the generator also Prometheus and the lab. */
  own: cpuSeconds,
  /** Taken by the hypervisor for somebody else. */
  steal: z.number(),
  /** Not CPU: how long threads of its parts were ready to run and had no core. */
  waited: cpuSeconds,
});

/** CPU seconds so far, by part, at one moment; null where it cannot be seen. */
const usageSchema = z.strictObject({
  atMs: z.number(),
  subject: cpuSeconds,
  database: cpuSeconds,
  generator: cpuSeconds,
  /** Of each where several share the load, by their numbers; `generator` is then all of them. */
  generators: z.array(cpuSeconds).exactOptional(),
  /** Prometheus and the lab itself. */
  lab: cpuSeconds,
  /** All processes of the machine, ours included. */
  machine: cpuSeconds,
  /** Taken by the hypervisor for somebody else. */
  steal: cpuSeconds,
  /** Seconds for which the CPU limit of its container has held up what runs k6; absent where none is seen. */
  throttled: z.number().exactOptional(),
  /** Resident memory of the subject, where the lab sees its processes. */
  memoryBytes: z.number().nullable().exactOptional(),
  /** Where two subjects take turns; `subject` above is then both. */
  arms: z.strictObject({ a: armUse, b: armUse }).exactOptional(),
  /** On the cores of each of `coreSets`, in their order; absent where they cannot be seen. */
  cores: z.array(coreUse).exactOptional(),
});
export type UsageSample = z.infer<typeof usageSchema>;

/** The app's own counters at one moment, summed over labels. */
const countersSchema = z.strictObject({
  atMs: z.number(),
  requests: z.number(),
  requestSeconds: z.number(),
  statements: z.number(),
  statementSeconds: z.number(),
  poolWaits: z.number(),
  poolWaitSeconds: z.number(),
  poolTimeouts: z.number(),
  /** How late the event loops' timers fired; 0 without an event loop, and in earlier runs. */
  timerDelays: z.number().default(0),
  timerDelaySeconds: z.number().default(0),
  startedAtSeconds: z.number(),
  workerRestarts: z.number(),
  residentMemoryBytes: z.number(),
});
export type Counters = z.infer<typeof countersSchema>;

/** A core on which a thread that was due at `fromMs` was woken `ms` late. */
const hiccupSchema = z.strictObject({ cpu: z.int(), fromMs: z.number(), ms: z.number() });
export type Hiccup = z.infer<typeof hiccupSchema>;

/** Something that happened to a part by itself, during a run. */
const incidentSchema = z.strictObject({
  atMs: z.number(),
  part: z.string(),
  what: z.string(),
});
export type Incident = z.infer<typeof incidentSchema>;

/** What was seen around k6 while it ran. */
export const serverSchema = z.strictObject({
  schemaVersion: version,
  cores: z.strictObject({
    subject: z.int(),
    database: z.int(),
    generator: z.number(),
    /** Of each of several generators that have a limit of their own; absent where they share those above. */
    eachGenerator: z.number().exactOptional(),
  }),
  databaseSharesSubjectCores: z.boolean(),
  /** Earlier runs have none: interference was judged for the machine as a whole. */
  coreSets: z.array(coreSet).exactOptional(),
  /** Where HEADROOM_OTHER_CORES moved the bound of validity. */
  otherCoresBound: z.number().positive().exactOptional(),
  usage: z.array(usageSchema),
  /** Counters when k6 was started: until customers log in, or the first step begins, the app is idle. */
  beforeLoad: countersSchema.nullable().default(null),
  /** Counters when customers began to log in, before the first step; absent where none did, and in earlier runs. */
  beforeLogIns: countersSchema.nullable().exactOptional(),
  /** Counters read at the edges of each step; null where the app did not answer. */
  edges: z.array(
    z.strictObject({
      step: z.string(),
      startedAtMs: z.number(),
      start: countersSchema.nullable(),
      end: countersSchema.nullable(),
      /** In the gap after it, when what the step began has ended; earlier runs have none. */
      settled: countersSchema.nullable().default(null),
    }),
  ),
  /** Absent where no hiccup meter ran. */
  hiccups: z.array(hiccupSchema).exactOptional(),
  incidents: z.array(incidentSchema),
  generatorEnding: ending,
});
export type ServerRecord = z.infer<typeof serverSchema>;

/** The shop's books around a trial in which somebody bought. */
export const booksSchema = booksRecord.extend({ schemaVersion: version });

/** CPU numbers as the kernel counts them. Prometheus and the lab itself run with the generator. */
const placement = z.strictObject({
  subject: z.array(z.int()),
  database: z.array(z.int()),
  generator: z.array(z.int()),
  /** What shares a core that should not, in words; empty when nothing does. */
  compromises: z.array(z.string()),
});
export type Placement = z.infer<typeof placement>;

/** Code that is not the clone's own, as lab/runtime/revisions wrote it to a folder. */
const revisionSchema = z.strictObject({
  /** As it was asked for, such as `HEAD~3`; `worktree` for what was not committed. */
  name: z.string(),
  /** Null for the worktree. */
  commit: z.string().nullable(),
  /** Hash of all its files. */
  tree: z.string(),
  /** Of the app, inside the tree. */
  folder: z.string(),
});
export type Revision = z.infer<typeof revisionSchema>;

const subjectSchema = z.strictObject({
  app: appNameSchema,
  profile: z.string(),
  /** Absent: the clone's own code, whose revision the run has. */
  revision: revisionSchema.exactOptional(),
  server: z.string(),
  /**
   * Servers alike behind one name; workers, threads and pool are those of each. Runs made before there
   * were replicas had one.
   */
  replicas: z.int().positive().default(1),
  /** CPU limit of each replica, in cores; absent: what the runtime gives every subject. */
  cpus: z.number().positive().exactOptional(),
  workers: z.int(),
  /** Requests that a worker answers at a time by threads; 1 for an event loop. */
  threads: z.int(),
  /** Database connections of each worker. */
  pool: z.int(),
  keepAliveSeconds: z.number(),
  /** How many its shop has; absent: as many as HEADROOM_SHOP_SIZE says. */
  products: z.int().positive().exactOptional(),
  /**
   * What else its profile sets (contract/README.md), by the name of the variable. Runs made before
   * there were profiles beside `default` had none.
   */
  settings: z.record(z.string(), z.string()).default({}),
});

export const runSchema = z.strictObject({
  schemaVersion: version,
  id: z.string(),
  /** Which experiment it is: a name of lab/experiments/index.ts. */
  kind: z.string(),
  status: z.enum(['running', 'complete', 'partial', 'void']),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  /** Process that writes the run: one that is `running` without it was cut off. */
  owner: z.strictObject({ pid: z.int(), startTicks: z.number() }),
  arguments: z.array(z.string()),
  seed: z.int(),
  /** Variables that differed from what holds without them; of a secret, that it was set. */
  configuration: z.record(z.string(), z.string()).default({}),
  revision: z.strictObject({ commit: z.string(), dirty: z.boolean() }).nullable(),
  locks: z.record(z.string(), z.string()),
  tools: z.record(z.string(), z.string()),
  host: z.strictObject({
    fingerprint: z.string(),
    cpuModel: z.string(),
    cores: z.int(),
    memoryBytes: z.number(),
    kernel: z.string(),
  }),
  runtime: z.strictObject({
    kind: z.enum(['native', 'compose', 'attached', 'kubernetes']),
    placement,
    postgres: z.string(),
    /** What limits the figures on this machine, in words. */
    caveats: z.array(z.string()),
  }),
  subjects: z.array(subjectSchema),
  /** What is shown of apps that are not the clone's own, and how a command names them. */
  foreignApps: z
    .array(
      z.strictObject({
        name: appNameSchema,
        title: z.string(),
        // It becomes a part of the report's markup.
        colour: z.string().regex(/^#[0-9A-F]{6}$/),
        marker: z.enum(markers),
        notation: z.string(),
        placed: z.boolean(),
      }),
    )
    .exactOptional(),
  /**
   * What was asked of an experiment, as far as its trials do not tell; a tour and a run ask none. The
   * experiment's own schema checks it (lab/experiments/<name>/analyse.ts) when the run is analysed.
   */
  design: z.looseObject({ kind: z.string() }).nullable().default(null),
  trials: z.array(
    z.strictObject({
      number: z.int(),
      /** Index in `subjects`; absent where the app alone tells which. */
      subject: z.int().nonnegative().exactOptional(),
      /** Index in `subjects` of the one that takes turns with it, as arm B. */
      against: z.int().nonnegative().exactOptional(),
      /** Of a comparison: the arm and the block that the trial belongs to; of scaling: the repeat. */
      arm: z.enum(['a', 'b']).exactOptional(),
      block: z.int().nonnegative().exactOptional(),
      /** Of a search for a capacity: which of the run's searches it belongs to. */
      search: z.int().nonnegative().exactOptional(),
      /** Of a scaling experiment: workers, replicas, cores or users. */
      level: z.number().positive().exactOptional(),
      scenario: z.string(),
      app: appNameSchema,
      workload: z.string(),
      /** check: is it right at all; probe: how far must the stairs climb; measure: the figures. */
      purpose: z.enum(['check', 'probe', 'measure']),
      state: z.enum(['planned', 'done', 'cut off']),
      /** By the clock, of one that is done: its steps, k6's start and end, log-ins, gaps. */
      tookSeconds: z.number().nonnegative().exactOptional(),
    }),
  ),
  incidents: z.array(incidentSchema),
});
export type RunRecord = z.infer<typeof runSchema>;
