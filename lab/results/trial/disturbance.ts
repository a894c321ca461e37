// When the machine disturbed a trial: stretches of time, by the part whose cores were disturbed. Told by
// what others did and by the machine's stalls, and never by the subject's latency.
import type { CoreSet, Hiccup, Part, ServerRecord, UsageSample } from '../schemas';

/** A stretch in which somebody else, the hypervisor or a stall took time from a part's cores. */
export type Disturbance = {
  /** Of parts that share cores, the first. */
  part: Part;
  fromMs: number;
  toMs: number;
  cause: 'other processes' | 'steal' | 'hiccup';
};

type Stretch = { fromMs: number; toMs: number };

export const overlaps = (one: Stretch, other: Stretch): boolean =>
  one.fromMs < other.toMs && one.toMs > other.fromMs;

export const stretchOf = ({ fromMs, ms }: Hiccup): Stretch => ({ fromMs, toMs: fromMs + ms });

/**
 * Share of a part's cores that others may take between two readings. More than in a whole step, because
 * half a second has fifty ticks: by chance alone their count is off by a tenth every few readings.
 */
const mostShare = 0.25;
/** Readings closer together than this are joined. */
const shortestMs = 450;

type Watched = Pick<ServerRecord, 'usage' | 'coreSets' | 'hiccups' | 'otherCoresBound'>;

export function disturbancesOf({
  usage,
  coreSets = [],
  hiccups = [],
  otherCoresBound = 0,
}: Watched): Disturbance[] {
  const pairs = consecutive(usage);
  return coreSets.flatMap((set, index) => {
    const part = set.parts[0] as Part;
    const bound = Math.max(mostShare, otherCoresBound / set.cpus.length);
    const taken = pairs.flatMap(([from, to]) =>
      causesBetween(from, to, { set, index, bound }).map((cause) => ({
        ...{ part, cause },
        ...{ fromMs: from.atMs, toMs: to.atMs },
      })),
    );
    // Whoever lets others have the whole part lets them keep it waiting.
    const stalls = bound >= 1 ? [] : hiccups.filter(({ cpu }) => set.cpus.includes(cpu));
    return [
      ...taken,
      ...stalls.map((stall) => ({ part, cause: 'hiccup' as const, ...stretchOf(stall) })),
    ];
  });
}

/** Each reading with the next that is far enough from it. */
function consecutive(usage: readonly UsageSample[]): [UsageSample, UsageSample][] {
  const pairs: [UsageSample, UsageSample][] = [];
  let from: UsageSample | undefined;
  for (const to of usage.toSorted((one, other) => one.atMs - other.atMs)) {
    if (from !== undefined && to.atMs - from.atMs < shortestMs) continue;
    if (from !== undefined) pairs.push([from, to]);
    from = to;
  }
  return pairs;
}

function causesBetween(
  from: UsageSample,
  to: UsageSample,
  { set, index, bound }: { set: CoreSet; index: number; bound: number },
): ('other processes' | 'steal')[] {
  const [before, after] = [from.cores?.[index], to.cores?.[index]];
  if (before === undefined || after === undefined) return [];
  const coreSeconds = (set.cpus.length * (to.atMs - from.atMs)) / 1000;
  const isOver = (seconds: number) => seconds / coreSeconds > bound;
  const isKnown = before.own !== null && after.own !== null;
  const own = isKnown ? (after.own ?? 0) - (before.own ?? 0) : Number.POSITIVE_INFINITY;
  return [
    ...(isOver(after.busy - before.busy - own) ? ['other processes' as const] : []),
    ...(isOver(after.steal - before.steal) ? ['steal' as const] : []),
  ];
}
