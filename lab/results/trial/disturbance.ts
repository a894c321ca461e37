// When the machine disturbed a trial: stretches of time, by the part whose cores were disturbed. Told by
// what others did and by the machine's stalls, and never by the subject's latency.
import { mean } from '../../statistics/descriptive';
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
/** Of all other stretches together: who takes this much all the time disturbs every one of them. */
const mostShareOnAverage = 0.1;
/** Readings closer together than this are joined. */
const shortestMs = 450;

type Watched = Pick<ServerRecord, 'usage' | 'coreSets' | 'hiccups' | 'otherCoresBound'>;
type Reading = (use: NonNullable<UsageSample['cores']>[number]) => number | null;

/** CPU seconds so far that were not for the lab. */
const causes: readonly [Disturbance['cause'], Reading][] = [
  ['other processes', ({ busy, own }) => (own === null ? null : busy - own)],
  ['steal', ({ steal }) => steal],
];

export function disturbancesOf({
  usage,
  coreSets = [],
  hiccups = [],
  otherCoresBound = 0,
}: Watched): Disturbance[] {
  const pairs = consecutive(usage);
  return coreSets.flatMap((set, index) => {
    const part = set.parts[0] as Part;
    const allowed = otherCoresBound / set.cpus.length;
    const taken = causes.flatMap(([cause, reading]) => {
      const stretches = pairs.flatMap((pair) => takenBetween(pair, { set, index, reading }));
      return disturbedAmong(stretches, allowed).map((stretch) => ({ part, cause, ...stretch }));
    });
    // Whoever lets others have the whole part lets them keep it waiting.
    const stalls = allowed >= 1 ? [] : hiccups.filter(({ cpu }) => set.cpus.includes(cpu));
    return [
      ...taken,
      ...stalls.map((stall) => ({ part, cause: 'hiccup' as const, ...stretchOf(stall) })),
    ];
  });
}

type Taken = Stretch & { share: number };

function disturbedAmong(stretches: readonly Taken[], allowed: number): Stretch[] {
  const isOver = ({ share }: Taken) => share > Math.max(mostShare, allowed);
  const rest = stretches.filter((stretch) => !isOver(stretch));
  const average = rest.length === 0 ? 0 : mean(rest.map(({ share }) => share));
  const disturbed =
    average > Math.max(mostShareOnAverage, allowed) ? stretches : stretches.filter(isOver);
  return disturbed.map(({ fromMs, toMs }) => ({ fromMs, toMs }));
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

/** None where it could not be seen. */
function takenBetween(
  [from, to]: [UsageSample, UsageSample],
  { set, index, reading }: { set: CoreSet; index: number; reading: Reading },
): Taken[] {
  const [before, after] = [from, to].map(({ cores }) => {
    const use = cores?.[index];
    return use === undefined ? null : reading(use);
  });
  if (before == null || after == null) return [];
  const coreSeconds = (set.cpus.length * (to.atMs - from.atMs)) / 1000;
  return [{ fromMs: from.atMs, toMs: to.atMs, share: (after - before) / coreSeconds }];
}
