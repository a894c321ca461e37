import { describe, expect, it } from 'vitest';
import type { DesignedTrial } from '../../results/trial/result';
import { stepResults } from '../../results/trial/steps';
import { trialRecord } from '../../results/trial/trial.fixture';
import { turnOrder } from './block-order';
import { type InterleavedDesign, interleaved } from './interleaved';

const search = {
  goal: {
    name: '99 % within 100 ms',
    initialTrialDurationSeconds: 5,
    finalTrialDurationSeconds: 10,
    durationSumSeconds: 10,
    lossRatio: 0.01,
    exceedRatio: 0.5,
    relativeWidth: 0.1,
  },
  requestsPerTrial: 300,
  budgetSeconds: 600,
  warmupSeconds: { first: 3, later: 1 },
};
const design: InterleavedDesign = {
  metrics: ['capacity'],
  loads: [{ workload: 'micro', rateRps: null, users: null, search }],
  runs: 3,
  warmupSeconds: 3,
  seconds: 5,
};

let number = 0;

type Place = Pick<DesignedTrial, 'arm' | 'block' | 'search' | 'subject'>;

function trial(
  place: Place,
  load: Parameters<typeof trialRecord>[0]['loads'][number],
  sloMisses = 0,
): DesignedTrial {
  const record = trialRecord({ loads: [load], steps: [{ sloMisses }] });
  number += 1;
  return {
    number,
    app: 'express',
    scenario: 'scaling',
    workload: 'micro',
    purpose: load.model === 'closed' ? 'probe' : 'measure',
    slo: record.plan.slo,
    failedChecks: {},
    steps: stepResults(record),
    ...place,
  };
}

const probe = (place: Place) => trial(place, { model: 'closed', users: 16 });
const held = (place: Place, rateRps: number) =>
  trial(place, { model: 'open', rateRps, maxVUs: 60 });
const failed = (place: Place, rateRps: number) =>
  trial(place, { model: 'open', rateRps, maxVUs: 60 }, rateRps);

/** A whole search: what holds, and what fails a little above it. */
const searchOf = (place: Place, holdsRps: number): DesignedTrial[] => [
  probe(place),
  held(place, holdsRps),
  failed(place, 1.08 * holdsRps),
];

const places = turnOrder(3).map(({ arm, block }, index) => ({
  arm,
  block,
  search: index,
  subject: arm === 'a' ? 0 : 1,
}));

describe('capacity as a measure of turns', () => {
  it('is the highest rate known to hold, one a search', () => {
    const trials = places.flatMap((place) => searchOf(place, place.arm === 'a' ? 500 : 400));
    const { series, warnings } = interleaved(design, trials);
    expect(series).toHaveLength(1);
    expect(series[0]?.measure.key).toBe('capacity');
    expect(series[0]?.runs.map(({ arm, value }) => [arm, value])).toEqual(
      places.map(({ arm }) => [arm, arm === 'a' ? 500 : 400]),
    );
    expect(warnings).toEqual([]);
  });

  it('leaves out the block of a search that found none, and says so', () => {
    const trials = places.flatMap((place) =>
      place.search === 3 ? [probe(place), failed(place, 500)] : searchOf(place, 500),
    );
    const { series, warnings } = interleaved(design, trials);
    expect(new Set(series[0]?.runs.map(({ block }) => block))).toEqual(new Set([0, 2]));
    expect(warnings).toContain('micro: 5 of 6 searches found a capacity.');
  });
});
