// When the machine disturbed a trial: stretches of time, by the part whose cores were disturbed. Told by
// what others did and by the machine's stalls, and never by the subject's latency.
import type { ServerRecord, UsageSample } from '../schemas';

/** A stretch in which somebody else, the hypervisor or a stall took time from a part's cores. */
export type Disturbance = {
  part: 'subject' | 'database' | 'generator';
  fromMs: number;
  toMs: number;
  cause: 'other processes' | 'steal' | 'hiccup';
};

type Stretch = { fromMs: number; toMs: number };

export const overlaps = (one: Stretch, other: Stretch): boolean =>
  one.fromMs < other.toMs && one.toMs > other.fromMs;

/** Cores that others may take of a stretch before it is disturbed, as in a step as a whole. */
const mostOtherCores = 0.1;
/** Readings closer together say little: the kernel counts in hundredths of a second. */
const shortestMs = 450;
/** A core for each part is blamed where one reading is for the whole machine. */
const wholeMachine = 'subject';

/** Between readings; those of one stretch that are closer than the kernel's clock allows are joined. */
export function disturbancesOf(
  server: Pick<ServerRecord, 'usage' | 'otherCoresBound'>,
): Disturbance[] {
  const { usage, otherCoresBound = mostOtherCores } = server;
  const readings = usage.toSorted((one, other) => one.atMs - other.atMs);
  const found: Disturbance[] = [];
  let from = readings[0];
  for (const to of readings) {
    if (from === undefined || to.atMs - from.atMs < shortestMs) continue;
    const stretch = { part: wholeMachine, fromMs: from.atMs, toMs: to.atMs } as const;
    const coresOf = (seconds: number | null) =>
      (1000 * (seconds ?? 0)) / (to.atMs - stretch.fromMs);
    if (coresOf(othersBetween(from, to)) > otherCoresBound) {
      found.push({ ...stretch, cause: 'other processes' });
    }
    if (coresOf(between(from, to, 'steal')) > otherCoresBound) {
      found.push({ ...stretch, cause: 'steal' });
    }
    from = to;
  }
  return found;
}

type Part = 'subject' | 'database' | 'generator' | 'lab' | 'machine' | 'steal';

function between(from: UsageSample, to: UsageSample, part: Part): number | null {
  const [before, after] = [from[part], to[part]];
  return before === null || after === null ? null : after - before;
}

function othersBetween(from: UsageSample, to: UsageSample): number | null {
  const own = (['subject', 'database', 'generator', 'lab'] as const).map((part) =>
    between(from, to, part),
  );
  const machine = between(from, to, 'machine');
  if (machine === null || own.includes(null)) return null;
  return own.reduce<number>((left, part) => left - (part ?? 0), machine);
}
