// How much a subject can do, roughly: a short trial that sizes the load of those after it.
import { LabError } from '../errors';
import { appTitle } from '../results/findings';
import { isFull } from '../results/trial/generators';
import type { StepResult } from '../results/trial/steps';
import { bounds, type Check, isAboutOthers } from '../results/trial/validity';
import type { PlannedTrial } from './begin-run';
import type { Conductor, Trial } from './conductor';
import type { LiveSubject } from './live-subject';
import { calibrationPlan, type Pace } from './plans';

export const calibrationTrial = (
  planned: Omit<PlannedTrial, 'scenario' | 'purpose'>,
  pace: Pace,
): Trial => ({
  ...planned,
  scenario: 'concurrency',
  // Its name on disk.
  purpose: 'probe',
  load: (basis) => calibrationPlan(basis, pace),
});

/**
 * A calibration that is void for one of these, or for what others did, still sizes a load: the steps that
 * follow are judged by themselves. One that is void for anything else says nothing about the subject.
 */
const stillSizes: readonly Check['name'][] = [
  'generator CPU',
  'generator throttled',
  'late starts',
  'answers held up in k6',
  'dropped while users were free',
  // A stall across the end of a step of seconds moves this by more than it moves the throughput.
  "Little's law",
];

/**
 * What a generator that was full in the calibration makes at a rate, as a share of what it made by users, with
 * room to spare: an arrival costs k6 more than the next request of a busy user (docs/scale.md).
 */
const generatorShareAtRates = 0.1;

/** One that failed may have met a machine that was busy for a moment; one that fails again did not. */
const attempts = 2;

/**
 * Runs a calibration, and runs it once more where it failed; on a fresh process where the subject died.
 *
 * @returns its step, with a throughput above 0
 * @throws LabError (exit 4) saying what failed and what to do
 */
export async function calibrate(
  conductor: Conductor,
  live: LiveSubject,
  trial: Trial,
): Promise<StepResult> {
  let why = '';
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const steps = await conductor.trial(await live.up(), trial);
    const step = steps.find(({ warmup }) => !warmup);
    const problem = whyUseless(step);
    if (step !== undefined && problem === null) return step;
    why = problem ?? '';
  }
  const { app, workload } = trial;
  throw new LabError(
    4,
    `The calibration of ${appTitle(app)} with ${workload} failed twice, so there is no load to measure at: ${why}. \`npm run lab -- show ${conductor.runId} --validity\` shows its checks; correct the cause and run it again.`,
  );
}

/**
 * The throughput that stairs of rates are sized by: what the calibration reached, or less where k6 was full then,
 * so that the highest rate is one that it can make.
 *
 * @param highestShare of the throughput, that the stairs climb to
 */
export function sizeForRates(
  conductor: Pick<Conductor, 'say'>,
  { achievedRps, generatorShare }: Pick<StepResult, 'achievedRps' | 'generatorShare'>,
  highestShare: number,
): number {
  if (generatorShare === null || generatorShare <= bounds.generatorShare) return achievedRps;
  const highestRps = achievedRps * generatorShareAtRates;
  conductor.say(
    `The generator was the limit of the calibration: rates end at ${Math.round(highestRps)} requests per second, which it can make.`,
  );
  return highestRps / highestShare;
}

/** Of several generators that were full: the load that sized the calibration was more than they could make. */
const isOfFullGenerators = ({ name, reason }: Check): boolean =>
  name === 'generators' && reason.split('; ').slice(0, -1).every(isFull);

const stillSizesLoad = (check: Check): boolean =>
  isAboutOthers(check) || stillSizes.includes(check.name) || isOfFullGenerators(check);

function whyUseless(step: StepResult | undefined): string | null {
  if (step === undefined) return 'it has no step';
  const { achievedRps, validity } = step;
  const broken = validity.checks.filter(({ outcome }) => outcome === 'broken');
  const isSized = broken.length > 0 && broken.every(stillSizesLoad);
  if (validity.state === 'void' && !isSized) return validity.reasons.join('; ');
  return achievedRps > 0 ? null : 'no correct answer came in time';
}
