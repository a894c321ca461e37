// What a scenario is handed (Plan) and what it hands back (Summary). Types alone: k6 scripts and
// the lab both import them, and neither knows more of the other.

/**
 * One level of load held steady. An iteration is one request, also where requests make up a visit:
 * rates are in requests per second.
 */
export type Step = {
  /** Unique in the plan, fit for a metric tag: `warmup`, `step_01`, `step_02`... */
  name: string;
  durationSeconds: number;
  /** A warm-up is recorded and never counted. */
  warmup: boolean;
  load: { model: 'open'; rateRps: number; maxVUs: number } | { model: 'closed'; users: number };
};

/** Two subjects that are up at once and loaded in turns by one k6 process, in every step. */
export type Turns = {
  /** Length of a turn. An iteration belongs to the turn in which it begins. */
  seconds: number;
  /** The first part of each turn is loaded and not counted: in it the other arm's requests end. */
  skipSeconds: number;
  arms: [TurnArm, TurnArm];
  /** Whose turn it is, by names of arms, such as `abbabaab`; it begins again when it is used up. */
  order: string;
};

/**
 * The users of each step come and go: in each turn so many of them make requests, and the others wait for
 * its end. An iteration belongs to the turn in which it begins.
 */
export type UserTurns = {
  /** Length of a turn, and its first part, which is not counted: in it what others had in flight ends. */
  seconds: number;
  skipSeconds: number;
  /** Users of each turn; it begins again when it is used up. */
  order: number[];
};

/** `name` is a tag of the arm's series; `products` is as in the plan, of this arm's shop. */
type TurnArm = { name: 'a' | 'b'; app: string; baseUrl: string; products?: number };

/** What one k6 process does to one subject, or to two in turns. */
export type Plan = {
  schemaVersion: 1;
  scenario: string;
  /** Run id (`by-hand-...` without a lab) and trial number: k6 tags its series with them. */
  run: string;
  trial: number;
  app: string;
  baseUrl: string;
  /** Absent: `app` at `baseUrl` gets all of the load. */
  turns?: Turns;
  /** Absent: all users of a step make requests until it ends. Not beside `turns`. */
  userTurns?: UserTurns;
  /**
   * Hosts that may be loaded besides loopback and the compose service names. Each must also stand
   * in the file that HEADROOM_ALLOW_FILE names, one host per line: a flag alone is not enough.
   */
  allowHosts: string[];
  workload: string;
  /** How many k6 processes share the load, each a part of every step; absent: one makes all of it. */
  generators?: number;
  /** Absolute path of the k6 file of a workload that somebody brings; absent: one of k6/workloads. */
  workloadFile?: string;
  /** Users do not think, whatever the workload says: they keep the subject busy. */
  hurried?: true;
  /** Parts of the contract that the subject serves; absent: all. */
  serves?: string[];
  /** How many products the shop has, where the workload is the shop's; absent: the fewest it can. */
  products?: number;
  /** Seconds of think time after each iteration come from the workload, not from the plan. */
  steps: Step[];
  /** Seconds between the end of one step and the start of the next: what is in flight ends here. */
  gapSeconds: number;
  gracefulStopSeconds: number;
  seed: number;
  /** Share of requests to be answered correctly within the bound (contract/slo.json). */
  slo: { share: number; thresholdSeconds: number };
  /** One iteration in this many is sampled for schedule lag and, where bodies vary, parsed. */
  sampleEvery: number;
  /**
   * Absolute path of customers' sessions, by arm: taken from there where the file is, and left there at the end;
   * absent: everybody logs in. Not read by several generators.
   */
  sessionsPath?: string;
  /** Where the summary goes; absent: stdout gets k6's own summary alone. */
  summaryPath?: string;
};

/** Durations in milliseconds, exact over all requests of the step (k6 keeps every value). */
export type Quantiles = {
  count: number;
  mean: number;
  min: number;
  p50: number;
  p95: number;
  p99: number;
  p999: number;
  max: number;
};

export type StepSummary = {
  name: string;
  /** When the step's scenario began, in milliseconds since 1970; null if it never did. */
  startedAtMs: number | null;
  durationSeconds: number;
  iterations: number;
  /** Requests that ended, whenever they did, or were cut off when the step's grace ended. */
  requests: number;
  /** Requests that ended after the step had: not part of the achieved rate. */
  lateRequests: number;
  /** Late, and failed or wrong as well; absent in earlier runs. */
  lateFailures?: number;
  /** Transport errors, unexpected status codes, requests that were cut off. */
  failed: number;
  /** Right status, wrong body. */
  wrongBodies: number;
  /** Failed, wrong or slower than the SLO's bound. */
  sloMisses: number;
  droppedIterations: number;
  /** Time to the end of the answer (k6's http_req_duration); null where none came. */
  latencyMs: Quantiles | null;
  /** A whole iteration with its think time and what the generator itself added. */
  iterationMs: Quantiles | null;
  /** How late sampled iterations started, open model only; null where nothing was sampled. */
  scheduleLagMs: { samples: number; p99: number; max: number; over50: number } | null;
  dataReceivedBytes: number;
  /** Of those routes that were asked for; absent where they are not told apart, and in earlier runs. */
  routes?: RouteSummary[];
};

/** Requests of a step whose path has this template: `failed` as in the step, durations of all. */
type RouteSummary = { route: string; failed: number; latencyMs: Quantiles };

export type Checkouts = { begun: number; accepted: number; refused: number };

export type Summary = {
  schemaVersion: 1;
  scenario: string;
  run: string;
  trial: number;
  app: string;
  workload: string;
  /** The workload's think time after each iteration. */
  thinkTimeSeconds: number;
  /** Checks that failed, by name; empty when every body was right. */
  failedChecks: Record<string, number>;
  /**
   * Checkouts of all steps: sent, answered with an order, answered with a 4xx. Of the rest no answer
   * came, or a 5xx: only the database knows. Absent where none was sent.
   */
  checkouts?: Checkouts;
  /** The same of each arm, where two subjects took turns. */
  checkoutsOfArms?: Record<TurnArm['name'], Checkouts>;
  steps: StepSummary[];
};
