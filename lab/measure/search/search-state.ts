// A search for a capacity as its trials on disk leave it.

import { z } from 'zod';
import type { DesignedTrial } from '../../results/trial/result';
import type { StepResult } from '../../results/trial/steps';
import { boundsSchema, type HeldLoad, highestHeld, leaningBounds } from './capacity-evidence';
import {
  type GoalResult,
  goalResult,
  holdsOf,
  isHighLoss,
  type SearchGoal,
  type SearchTrial,
} from './load-classification';
import { answerStretch, latestStretch, type Stretch, stretchesOf } from './machine-change';
import type { SearchSettings } from './search-settings';

export const searchedTrialSchema = z.strictObject({
  /** Within the search, from 1: its calibration and other searches of the run are not counted. */
  number: z.number(),
  load: z.number(),
  durationSeconds: z.number(),
  outcome: z.enum(['void', 'held', 'failed']),
  /** Share of requests too slow, failed or dropped. */
  lossRatio: z.number().nullable(),
  p99Ms: z.number().nullable(),
  /** Why it is void. */
  reasons: z.array(z.string()),
  /** Void because the generator could not make the load. */
  generatorLimited: z.boolean(),
  /** Requests per second, as of then: the largest known to hold, the smallest known to fail. */
  bounds: boundsSchema,
  /** The same, where the trials so far lean to it: what the search works on, and no result. */
  leaning: boundsSchema,
});
export type SearchedTrial = z.infer<typeof searchedTrialSchema>;

/** A trial that counts, as the search's rules take it. */
type CountedTrial = SearchTrial & { readonly number: number };

export type SearchState = {
  /** From the calibration; null before it. */
  startLoad: number | null;
  trials: SearchedTrial[];
  /** Trials that count, on an unchanged machine each; several where the machine changed. */
  stretches: Stretch<CountedTrial>[];
  /** What the stretch says that answers for the search. */
  goal: GoalResult;
  /** Its first and last trial; null before any trial that counts. */
  answeredBy: { from: number; to: number } | null;
  /** In that stretch; null where no load held. */
  highestHeld: HeldLoad | null;
  /** Above this rate the generator is the limit; null while it is not known to be. */
  generatorLimitRps: number | null;
  /** By the clock, calibration and void trials included. */
  spentSeconds: number;
  /** What the next trial is likely to take besides its steps. */
  overheadSeconds: number;
};

/** k6 takes whole rates; a lower one than this is no load. */
export const MIN_LOAD = 1;
/**
 * The open model breaks before the closed one is full: a search that begins here brackets the
 * capacity in two or three trials.
 */
const START_SHARE = 0.8;
/** Where the calibration saw nothing. */
const BLIND_START = 100;
/** Gap, k6's start and its end: what a trial takes besides its steps, at the least. */
export const OVERHEAD_SECONDS = 3;
/** Aimed at once the generator was found to be the limit, below the 0.8 that voids a step. */
const GENERATOR_TARGET_SHARE = 0.75;

/** @param trials of one search, in order */
export function searchState(
  settings: SearchSettings,
  trials: readonly DesignedTrial[],
): SearchState {
  const { goal } = settings;
  const calibration = trials.find(({ purpose }) => purpose === 'probe');
  const searched: SearchedTrial[] = [];
  const counted: CountedTrial[] = [];
  let generatorLimitRps: number | null = null;
  for (const { purpose, steps } of trials) {
    const step = steps.find(({ warmup }) => !warmup);
    if (purpose !== 'measure' || step === undefined) continue;
    const trial = searchedTrial(goal, searched.length + 1, step, searched.at(-1));
    searched.push(trial);
    if (trial.outcome !== 'void') {
      const { number, load, durationSeconds, lossRatio } = trial;
      counted.push({ number, load, durationSeconds, lossRatio: lossRatio ?? 1 });
    } else if (trial.generatorLimited && !hasFailedFrom(goal, counted, trial.load)) {
      generatorLimitRps = loadBelow(trial, step, counted, settings);
    }
    const latest = latestStretch(goal, counted);
    const result = goalResult(goal, latest);
    trial.bounds = { lower: holdsOf(result), upper: result.relevantUpperBound };
    trial.leaning = leaningBounds(goal, latest);
  }
  const answer = answerStretch(goal, counted).trials;
  return {
    startLoad: calibration ? startLoadOf(calibration) : null,
    trials: searched,
    stretches: stretchesOf(goal, counted),
    goal: goalResult(goal, answer),
    answeredBy: rangeOf(answer),
    highestHeld: highestHeld(goal, answer),
    generatorLimitRps,
    spentSeconds: trials.reduce((sum, trial) => sum + tookSecondsOf(trial), 0),
    overheadSeconds: overheadOf(trials.filter(({ purpose }) => purpose === 'measure')),
  };
}

