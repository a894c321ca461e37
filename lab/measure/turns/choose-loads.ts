// The loads at which a comparison measures each workload; a rate that is not given comes from calibrations.

import { LabError } from '../../errors';
import type { RunRecord } from '../../results/schemas';
import { loadKindsOf } from '../../results/trial/measures';
import type { StepResult } from '../../results/trial/steps';
import { bounds } from '../../results/trial/validity';
import { calibrate, calibrationTrial } from '../calibrate';
import type { Conductor } from '../conductor';
import { paces } from '../plans';
import type { WorkloadLoads } from './interleaved';
import { type ArmSubject, type ComparisonRequest, onFreshProcess } from './take-turns';
import { isCalibration } from './turn-doubts';

/**
 * At a third of its throughput a subject queues little and holds its SLO, and still does on a machine that
 * lost a fifth of its speed meanwhile.
 */
export const shareOfThroughput = 1 / 3;
/**
 * Where the calibration showed the generator's limit instead of the subject's. A request at a rate costs k6
 * about twice what one of a waiting user does (seen on /json: 20,000 per second against 9,000).
 */
const shareOfGenerator = 0.2;

/** The loads of each workload; rates that were not asked for are found by a calibration of each subject. */
export async function chooseLoads(
  conductor: Conductor,
  subjects: readonly ArmSubject[],
  request: ComparisonRequest,
): Promise<WorkloadLoads[]> {
  const kinds = loadKindsOf(request.metrics);
  const loads: WorkloadLoads[] = [];
  for (const workload of request.workloads) {
    loads.push({
      workload,
      users: kinds.includes('users') ? request.users : null,
      rateRps: kinds.includes('rate')
        ? (request.rateRps ?? (await rateBothHold(conductor, subjects, workload)))
        : null,
      search: kinds.includes('search') ? request.searchOf(workload) : null,
    });
  }
  return loads;
}

async function rateBothHold(
  conductor: Conductor,
  subjects: readonly ArmSubject[],
  workload: string,
): Promise<number> {
  const reached: number[] = [];
  const held: number[] = [];
  for (const armSubject of subjects) {
    const { subject, index } = armSubject;
    const about = { app: subject.app, subject: index, workload };
    const step = await onFreshProcess(conductor, armSubject, (live) =>
      calibrate(conductor, live, calibrationTrial(about, paces.quick)),
    );
    reached.push(step.achievedRps);
    held.push(rateToCompareAt(step));
  }
  const rate = roundRate(Math.min(...held));
  const seen = reached.map((rps) => rps.toFixed(0)).join(' and ');
  if (rate < 1) {
    throw new LabError(
      4,
      `The calibrations of ${workload} reached ${seen} requests per second: there is no rate to compare at. Give one with --rate, or see what the trials say: \`npm run lab -- show\`.`,
    );
  }
  conductor.say(
    `${workload}: calibrations reached ${seen} requests per second; compared at ${rate}`,
  );
  return rate;
}

/** Requests per second, from a calibration of either subject: the lower one is that of both. */
export function rateToCompareAt({ generatorShare, achievedRps }: StepResult): number {
  const isOfGenerator = (generatorShare ?? 0) > bounds.generatorShare;
  return (isOfGenerator ? shareOfGenerator : shareOfThroughput) * achievedRps;
}

/**
 * The calibrations that chose the rates once more, on fresh processes: whether the machine became so slow
 * meanwhile that a rate came near a knee is said by the run's analysis (turn-doubts.ts).
 */
export async function calibrateAgain(
  conductor: Conductor,
  subjects: readonly ArmSubject[],
): Promise<void> {
  const chosen = conductor.folder.run.trials.filter(isCalibration);
  for (const { subject: index, app, workload } of firstOfEach(chosen)) {
    const armSubject = subjects.find((one) => one.index === index);
    if (armSubject === undefined) continue;
    const about = { app, workload, ...(index !== undefined && { subject: index }) };
    await onFreshProcess(conductor, armSubject, async (live) =>
      conductor.trial(await live.up(), calibrationTrial(about, paces.quick)),
    );
  }
}

const firstOfEach = (trials: RunRecord['trials']): RunRecord['trials'] =>
  [...Map.groupBy(trials, ({ subject, workload }) => `${subject} ${workload}`).values()].flatMap(
    ([first]) => first ?? [],
  );

/** Two digits: the rate is a choice, not a measurement, and is easier to ask for again. */
export const roundRate = (rps: number): number =>
  rps < 10 ? Math.floor(rps) : Number(Number(Math.floor(rps).toPrecision(2)));
