// Clients that are slow, stop in the middle or leave: nobody else waits for them, and they are let go.
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Case } from '../case';
import { sendMany } from '../client';
import { ask } from '../orderly';
import { activeRequests, movementBy, quietPage, requestCount, scrape, sumOf } from '../scrape';
import { hasShop, type Subject, settingsOf } from '../subjects';
import { Wire } from '../wire';

const host = 'Host: localhost\r\n';
const form = 'Content-Type: application/x-www-form-urlencoded\r\n';

/** What a slow client has sent, and what it is told before its time is over. */
type Slow = { name: string; bytes: string; answered: number[]; ofShop?: boolean };

const slowOnes: Slow[] = [
  { name: 'nothing', bytes: '', answered: [] },
  { name: 'half a request line', bytes: 'GET /pla', answered: [] },
  { name: 'half a head', bytes: `GET /plaintext HTTP/1.1\r\n${host}`, answered: [] },
  {
    name: 'the next half head behind a request',
    bytes: `GET /plaintext HTTP/1.1\r\n${host}\r\nGET /json HTTP/1.1\r\n`,
    answered: [200],
  },
  {
    name: 'a GET without the body that it announces',
    bytes: `GET /plaintext HTTP/1.1\r\n${host}Content-Length: 9\r\n\r\n`,
    answered: [200],
  },
  {
    name: 'part of a body that nobody wants',
    bytes: `POST /json HTTP/1.1\r\n${host}Content-Length: 200000\r\n\r\n${'x'.repeat(9000)}`,
    answered: [405],
  },
  {
    name: 'part of a body to no path',
    bytes: `POST /nope HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n5\r\nab`,
    answered: [404],
  },
  {
    name: 'no body of a form',
    bytes: `POST /login HTTP/1.1\r\n${host}${form}Content-Length: 100\r\n\r\n`,
    answered: [],
    ofShop: true,
  },
  {
    name: 'part of a form',
    bytes: `POST /login HTTP/1.1\r\n${host}${form}Content-Length: 100\r\n\r\nemail=`,
    answered: [],
    ofShop: true,
  },
  {
    name: 'a form whose chunks stop',
    bytes: `POST /login HTTP/1.1\r\n${host}${form}Transfer-Encoding: chunked\r\n\r\n6\r\nemail=\r\n`,
    answered: [],
    ofShop: true,
  },
];

/** More than there are request threads, however they fall on the workers. */
const crowdOf = (subject: Subject): number => {
  const { workers, threads } = settingsOf(subject);
  return 2 * workers * threads + 12;
};

async function expectPromptAnswers(subject: Subject, what: string): Promise<void> {
  const agent = new Agent({ keepAlive: false });
  const replies = await sendMany(20, 4, () => ask(subject, { path: '/plaintext', agent }));
  for (const reply of replies) expect(reply.status, `${reply.what}, ${what}: status`).toBe(200);
}

/** How a kind of slow client fared. */
type Ending = { letGoEarly: number; wires: Wire[] };
type Outcome = { endings: Map<Slow, Ending>; countedAs499: number };

/** All kinds at the same time: the limit that each of them waits for passes once. */
async function tryAll(subject: Subject): Promise<Outcome> {
  const crowd = crowdOf(subject);
  const kinds = slowOnes.filter(({ ofShop }) => !ofShop || hasShop(subject));
  const endings = new Map<Slow, Ending>();
  const moved = await movementBy(subject, async () => {
    const crowds = await Promise.all(
      kinds.map(async (kind) => {
        const opening = Array.from({ length: crowd }, () => Wire.open(subject, kind.bytes));
        return { kind, wires: await Promise.all(opening) };
      }),
    );
    for (const { kind, wires } of crowds) {
      for (const wire of wires) {
        await wire.until(({ statuses }) => statuses.length >= kind.answered.length);
      }
    }
    const names = kinds.map(({ name }) => name).join(', ');
    await expectPromptAnswers(subject, `while ${crowd} clients each have sent ${names}`);
    for (const { kind, wires } of crowds) {
      endings.set(kind, { letGoEarly: wires.filter(({ closed }) => closed).length, wires });
    }
    for (const { wires } of crowds) {
      for (const wire of wires) await wire.until(({ closed }) => closed);
    }
  });
  const countedAs499 = moved(requestCount, { http_response_status_code: '499' });
  return { endings, countedAs499 };
}

/** The first case that asks starts the trial of a subject; each case looks at its own clients. */
const outcomes = new WeakMap<Subject, Promise<Outcome>>();

function outcomeOf(subject: Subject): Promise<Outcome> {
  const outcome = outcomes.get(subject) ?? tryAll(subject);
  outcomes.set(subject, outcome);
  return outcome;
}

const notWaitedFor = (one: Slow): Case => ({
  name: `who sent ${one.name} keeps nobody waiting, and is let go with 408`,
  ...(one.ofShop && { part: 'shop' }),
  patienceMs: 60_000,
  run: async (subject) => {
    const { letGoEarly, wires = [] } = (await outcomeOf(subject)).endings.get(one) ?? {};
    const what = `${subject.app}, sent ${one.name} by ${wires.length} clients`;
    expect(wires.length, `${what}: clients`).toBe(crowdOf(subject));
    expect(letGoEarly, `${what}: closed before others were answered`).toBe(0);
    for (const wire of wires) {
      expect(wire.statuses, `${what}: statuses`).toEqual([...one.answered, 408]);
      expect(wire.closed, `${what}: closed`).toBe(true);
    }
  },
});

