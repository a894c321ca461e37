// What was used of the machine during a step, by the lab's parts and by others, from the readings around it.
import type { Step } from '../../../contract/plan';
import type { ServerRecord, UsageSample } from '../schemas';
import { overlaps, stretchOf } from './disturbance';
import { subtract } from './validity';

export type Server = Omit<ServerRecord, 'schemaVersion'>;
export type Window = { fromMs: number; toMs: number };
type CoreUse = NonNullable<UsageSample['cores']>[number];

export type CpuPart = Exclude<
  keyof UsageSample,
  'atMs' | 'cores' | 'arms' | 'memoryBytes' | 'generators' | 'throttled'
>;

export const windowOf = (startedAtMs: number, step: Step): Window => ({
  fromMs: startedAtMs,
  toMs: startedAtMs + step.durationSeconds * 1000,
});

/** The readings must cover this much of a step; k6 may end before the reading that follows it. */
const leastCoverage = 0.8;

/** Cumulative CPU seconds of a sample. */
export type Reading = (sample: UsageSample) => number | null;

/** Mean cores in use over the window, from cumulative CPU seconds interpolated at its edges. */
export function coresUsed(
  usage: readonly UsageSample[],
  reading: Reading,
  { fromMs, toMs }: Window,
): number | null {
  const points = usage.flatMap((sample) => {
    const seconds = reading(sample);
    return seconds === null ? [] : [{ atMs: sample.atMs, seconds }];
  });
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return null;
  const [left, right] = [Math.max(fromMs, first.atMs), Math.min(toMs, last.atMs)];
  if (right - left < leastCoverage * (toMs - fromMs)) return null;
  const seconds = valueAt(points, right) - valueAt(points, left);
  return Math.max(0, (seconds * 1000) / (right - left));
}

/** Linear between two points; `atMs` lies within them. */
function valueAt(points: readonly { atMs: number; seconds: number }[], atMs: number): number {
  const after = points.findIndex((point) => point.atMs >= atMs);
  const [left, right] = [points[Math.max(0, after - 1)], points[after]];
  if (left === undefined || right === undefined) return Number.NaN;
  if (right.atMs === left.atMs) return right.seconds;
  const share = (atMs - left.atMs) / (right.atMs - left.atMs);
  return left.seconds + share * (right.seconds - left.seconds);
}

export function shareOfGenerator(
  cpu: (part: CpuPart) => number | null,
  cores: number,
): number | null {
  const generator = cpu('generator');
  if (generator === null || cores === 0) return null;
  return generator / Math.max(0.01, cores - (cpu('lab') ?? 0));
}

/** Its own limit, or whole cores of its own where there are as many, else its part of the core that it was given. */
export function coresOfOne(server: Server | null, count: number, index: number): number {
  const { generator: cores = 0, eachGenerator } = server?.cores ?? {};
  if (eachGenerator !== undefined) return eachGenerator;
  // Only limits add up to it; earlier runs do not say of how much.
  if (!Number.isInteger(cores)) return cores / count;
  if (cores === 0 || cores >= count) return Math.floor(cores / count);
  // As cpusOfShare (runtime/generator.ts) deals them: in turn.
  const onSameCore = Math.floor((count - 1 - (index % cores)) / cores) + 1;
  return 1 / onSameCore;
}

/** As the lab saw it, at the step's end. */
export function memoryAt(server: Server | null, window: Window | null): number | null {
  const seen = server?.usage.filter(({ atMs }) => window !== null && atMs <= window.toMs);
  return seen?.findLast(({ memoryBytes }) => memoryBytes != null)?.memoryBytes ?? null;
}

/** What others did on this machine during a step; null is what could not be seen. */
export type Interference = ReturnType<typeof interferenceOf>;

export function interferenceOf(
  server: Server | null,
  window: Window | null,
  mean: (reading: Reading) => number | null,
) {
  const part = (name: CpuPart) => mean((sample) => sample[name]);
  const own = (['subject', 'database', 'generator', 'lab'] as const).map(part);
  /** Cores of the whole machine that processes used which are not the lab's. */
  const otherCores = subtract(part('machine'), own);
  const sets = server?.coreSets?.map(({ parts, cpus }, index) => {
    const share = (reading: (use: CoreUse) => number | null) => {
      const cores = mean(({ cores }) => (cores?.[index] ? reading(cores[index]) : null));
      return cores === null ? null : cores / cpus.length;
    };
    return {
      parts,
      cores: cpus.length,
      /** Shares of the set's cores. */
      others: share(({ busy, own }) => (own === null ? null : busy - own)),
      steal: share(({ steal }) => steal),
      /** Threads of these parts that were ready and had no core, on average and for each core. */
      waiting: share(({ waited }) => waited),
      longestHiccupMs: window && longestHiccupMs(server.hiccups, cpus, window),
    };
  });
  return { otherCores, stealCores: part('steal'), sets };
}

/** 0 without one; null where nobody looked. */
function longestHiccupMs(
  hiccups: Server['hiccups'],
  cpus: readonly number[],
  { fromMs, toMs }: Window,
): number | null {
  if (hiccups === undefined) return null;
  const here = hiccups.filter(
    (one) => cpus.includes(one.cpu) && overlaps(stretchOf(one), { fromMs, toMs }),
  );
  return Math.max(0, ...here.map(({ ms }) => ms));
}
