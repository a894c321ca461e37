// CPU time on the cores of each part: all of it, the lab's own, and the hypervisor's.
import { coresCpuSeconds } from '../proc';
import type { CoreSet, Part, Placement, UsageSample } from '../results/schemas';

const allParts = ['subject', 'database', 'generator'] as const satisfies readonly Part[];

/** The cores of each part; parts that share a core share a set. */
export function coreSetsOf(placement: Pick<Placement, Part>): CoreSet[] {
  let sets: CoreSet[] = [];
  for (const part of allParts) {
    const cpus = placement[part];
    if (cpus.length === 0) continue;
    const touching = sets.filter((set) => set.cpus.some((cpu) => cpus.includes(cpu)));
    const merged = {
      parts: [...touching.flatMap(({ parts }) => parts), part],
      cpus: [...new Set([...touching.flatMap((set) => set.cpus), ...cpus])].sort((a, b) => a - b),
    };
    sets = [...sets.filter((set) => !touching.includes(set)), merged];
  }
  return sets;
}

/** What a process tree or a container has used so far; `waitedSeconds` is null where it was not read. */
export type Spent = { id: number | string; cpuSeconds: number; waitedSeconds: number | null };

export class CoreMeter {
  private readonly sets: readonly CoreSet[];
  /** What has ended stays counted: CPU time so far never falls. */
  private readonly spent = new Map<Spent['id'], Spent & { part: Part }>();

  constructor(placement: Placement) {
    this.sets = coreSetsOf(placement);
  }

  /**
   * @param own of the lab on the cores of each part, as it is now; null where that cannot be told
   * @param onEach CPU seconds of the lab on every core
   */
  read(
    own: Readonly<Record<Part, readonly Spent[] | null>>,
    onEach = 0,
    cores = coresCpuSeconds(),
  ): NonNullable<UsageSample['cores']> {
    for (const part of allParts) {
      for (const spent of own[part] ?? []) {
        const waitedSeconds = spent.waitedSeconds ?? this.spent.get(spent.id)?.waitedSeconds ?? 0;
        this.spent.set(spent.id, { ...spent, waitedSeconds, part });
      }
    }
    return this.sets.map(({ parts, cpus }) => {
      const here = cpus.flatMap((cpu) => cores.get(cpu) ?? []);
      const ours = [...this.spent.values()].filter(({ part }) => parts.includes(part));
      const isKnown = parts.every((part) => own[part] !== null);
      const areWaitsKnown = parts.every((part) =>
        own[part]?.every(({ waitedSeconds }) => waitedSeconds !== null),
      );
      return {
        busy: sum(here.map(({ processes }) => processes)),
        own: isKnown ? sum(ours.map(({ cpuSeconds }) => cpuSeconds)) + onEach * cpus.length : null,
        steal: sum(here.map(({ steal }) => steal)),
        waited: areWaitsKnown ? sum(ours.map(({ waitedSeconds }) => waitedSeconds ?? 0)) : null,
      };
    });
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);