const countedOnce: Case = {
  name: 'of slow clients, those who are let go within the body of a form are counted once, as 499',
  patienceMs: 60_000,
  run: async (subject) => {
    const { endings, countedAs499 } = await outcomeOf(subject);
    const forms = [...endings.keys()].filter(({ ofShop }) => ofShop).length;
    const what = `${subject.app}, ${endings.size} kinds of slow clients, ${forms} of them in a form`;
    expect(countedAs499, `${what}: ${requestCount} of 499 moved by`).toBe(forms * crowdOf(subject));
  },
};

/** 30 MB, at a time, for each client. */
const unreadAnswers = 2_000;
const unreadPath = '/cached-queries?count=500';

/** Waits until no request is counted any more; returns how many were. */
async function countWhenStill(subject: Subject): Promise<number> {
  for (let last = -1, same = 0; ; await sleep(250)) {
    const count = sumOf(await scrape(subject), requestCount);
    same = count === last ? same + 1 : 0;
    if (same === 3) return count;
    last = count;
  }
}

/**
 * The clients ask until the app can get rid of no further answer. How much that takes, kernels decide, and
 * the proxy of a container: a receive buffer may grow to 32 MiB.
 * @returns requests of each client
 */
async function fill(subject: Subject, wires: Wire[]): Promise<number> {
  const bytes = `GET ${unreadPath} HTTP/1.1\r\n${host}\r\n`.repeat(unreadAnswers);
  for (let sent = unreadAnswers, before = -1; ; sent += unreadAnswers) {
    for (const wire of wires) wire.send(bytes);
    const count = await countWhenStill(subject);
    if (count === before) return sent;
    before = count;
  }
}

const unreadOnes: Case = {
  name: 'who does not take the answers keeps nobody waiting, and is let go',
  patienceMs: 120_000,
  run: async (subject) => {
    const { workers, threads, clientTimeoutSeconds } = settingsOf(subject);
    // A worker that still has to ask the database would refuse some of so many.
    const agent = new Agent({ keepAlive: false });
    await sendMany(20 * workers, 4, () => ask(subject, { path: unreadPath, agent }));
    const wires = await Promise.all(Array.from({ length: threads + 1 }, () => Wire.open(subject)));
    for (const wire of wires) wire.pause();
    const sent = await fill(subject, wires);
    const what = `${subject.app} GET ${unreadPath}, ${sent} times by ${wires.length} clients that do not read`;
    await expectPromptAnswers(subject, `while ${what}`);
    // Node may take two limits until it decides that nothing moves; as much again for a busy machine.
    await sleep(4 * clientTimeoutSeconds * 1000);
    for (const wire of wires) wire.resume();
    for (const wire of wires) {
      await wire.until(({ closed, statuses }) => closed || statuses.length === sent);
      expect(wire.closed, `${what}: closed`).toBe(true);
      expect(wire.statuses.length, `${what}: answers to each`).toBeLessThan(sent);
      expect(new Set(wire.statuses), `${what}: statuses`).toEqual(new Set([200]));
    }
    const page = await quietPage(subject);
    expect(sumOf(page, activeRequests), `${what}: ${activeRequests}`).toBe(0);
  },
};

const byteByByte: Case = {
  name: 'a request that comes byte by byte, but in time, is answered',
  run: async (subject) => {
    const wire = await Wire.open(subject);
    for (const byte of `GET /plaintext HTTP/1.1\r\n${host}\r\n`) {
      wire.send(byte);
      await sleep(1);
    }
    await wire.until(({ statuses }) => statuses.length > 0);
    wire.leave();
    expect(wire.statuses, `${subject.app} GET /plaintext, a byte at a time: statuses`).toEqual([
      200,
    ]);
  },
};

const left: Case = {
  name: 'who leaves in the middle of a body is counted once, as 499',
  ofMiddleware: true,
  run: async (subject) => {
    const bytes = `POST /login HTTP/1.1\r\n${host}${form}Expect: 100-continue\r\nContent-Length: 100\r\n\r\n`;
    const moved = await movementBy(subject, async () => {
      const wires = await Promise.all(Array.from({ length: 6 }, () => Wire.open(subject, bytes)));
      // By then the head was read.
      for (const wire of wires) await wire.until(({ statuses }) => statuses.includes(100));
      for (const wire of wires) {
        expect(wire.statuses, `${subject.app} POST /login with Expect: statuses`).toEqual([100]);
        wire.send('email=');
        wire.leave();
      }
      await sleep(500);
    });
    const what = `${subject.app} POST /login, left in its body by 6 clients: ${requestCount}`;
    const labels = { http_route: '/login', http_response_status_code: '499' };
    expect(moved(requestCount, labels), `${what} of 499 moved by`).toBe(6);
    expect(moved(requestCount), `${what} over all series moved by`).toBe(6);
  },
};

export const slowClients: Case[] = [
  ...slowOnes.map(notWaitedFor),
  countedOnce,
  unreadOnes,
  byteByByte,
  left,
];
