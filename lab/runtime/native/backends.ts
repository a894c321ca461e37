// CPU of PostgreSQL's backends by the database that they serve: what each of two arms caused there.
import { type ProcessStat, titleOf } from '../../proc';

type Backend = { database: string; seconds: number };

/**
 * A backend shows its database in its title (`postgres: headroom_app headroom_express 127.0.0.1(4711)
 * idle`), an autovacuum worker too. Of one that has ended the server itself has the account: what it
 * has of ended children beyond what was last seen of them is theirs.
 */
export class BackendCpu {
  /** By pid and start time. */
  private backends = new Map<string, Backend>();
  private readonly ofEnded = new Map<string, number>();
  private reapedSeconds: number | undefined;

  /**
   * @param tree of the server, itself first; empty when it is gone
   * @returns seconds so far by name of database, of those that this has looked at since they began
   */
  seconds([server, ...below]: readonly ProcessStat[]): Map<string, number> {
    if (server === undefined) return new Map(this.ofEnded);
    const alive = new Map<string, Backend>();
    for (const { pid, startTicks, parent, cpuSeconds } of below) {
      if (parent !== server.pid) continue;
      const key = `${pid} ${startTicks}`;
      const database = this.backends.get(key)?.database ?? databaseIn(titleOf(pid));
      if (database !== undefined) alive.set(key, { database, seconds: cpuSeconds });
    }
    this.settle(alive, server.reapedSeconds);
    this.backends = alive;
    const sums = new Map(this.ofEnded);
    for (const { database, seconds } of alive.values()) add(sums, database, seconds);
    return sums;
  }

  private settle(alive: ReadonlyMap<string, Backend>, reapedSeconds: number): void {
    const ended = [...this.backends].flatMap(([key, one]) => (alive.has(key) ? [] : one));
    const seen = ended.reduce((sum, { seconds }) => sum + seconds, 0);
    const unseen = reapedSeconds - (this.reapedSeconds ?? reapedSeconds) - seen;
    for (const { database, seconds } of ended) {
      add(this.ofEnded, database, seconds + Math.max(0, unseen) / ended.length);
    }
    this.reapedSeconds = reapedSeconds;
  }
}

const add = (sums: Map<string, number>, key: string, value: number): void =>
  void sums.set(key, (sums.get(key) ?? 0) + value);

/** The title's word that names one of the lab's databases; templates and the server's own are none. */
const databaseIn = (title: string): string | undefined =>
  /^postgres: .*?\b(headroom_(?!app\b|template_|seed_)\w+)/.exec(title)?.[1];
