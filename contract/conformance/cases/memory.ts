// Memory that passwords cost: 19 MiB each while it is hashed, and none afterwards.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { type Case, withoutProcess } from '../case';
import { processTree } from '../process-tree';
import { newEmail } from '../shop';
import { settingsOf } from '../subjects';
import { Visitor } from '../visitor';

const mib = 2 ** 20;
/** contract/README.md, "Passwords". */
const hashBytes = 19 * mib;

const hashing: Case = {
  name: 'logins on every thread at once take memory while they are computed, and give it back',
  skip: withoutProcess,
  patienceMs: 60_000,
  run: async (subject) => {
    const { workers, threads } = settingsOf(subject);
    const crowd = 2 * workers * threads;
    const rootPid = subject.rootPid ?? 0;
    const visitors = await Promise.all(
      Array.from({ length: crowd }, async () => {
        const visitor = new Visitor(subject);
        await visitor.session();
        return visitor;
      }),
    );
    // Nobody has these addresses, which costs a hash all the same and no attempt of anybody's.
    const round = () =>
      Promise.all(visitors.map((visitor) => visitor.apiLogIn(newEmail(), 'not the password')));
    const before = processTree(rootPid).residentBytes;
    let most = 0;
    for (let rounds = 0; rounds < 3; rounds += 1) {
      let isOver = false;
      const replies = round().finally(() => {
        isOver = true;
      });
      while (!isOver) {
        most = Math.max(most, processTree(rootPid).residentBytes);
        await sleep(1);
      }
      for (const reply of await replies) expect(reply.status, `${reply.what}: status`).toBe(401);
    }
    const after = processTree(rootPid).residentBytes;
    const inMib = (bytes: number) => `${Math.round(bytes / mib)} MiB`;
    const what = `${subject.app}, ${crowd} logins at a time: ${inMib(before)} before, at most ${inMib(most)}, ${inMib(after)} after`;
    expect(most - after, `${what}: given back`).toBeGreaterThan(hashBytes);
    expect(after - before, `${what}: kept`).toBeLessThan(2 * hashBytes);
  },
};

export const memory: Case[] = [hashing];