function rangeOf(trials: readonly CountedTrial[]): SearchState['answeredBy'] {
  const [first, last] = [trials[0], trials.at(-1)];
  return first && last ? { from: first.number, to: last.number } : null;
}

/** A load that fails although the generator could make it is the subject's own limit. */
const hasFailedFrom = (goal: SearchGoal, counted: readonly SearchTrial[], load: number): boolean =>
  counted.some((trial) => trial.load >= load && isHighLoss(goal, trial));

function searchedTrial(
  goal: SearchGoal,
  number: number,
  step: StepResult,
  before: SearchedTrial | undefined,
): SearchedTrial {
  const load = step.offeredRps ?? Number.NaN;
  const { lossRatio, durationSeconds, validity } = step;
  const isVoid = validity.state === 'void' || lossRatio === null;
  const judged = { load, durationSeconds, lossRatio: lossRatio ?? 1 };
  return {
    number,
    load,
    durationSeconds,
    outcome: isVoid ? 'void' : isHighLoss(goal, judged) ? 'failed' : 'held',
    lossRatio,
    p99Ms: step.latencyMs?.p99 ?? null,
    reasons: isVoid ? validity.reasons : [],
    generatorLimited: isVoid && isGeneratorLimited(step, before),
    bounds: { lower: null, upper: null },
    leaning: { lower: null, upper: null },
  };
}

/**
 * Its CPU says so at once. A CPU limit that held it up, late starts, answers held up and drops while
 * users were free may be a hiccup of the machine, and say so when they void the same load twice in a row.
 */
function isGeneratorLimited(step: StepResult, before: SearchedTrial | undefined): boolean {
  const broke = (name: string) =>
    step.validity.checks.some((check) => check.name === name && check.outcome === 'broken');
  if (broke('generator CPU')) return true;
  // Of several, one that could not make its part says so in words alone.
  const one = step.validity.checks.find(
    ({ name, outcome }) => name === 'generators' && outcome === 'broken',
  );
  if (/% of its cores/.test(one?.reason ?? '')) return true;
  const again = before?.outcome === 'void' && before.load === step.offeredRps;
  return (
    again &&
    (/iterations late/.test(one?.reason ?? '') ||
      broke('generator throttled') ||
      broke('late starts') ||
      broke('answers held up in k6') ||
      broke('dropped while users were free'))
  );
}

/**
 * A load that the generator can make, below one that it could not: by the CPU that a request cost
 * it, else halfway (in ratio) to what was measured below, or half of it where nothing was; a goal's
 * width lower at least.
 */
function loadBelow(
  { load }: SearchedTrial,
  { requests, durationSeconds, generatorShare }: StepResult,
  counted: readonly SearchTrial[],
  { goal }: SearchSettings,
): number {
  const lower = counted.map((trial) => trial.load).filter((other) => other < load);
  const measured = Math.max(MIN_LOAD, ...lower);
  const halfway = lower.length === 0 ? load / 2 : Math.sqrt(measured * load);
  const wanted =
    generatorShare !== null && generatorShare > GENERATOR_TARGET_SHARE
      ? ((requests / durationSeconds) * GENERATOR_TARGET_SHARE) / generatorShare
      : halfway;
  const next = Math.floor(Math.min(wanted, load * (1 - goal.relativeWidth)));
  return Math.max(measured, next, MIN_LOAD + 1);
}

function startLoadOf({ steps }: DesignedTrial): number {
  const seen = steps.find(({ warmup }) => !warmup)?.achievedRps ?? 0;
  return seen > 0 ? Math.max(MIN_LOAD, Math.round(START_SHARE * seen)) : BLIND_START;
}

const stepSecondsOf = ({ steps }: DesignedTrial): number =>
  steps.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0);

const tookSecondsOf = (trial: DesignedTrial): number =>
  Math.max(trial.tookSeconds ?? 0, stepSecondsOf(trial) + OVERHEAD_SECONDS);

/** As the last one had it: k6 takes longer to start where more users are to be ready, or must log in. */
function overheadOf(trials: readonly DesignedTrial[]): number {
  const last = trials.at(-1);
  return last ? tookSecondsOf(last) - stepSecondsOf(last) : OVERHEAD_SECONDS;
}
