// Memory that clients can take: 19 MiB for each password while it is hashed, and none afterwards; and
// little for requests that they send ahead.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { type Case, withoutProcess } from '../case';
import { processTree } from '../process-tree';
import { newEmail } from '../shop';
import { settingsOf } from '../subjects';
import { Visitor } from '../visitor';
import { Wire } from '../wire';

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

/** 4 MB, which a client may send before it reads its first answer. */
const ahead = 95_000;
/** While the first request waits, none behind it can be answered: what is read of them is kept. */
const waitMs = 3_000;
const slowFirst = `GET /wait?ms=${waitMs} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

const sentAhead: Case = {
  name: 'requests that are sent ahead of their answers take a bounded amount of memory',
  skip: withoutProcess,
  patienceMs: 60_000,
  run: async (subject) => {
    const rootPid = subject.rootPid ?? 0;
    const before = processTree(rootPid).residentBytes;
    const wire = await Wire.open(subject, slowFirst);
    wire.send('GET /plaintext HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(ahead));
    let most = 0;
    // Answering so many afterwards is work like any other, and takes what a busy app takes.
    for (const end = Date.now() + 0.9 * waitMs; Date.now() < end; await sleep(20)) {
      most = Math.max(most, processTree(rootPid).residentBytes);
    }
    wire.leave();
    const grown = Math.round((most - before) / mib);
    expect(grown, `${subject.app}, ${ahead} requests ahead: MiB grown`).toBeLessThan(80);
  },
};

const mostWaiting: Case = {
  name: 'who sends changes ahead without end is answered in turn or let go',
  run: async (subject) => {
    const change = 'POST /cart HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n';
    const wire = await Wire.open(subject, change.repeat(500));
    await wire.until(({ closed, statuses }) => closed || statuses.length === 500);
    const { closed, statuses } = wire;
    wire.leave();
    expect(closed || statuses.length === 500, `${subject.app}: closed or answered`).toBe(true);
    expect(
      statuses.filter((status) => status !== 403),
      `${subject.app}: statuses`,
    ).toEqual([]);
  },
};

export const memory: Case[] = [hashing, sentAhead, mostWaiting];
