// Stalls of the cores that the lab uses: the hypervisor gave one to somebody else, or the kernel did not
// come round to anything on it.
import { join } from 'node:path';
import { passedTo } from '../../configuration/environment';
import { rootDir } from '../../paths';
import { cpuSecondsOf } from '../../proc';
import type { Hiccup, Placement } from '../../results/schemas';
import { coreSetsOf } from '../core-meter';
import { type Child, describeEnding, type Processes } from '../native/processes';

/** A lab that is up for days on a busy machine forgets what no trial will ask for. */
const mostRemembered = 10_000;

export class HiccupMeter {
  private hasEnded = false;
  private lastCpuSeconds = 0;

  private constructor(
    readonly child: Child,
    private readonly cores: number,
    private readonly seen: readonly Hiccup[],
  ) {}

  /**
   * On every core of the placement.
   *
   * @param onTrouble gets what it says that is no hiccup, and that it ended unasked
   */
  static async start(
    processes: Processes,
    placement: Placement,
    onTrouble: (text: string) => void,
  ): Promise<HiccupMeter> {
    const seen: Hiccup[] = [];
    const cpus = coreSetsOf(placement).flatMap((set) => set.cpus);
    const child = await processes.start({
      name: 'hiccups',
      command: process.execPath,
      args: [programFile, ...cpus.map(String)],
      env: passedTo('lab'),
      // Each of its threads moves to a core of its own.
      cpus: placement.generator,
      stopSignal: 'SIGTERM',
      graceSeconds: 1,
      onErrorLine: (line) => {
        if (!line.startsWith('{"cpu":')) return onTrouble(line);
        seen.push(JSON.parse(line));
        if (seen.length > mostRemembered) seen.shift();
      },
    });
    const meter = new HiccupMeter(child, cpus.length, seen);
    void child.ended.then((ending) => {
      meter.hasEnded = true;
      if (!child.isStopping())
        onTrouble(`${describeEnding(ending)}; stalls are no longer recorded`);
    });
    return meter;
  }

  /** Those that were not over at this moment, or began later; undefined once nobody looks any more. */
  since(atMs: number): Hiccup[] | undefined {
    if (this.hasEnded) return undefined;
    return this.seen.filter(({ fromMs, ms }) => fromMs + ms > atMs);
  }

  /** What it costs, on each of its cores so far; after its end, what it had cost. */
  cpuSecondsPerCore(): number {
    if (!this.hasEnded) this.lastCpuSeconds = cpuSecondsOf(this.child.pid) ?? this.lastCpuSeconds;
    return this.lastCpuSeconds / this.cores;
  }
}

const programFile = join(rootDir, 'lab/runtime/hiccups/program.mjs');
