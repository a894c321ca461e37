// Whether a machine was quiet while something was measured: second by second, what other processes and the
// hypervisor took from each core. Told by the processes themselves: the ticks that the kernel counts for a
// busy core are off by some three per cent in a single second.
import { allProcesses, coresCpuSeconds, type ProcessStat, withAllBelow } from '../lab/proc';

/** Of a core, by others and by steal each. */
const quietShare = 0.02;
/** Seconds that must be so. */
const quietSeconds = 0.95;

type Moment = {
  atMs: number;
  /** CPU seconds of processes that are no descendants of this one, by pid and start. */
  strangers: Map<string, { cpu: number; seconds: number }>;
  steal: Map<number, number>;
};

export class QuietWatch {
  private readonly timer: NodeJS.Timeout;
  private last = lookAround();
  seconds = 0;
  quiet = 0;

  /** @param cpus that must be quiet */
  constructor(private readonly cpus: readonly number[]) {
    this.timer = setInterval(() => this.look(), 1000);
  }

  end(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    const [before, now] = [this.last, lookAround()];
    this.last = now;
    this.seconds += 1;
    const lengthSeconds = (now.atMs - before.atMs) / 1000;
    const isQuiet = this.cpus.every((cpu) => {
      const steal = (now.steal.get(cpu) ?? 0) - (before.steal.get(cpu) ?? 0);
      const taken = takenOn(cpu, before, now);
      return Math.max(steal, taken) < quietShare * lengthSeconds;
    });
    if (isQuiet) this.quiet += 1;
  }

  describe(): string {
    if (this.seconds === 0) return 'Nobody looked whether the machine was quiet.';
    const told =
      `others and steal each took less than ${100 * quietShare} % of every core ` +
      `in ${((100 * this.quiet) / this.seconds).toFixed(0)} % of ${this.seconds} s`;
    return this.quiet >= quietSeconds * this.seconds
      ? `The machine was quiet: ${told}.`
      : `The machine was NOT quiet: ${told}; ${100 * quietSeconds} % are wanted. Measure again when it is.`;
  }
}

/** By processes that were last on it; one that was born since has used all that it has in this time. */
function takenOn(cpu: number, before: Moment, now: Moment): number {
  let seconds = 0;
  for (const [key, stranger] of now.strangers) {
    if (stranger.cpu !== cpu) continue;
    seconds += stranger.seconds - (before.strangers.get(key)?.seconds ?? 0);
  }
  return seconds;
}

function lookAround(): Moment {
  const all = allProcesses();
  const own = new Set(withAllBelow(process.pid, all).map(({ pid }) => pid));
  const seconds = ({ cpuSeconds, reapedSeconds }: ProcessStat) => cpuSeconds - reapedSeconds;
  const strangers = all.filter(({ pid }) => !own.has(pid));
  return {
    atMs: performance.now(),
    strangers: new Map(
      strangers.map((one) => [
        `${one.pid} ${one.startTicks}`,
        { cpu: one.cpu, seconds: seconds(one) },
      ]),
    ),
    steal: new Map([...coresCpuSeconds()].map(([cpu, { steal }]) => [cpu, steal])),
  };
}
