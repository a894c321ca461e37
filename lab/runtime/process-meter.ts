// CPU time of the lab's own processes, read several times per second: they alone are read, and of the machine's
// other processes only those that were born since somebody looked.
import { readdirSync } from 'node:fs';
import { newestPid, OpenStat, type ProcessStat, processTrees } from '../proc';

/**
 * A process that is born belongs to its tree within this. Nothing is lost until then: while it lives its
 * time is counted late, and once it has ended its parent has it.
 */
const lookEveryMs = 1000;

/** Of processes that end one after the other while they are read. */
const mostReadings = 3;

type Member = { pid: number; file: OpenStat };

export class ProcessMeter {
  /** By the pid of their root, parents first. */
  private trees = new Map<number, Member[]>();
  private lookedFor: readonly number[] = [];
  private lookedAtMs = 0;
  private newest = 0;

  /** Each process with all below it, parents first, by the pid of its root; a root that is gone has none. */
  read(roots: readonly number[]): Map<number, ProcessStat[]> {
    this.look(roots);
    let found = this.readMembers();
    for (let readings = 1; !found.isWhole && readings < mostReadings; readings += 1) {
      found = this.readMembers();
    }
    return new Map([...found.trees].filter(([root]) => roots.includes(root)));
  }

  private look(roots: readonly number[]): void {
    const isKnown = roots.every((root) => this.lookedFor.includes(root));
    if (isKnown && performance.now() - this.lookedAtMs < lookEveryMs) return;
    const newest = newestPid();
    // Pids are given out upwards; where they have begun again, a new one may be any.
    if (!isKnown || newest < this.newest) this.lookAtAll(roots);
    else if (newest > this.newest) this.lookAtBorn();
    this.newest = newest;
    this.lookedAtMs = performance.now();
  }

  private lookAtAll(roots: readonly number[]): void {
    const before = [...this.trees.values()].flat();
    this.lookedFor = roots;
    this.trees = new Map(
      [...processTrees(roots)].map(([root, tree]) => [root, tree.flatMap(({ pid }) => open(pid))]),
    );
    for (const { file } of before) file.close();
  }

  private lookAtBorn(): void {
    const trees = [...this.trees.values()];
    const born = readdirSync('/proc').map(Number);
    for (const pid of born.filter((one) => one > this.newest).sort((a, b) => a - b)) {
      if (trees.some((members) => members.some((member) => member.pid === pid))) continue;
      const [member] = open(pid);
      const parent = member?.file.read()?.parent;
      const tree = trees.find((members) => members.some((one) => one.pid === parent));
      if (tree && member) tree.push(member);
      else member?.file.close();
    }
  }

  /**
   * Parents are read first: what a child that ended meanwhile had used, its parent has now, and must be
   * read again to be counted.
   */
  private readMembers(): { trees: Map<number, ProcessStat[]>; isWhole: boolean } {
    let isWhole = true;
    const trees = new Map<number, ProcessStat[]>();
    for (const [root, members] of this.trees) {
      const stats = members.map(({ file }) => file.read());
      const there = stats.filter((stat) => stat !== undefined);
      if (there.length < members.length) {
        isWhole = false;
        for (const [index, { file }] of members.entries()) if (!stats[index]) file.close();
        this.trees.set(
          root,
          members.filter((_, index) => stats[index]),
        );
      }
      if (there[0]?.pid === root) trees.set(root, there);
    }
    return { trees, isWhole };
  }
}

function open(pid: number): Member[] {
  const file = OpenStat.of(pid);
  return file === undefined ? [] : [{ pid, file }];
}
