// Whether a machine was quiet while a run was measured: second by second, what others and the hypervisor took
// from the cores of each part.
import type { ServerRecord, UsageSample } from '../lab/results/schemas';

/** Of each part's cores, by others and by steal each. */
const quietShare = 0.02;
/** Seconds that must be so. */
const quietSeconds = 0.95;
/** Readings closer together than this are joined. */
const secondMs = 950;

export type Quietness = { seconds: number; quiet: number };

type Watched = Pick<ServerRecord, 'usage' | 'coreSets'>;

export function quietnessOf(trials: readonly Watched[]): Quietness {
  const total: Quietness = { seconds: 0, quiet: 0 };
  for (const { usage, coreSets = [] } of trials) {
    let from: UsageSample | undefined;
    for (const to of usage.toSorted((one, other) => one.atMs - other.atMs)) {
      if (from !== undefined && to.atMs - from.atMs < secondMs) continue;
      if (from !== undefined && coreSets.length > 0) {
        total.seconds += 1;
        if (coreSets.every(({ cpus }, set) => isQuiet(from as UsageSample, to, set, cpus.length)))
          total.quiet += 1;
      }
      from = to;
    }
  }
  return total;
}

function isQuiet(from: UsageSample, to: UsageSample, set: number, cpus: number): boolean {
  const [before, after] = [from.cores?.[set], to.cores?.[set]];
  if (!before || !after || before.own === null || after.own === null) return false;
  const coreSeconds = (cpus * (to.atMs - from.atMs)) / 1000;
  const others = (after.busy - after.own - (before.busy - before.own)) / coreSeconds;
  const steal = (after.steal - before.steal) / coreSeconds;
  return others < quietShare && steal < quietShare;
}

export function describeQuietness({ seconds, quiet }: Quietness): string {
  if (seconds === 0) return 'Nobody looked whether the machine was quiet.';
  const share = quiet / seconds;
  const told =
    `others and steal each took less than ${100 * quietShare} % of every part's cores ` +
    `in ${(100 * share).toFixed(0)} % of ${seconds} s`;
  return share >= quietSeconds
    ? `The machine was quiet: ${told}.`
    : `The machine was NOT quiet: ${told}, and ${100 * quietSeconds} % are wanted. Measure again when it is.`;
}
