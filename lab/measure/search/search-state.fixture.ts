// Trials of a search as `searchState` reads them, written down by hand or as they were recorded.
import type { DesignedTrial } from '../../results/trial/result';
import { type StepResult, stepResults } from '../../results/trial/steps';
import { trialRecord } from '../../results/trial/trial.fixture';
import type { SearchSettings } from './search-settings';

/** `lab capacity --budget 4m`, with the lab's goal for 99 % within 100 ms. */
export const fourMinutes: SearchSettings = {
  goal: {
    name: '99 % within 100 ms',
    initialTrialDurationSeconds: 5,
    finalTrialDurationSeconds: 15,
    durationSumSeconds: 75,
    lossRatio: 0.01,
    exceedRatio: 0.5,
    relativeWidth: 0.05,
  },
  requestsPerTrial: 300,
  budgetSeconds: 240,
  warmupSeconds: { first: 10, later: 2 },
};

/**
 * `db` on Django: the machine slowed down after the tenth trial. H held, F failed, with the share of
 * late or failed answers in percent where it matters; made without any repeat.
 */
export const slowedDown =
  '502F5 251H5 355H5 422F5 382H5 402F5 392H5 402H15 412F5 402H15 412F15 402F15:50 402F15:70 402F15:87 392F15:46.6';

/** A word a trial: load, H(eld), F(ailed), V(oid) or void for its G(enerator), seconds, and :percent late or failed. */
export function trialsOf(words: string, probeRps = 627): DesignedTrial[] {
  const trials = words.split(' ').filter((word) => word !== '');
  return [
    designed(1, 'probe', step(0, 5, 'held', 0, probeRps)),
    ...trials.map((word, index) => designed(index + 2, 'measure', stepOf(word))),
  ];
}

function stepOf(word: string): StepResult {
  const [, load = '', outcome = '', seconds = '', percent] =
    /^(\d+)([HFVG])(\d+)(?::([\d.]+))?$/.exec(word) ?? [];
  if (load === '') throw new Error(`no trial: ${word}`);
  const lost = percent === undefined ? (outcome === 'F' ? 0.6 : 0) : Number(percent) / 100;
  return step(Number(load), Number(seconds), outcomes[outcome] ?? 'held', lost);
}

const outcomes: Record<string, keyof typeof validities> = {
  V: 'void',
  G: 'void for its generator',
};

const validities = {
  held: { state: 'valid', reasons: [], checks: [] },
  void: { state: 'void', reasons: ['other processes 0.6 cores'], checks: [] },
  'void for its generator': {
    state: 'void',
    reasons: ['answers held up in k6 47 ms'],
    checks: [
      {
        ...{ name: 'answers held up in k6', figure: 47, bound: 20, unit: 'ms' },
        ...{ outcome: 'broken', reason: 'k6 was late' },
      },
    ],
  },
} satisfies Record<string, StepResult['validity']>;

function step(
  load: number,
  seconds: number,
  state: keyof typeof validities,
  lossRatio: number,
  achieved = load,
): StepResult {
  return {
    ...sound,
    offeredRps: load === 0 ? null : load,
    achievedRps: achieved,
    requests: achieved * seconds,
    durationSeconds: seconds,
    lossRatio,
    latencyMs: null,
    generatorShare: 0.1,
    subjectCores: 0.7,
    databaseCores: 0.2,
    validity: validities[state],
  };
}

const [sound] = stepResults(
  trialRecord({ loads: [{ model: 'open', rateRps: 100, maxVUs: 50 }] }),
) as [StepResult];

const designed = (number: number, purpose: 'probe' | 'measure', counted: StepResult) =>
  ({
    number,
    app: 'django',
    scenario: 'scaling',
    workload: 'db',
    purpose,
    slo: { share: 0.99, thresholdSeconds: 0.1 },
    failedChecks: {},
    subject: 0,
    search: 0,
    // A warm-up of two seconds that counts as time, not as a trial.
    steps: [{ ...counted, warmup: true, durationSeconds: 2 }, counted],
  }) as DesignedTrial;
