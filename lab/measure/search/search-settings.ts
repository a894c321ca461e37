// How a search for a capacity is made: its goal by RFC 9971, its pace and its budget.

import { z } from 'zod';
import { formatPromise } from '../../results/findings-text';
import { sloOf } from '../workloads';
import { searchGoalSchema } from './load-classification';

/** How one search goes about it. */
export const searchSettingsSchema = z.strictObject({
  goal: searchGoalSchema,
  /** A trial lasts long enough for this many requests. */
  requestsPerTrial: z.int().positive(),
  /** By the clock: of trials, with warm-ups, k6's start and end, and those that are void. */
  budgetSeconds: z.number().positive(),
  /** `later`: on a subject that an earlier trial of the same search has warmed. */
  warmupSeconds: z.strictObject({ first: z.number(), later: z.number() }),
});
export type SearchSettings = z.infer<typeof searchSettingsSchema>;

/** A share of 1 % too slow is three requests in 300: fewer, and one request decides the trial. */
export const REQUESTS_PER_TRIAL = 300;

/** The lab's goal for an SLO: its loss ratio is 1 minus the share the SLO asks for. */
export const DEFAULT_GOAL = {
  initialTrialDurationSeconds: 5,
  finalTrialDurationSeconds: 15,
  durationSumSeconds: 75,
  exceedRatio: 0.5,
  relativeWidth: 0.05,
} as const;

type Pace = Omit<SearchSettings, 'goal' | 'budgetSeconds'> & {
  budgetSeconds: number;
  goal: Omit<SearchSettings['goal'], 'name' | 'lossRatio'>;
};

/** How fine and how long a search is. */
export const searchPaces: Record<'full' | 'brief' | 'quick', Pace> = {
  full: {
    goal: DEFAULT_GOAL,
    requestsPerTrial: REQUESTS_PER_TRIAL,
    budgetSeconds: 600,
    warmupSeconds: { first: 10, later: 2 },
  },
  /** `full` with less time: shorter trials, so that as many fit. */
  brief: {
    goal: {
      initialTrialDurationSeconds: 3,
      finalTrialDurationSeconds: 8,
      durationSumSeconds: 40,
      exceedRatio: 0.5,
      relativeWidth: 0.05,
    },
    requestsPerTrial: REQUESTS_PER_TRIAL,
    budgetSeconds: 240,
    warmupSeconds: { first: 6, later: 1 },
  },
  quick: {
    goal: {
      initialTrialDurationSeconds: 1,
      finalTrialDurationSeconds: 2,
      durationSumSeconds: 4,
      exceedRatio: 0.5,
      relativeWidth: 0.2,
    },
    // Four of them that are too slow break an SLO of 99 %; three do not.
    requestsPerTrial: REQUESTS_PER_TRIAL,
    budgetSeconds: 60,
    warmupSeconds: { first: 3, later: 1 },
  },
};

/**
 * A full search mostly takes four to six minutes, and one that must begin again because the machine
 * changed twice as long: with less time than this, bounds by shorter trials say more than none.
 */
const SHORTEST_FULL_SECONDS = 480;

/** The search that a workload's SLO asks for: RFC 9971's loss ratio is what the SLO lets pass. */
export function searchSettings(
  workload: string,
  asked: Pace = searchPaces.full,
  budgetSeconds = asked.budgetSeconds,
): SearchSettings {
  const slo = sloOf(workload);
  const isShort = asked === searchPaces.full && budgetSeconds < SHORTEST_FULL_SECONDS;
  const pace = isShort ? searchPaces.brief : asked;
  return {
    ...pace,
    goal: {
      name: formatPromise({ slo }),
      ...pace.goal,
      // 1 - 0.99 is a little more than a hundredth.
      lossRatio: Number((1 - slo.share).toFixed(9)),
    },
    budgetSeconds,
  };
}
