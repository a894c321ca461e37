// Several generators that share a load, each judged by itself: a bad one voids the step, and is named.
import type { StepSummary } from '../../../contract/plan';
import type { GeneratorRecord } from '../schemas';
import { bounds } from './validity';

type Judged = {
  step: string;
  /** Of the whole load, in milliseconds since 1970. */
  startedAtMs: number | null;
  /** Share of its own cores that each used; null where that cannot be seen. */
  shares: readonly (number | null)[];
};

const fullCores = '% of its cores';
const lateStarts = '% of its iterations late';

/** Whether no more is wrong with a generator than that it was full: the load that it made was its limit. */
export const isFull = (fault: string): boolean =>
  fault.endsWith(fullCores) || fault.endsWith(lateStarts);

/** What is wrong with a step's generators, in words; each begins with the one at fault. */
export function faultsOfGenerators(
  generators: readonly GeneratorRecord[],
  { step, startedAtMs, shares }: Judged,
): string[] {
  return generators.flatMap((generator, index) => {
    const own = generator.summary?.steps.find(({ name }) => name === step);
    const faults = [
      ending(generator),
      clock(generator),
      cpu(shares[index] ?? null),
      ...(own ? [start(own, startedAtMs), late(own), untold(own, generator.told[step] ?? 0)] : []),
    ];
    return faults.flatMap((fault) =>
      fault === null ? [] : `generator ${generator.number} ${fault}`,
    );
  });
}

/** k6 ends with 99 when a threshold is crossed; every other code but 0 is a failure of its own. */
export const endedInOrder = ({ code, signal }: GeneratorRecord['ending']): boolean =>
  signal === null && (code === 0 || code === 99);

/** All went well; a threshold was missed; it was stopped, and tells of the steps that it finished. */
const sound = [0, 99, 105];

function ending({ ending: { code, signal }, summary }: GeneratorRecord): string | null {
  if (signal !== null) return `was ended by ${signal}`;
  if (code === null || !sound.includes(code)) return `ended with code ${code}`;
  return summary === null ? 'left no summary' : null;
}

const clock = ({ clockOffsetMs }: GeneratorRecord): string | null =>
  clockOffsetMs === null || Math.abs(clockOffsetMs) <= bounds.generatorSkewMs
    ? null
    : `has a clock that is ${Math.round(clockOffsetMs)} ms off the lab’s`;

const cpu = (share: number | null): string | null =>
  share === null || share <= bounds.generatorShare
    ? null
    : `used ${Math.round(share * 100)} ${fullCores}`;

function start({ startedAtMs }: StepSummary, firstMs: number | null): string | null {
  const skewMs = startedAtMs === null || firstMs === null ? 0 : startedAtMs - firstMs;
  return skewMs <= bounds.generatorSkewMs ? null : `began ${Math.round(skewMs)} ms after the first`;
}

function late({ scheduleLagMs, droppedIterations }: StepSummary): string | null {
  // Drops shift the iteration numbers that lag is calculated from.
  if (scheduleLagMs === null || droppedIterations > 0) return null;
  const share = scheduleLagMs.over50 / Math.max(1, scheduleLagMs.samples);
  return share <= bounds.lateShare ? null : `began ${(share * 100).toFixed(1)} ${lateStarts}`;
}

function untold({ latencyMs }: StepSummary, told: number): string | null {
  const count = latencyMs?.count ?? 0;
  return told === count ? null : `reported the times of ${told} of its ${count} requests`;
}
