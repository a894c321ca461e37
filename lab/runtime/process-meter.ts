// CPU time of the lab's own processes, read several times a second: they alone are read. The machine's
// processes are gone through only where somebody may have been born, or one of ours has ended.
import { newestPid, type ProcessStat, processStat, processTrees } from '../proc';

/**
 * A process that is born belongs to its tree within this. Nothing is lost until then: while it lives its
 * time is counted late, and once it has ended its parent has it.
 */
const lookEveryMs = 2000;

/** Of processes that end one after the other while they are read. */
const mostLooks = 3;

export class ProcessMeter {
  private trees = new Map<number, ProcessStat[]>();
  private lookedFor: readonly number[] = [];
  private lookedAtMs = Number.NEGATIVE_INFINITY;
  private newest = '';

  /** Each process with all below it, parents first, by the pid of its root; a root that is gone has none. */
  read(roots: readonly number[]): Map<number, ProcessStat[]> {
    if (this.mayHaveGrown(roots)) this.look(roots);
    for (let looks = 1; !this.refresh() && looks < mostLooks; looks += 1) this.look(roots);
    return new Map([...this.trees].filter(([root]) => roots.includes(root)));
  }

  private mayHaveGrown(roots: readonly number[]): boolean {
    if (roots.some((root) => !this.lookedFor.includes(root))) return true;
    return performance.now() - this.lookedAtMs >= lookEveryMs && newestPid() !== this.newest;
  }

  private look(roots: readonly number[]): void {
    this.newest = newestPid();
    this.lookedAtMs = performance.now();
    this.lookedFor = roots;
    this.trees = processTrees(roots);
  }

  /**
   * Parents are read first: what a child that ended meanwhile had used, its parent has now, and must be
   * read again to be counted.
   *
   * @returns whether all are still there
   */
  private refresh(): boolean {
    let isWhole = true;
    for (const [root, members] of this.trees) {
      const now = members.flatMap((member) => {
        const stat = processStat(member.pid);
        return stat?.startTicks === member.startTicks ? stat : [];
      });
      isWhole &&= now.length === members.length;
      if (now[0]?.pid === root) this.trees.set(root, now);
      else this.trees.delete(root);
    }
    return isWhole;
  }
}
