// Names of the metrics that the scenarios record besides k6's own. Pure; metrics.ts registers them.

/** What is exceptional is counted, what is usual is not: one custom metric per request is expensive. */
export const SERIES = {
  /** Answers with the expected status that were wrong, or slower than the SLO's bound. */
  missed: 'slo_missed',
  /** Right status, wrong body; tagged with the route. */
  wrongBodies: 'wrong_bodies',
  /** Answers that came after their step had ended. */
  late: 'late_requests',
  /** Those among them that failed or were wrong. */
  lateFailures: 'late_failures',
  /** How late a sampled iteration began. */
  scheduleLag: 'schedule_lag',
  /** Sampled iterations that began more than LATE_START_MS late. */
  lateStarts: 'late_starts',
  /** Iterations of the step that have begun, as the latest sampled one knows. */
  begun: 'iterations_begun',
  /** When a step began, in seconds since 1970. */
  stepStart: 'step_start_time_seconds',
  /** Checkouts sent, accepted with an order, refused with a 4xx: what is left nobody knows of. */
  checkoutsBegun: 'checkouts_begun',
  checkoutsAccepted: 'checkouts_accepted',
  checkoutsRefused: 'checkouts_refused',
  /** By hand only: whether a request met the SLO, for k6's own thresholds. */
  met: 'slo_met',
} as const;

/** From here on an iteration began late; the VUs were free (docs/method.md, "When a step is void"). */
export const LATE_START_MS = 50;
