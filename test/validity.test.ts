// What may go wrong with a measurement is made to go wrong here, and the step must say so.
//
// Steal is the one check without a provocation: no program can make its hypervisor take time away.
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { childrenOf, coresCpuSeconds, treeCpuSeconds } from '../lab/proc';
import { describeBroken } from '../lab/results/trial/checked';
import type { Check } from '../lab/results/trial/validity';
import { allowedCpus } from '../lab/runtime/native/topology';
import { labSettings, temporaryFolder } from './lab-process';
import type { Outcome, ProvokedLab } from './provoked-trial';

const cpus = allowedCpus();

let folder: string;
let lab: ProvokedLab;
beforeAll(async () => {
  folder = temporaryFolder();
  for (const [name, value] of Object.entries(await labSettings(folder))) vi.stubEnv(name, value);
  vi.resetModules();
  lab = await (await import('./provoked-trial.js')).ProvokedLab.open();
});
afterAll(async () => {
  await lab?.close();
  rmSync(folder, { recursive: true, force: true });
});

const open = (rateRps: number, maxVUs: number) => ({ model: 'open' as const, rateRps, maxVUs });
const closed = (users: number) => ({ model: 'closed' as const, users });

/** The step is void for this reason, whatever else this machine does to it, and it says so everywhere. */
function expectVoid({ step, check, shown }: Outcome, name: string): void {
  expect(check(name), JSON.stringify(step.validity, null, 1)).toMatchObject({ outcome: 'broken' });
  expect(step.validity.state).toBe('void');
  const { figure, bound, reason } = check(name) as {
    figure: number;
    bound: number;
    reason: string;
  };
  expect(figure).toBeGreaterThan(bound);
  expect(JSON.parse(shown.file).at(-1).checks).toContainEqual(
    expect.objectContaining({ name, figure, bound, reason }),
  );
  expect(shown.run).toContain(describeBroken(check(name) as Check));
  for (const text of [shown.validity, shown.report.replaceAll('&#39;', "'")]) {
    expect(text).toContain(name === 'subject incidents' ? 'replaced' : name);
    expect(text).toContain(reason.split('; ').at(-1));
  }
}

describe('a step is void when', () => {
  // Once more where a neighbour took the generator's core at this very moment: then the step is void
  // for the neighbour's sake, and nothing was starved.
  it('the generator is starved of CPU: it has one core for ten times what that can make', {
    retry: 2,
  }, async () => {
    const { stop, baseUrl } = await startQuickServer();
    try {
      const outcome = await lab.trial({
        ...{ workload: 'plaintext', baseUrl, load: open(50_000, 1000) },
        ...{ sampleEvery: 1, urgent: true },
      });
      expectVoid(outcome, 'generator CPU');
    } finally {
      stop();
    }
  });

  it('iterations are dropped while users were free of the subject, busy with themselves', async () => {
    const outcome = await lab.trial({
      workload: 'json',
      load: open(8_000, 2),
      sampleEvery: 1,
      urgent: true,
    });
    expect(outcome.step.dropped).toBeGreaterThan(0);
    expectVoid(outcome, 'dropped while users were free');
  });

  it('the scheduler is late: the generator stands still for half a second', async () => {
    const outcome = await lab.trial({
      ...{ workload: 'json', load: open(100, 200), sampleEvery: 1 },
      during: () => standStill(lab.pidOf('k6'), { afterMs: 1000, forMs: 500 }),
    });
    expect(outcome.step.dropped).toBe(0);
    expectVoid(outcome, 'late starts');
  });

  it('answers wait in k6, which does work of its own between them', async () => {
    const workloadFile = join(folder, 'busy.ts');
    writeFileSync(
      workloadFile,
      `import http from 'k6/http';
       export default ({ baseUrl }) => {
         const answer = http.get(baseUrl + '/json');
         const until = Date.now() + (Math.random() < 0.06 ? 60 : 0);
         while (Date.now() < until) ;
         return answer;
       };`,
    );
    // Some six a second that take 60 ms: far more than 1 % of the iterations.
    const outcome = await lab.trial({ workload: 'json', workloadFile, load: open(100, 200) });
    expectVoid(outcome, 'answers held up in k6');
  });

  it.for([
    ['generator', 'subject'],
    ['subject', 'generator'],
  ] as const)(
    'a stranger burns a core of the %s, and what it takes is not counted on those of the %s',
    {
      // Where others take the other core at this very moment, both look alike.
      retry: 2,
      timeout: 120_000,
    },
    async ([part, other]) => {
      const before = await quietestShare();
      const { outcome, strangerShare } = await besideStranger(lab.runtime.facts.placement[part]);
      const figureOf = (name: string) => outcome.check(`others on ${name} cores`)?.figure ?? 0;
      expectVoid(outcome, `others on ${part} cores`);
      // What was seen is at least what this one took, whoever else was there.
      expect(figureOf(part)).toBeGreaterThan(0.8 * strangerShare);
      const full = `others use ${Math.round(before * 100)} % of a core for a minute: one more is not seen`;
      expect(before, full).toBeLessThanOrEqual(0.5);
      expect(figureOf(part) - figureOf(other)).toBeGreaterThan(0.5 * strangerShare);
    },
  );

  it('the subject’s worker dies and is replaced in mid-trial', async () => {
    const outcome = await lab.trial({
      ...{ workload: 'json', load: open(100, 200) },
      during: async () => {
        await sleep(500);
        for (const pid of childrenOf(lab.pidOf('express'))) process.kill(pid, 'SIGKILL');
      },
    });
    expectVoid(outcome, 'subject incidents');
    expect(outcome.step.validity.reasons.join()).toMatch(/1 workers of express were replaced/);
  });

  it('one answer in a hundred is wrong', async () => {
    const proxy = await startLyingProxy(lab.endpoint.baseUrl, { every: 100 });
    try {
      const { port } = proxy.address() as AddressInfo;
      const baseUrl = `http://127.0.0.1:${port}`;
      const outcome = await lab.trial({ workload: 'json', load: open(200, 200), baseUrl });
      expectVoid(outcome, 'wrong bodies');
      const share = outcome.step.wrongBodies / outcome.step.requests;
      expect(share).toBeGreaterThan(0.005);
      expect(share).toBeLessThan(0.02);
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
  });

  it('users, throughput and times break Little’s law: the generator stalls over the end', async () => {
    const outcome = await lab.trial({
      ...{ workload: 'wait', load: closed(8), durationSeconds: 2 },
      during: () => standStill(lab.pidOf('k6'), { afterMs: 1200, forMs: 1800 }),
    });
    expectVoid(outcome, "Little's law");
  });

  it('the generator is told to stop in mid-step, and would report half of it as the whole', async () => {
    const outcome = await lab.trial({
      ...{ workload: 'json', load: open(100, 200) },
      during: async () => {
        await sleep(1000);
        process.kill(lab.pidOf('k6'), 'SIGINT');
      },
    });
    expectVoid(outcome, 'cut off');
  });
});

describe('a step', () => {
  it('is not void for a stranger on a core that runs nothing of the lab', async (context) => {
    const { subject, generator } = lab.runtime.facts.placement;
    const free = cpus.filter((cpu) => ![...subject, ...generator].includes(cpu));
    if (free.length === 0) return context.skip('every core of this machine runs a part of the lab');
    const { outcome, strangerShare } = await besideStranger(free);
    expect(outcome.check('CPU used elsewhere')?.figure).toBeGreaterThan(0.8 * strangerShare);
    for (const part of ['subject', 'generator']) {
      expect(outcome.check(`others on ${part} cores`)).toMatchObject({ outcome: 'ok' });
    }
  });

  it('breaks none of the checks that a quiet load cannot break', async () => {
    const { check } = await lab.trial({ workload: 'wait', load: closed(4) });
    for (const name of [
      'generator CPU',
      'cut off',
      'wrong bodies',
      'subject incidents',
      "Little's law",
    ]) {
      expect(check(name), name).toMatchObject({ outcome: 'ok' });
    }
  });

  it('is overloaded, not void by its drops, when every user waits for the subject', async () => {
    // Each answer takes 100 ms: four users get 40 per second.
    const { step, check, shown } = await lab.trial({ workload: 'wait', load: open(100, 4) });
    expect(step.dropped).toBeGreaterThan(0);
    expect(check('dropped while users were free')).toMatchObject({ outcome: 'ok', figure: 0 });
    expect(step.sloHeld).toBe(false);
    if (step.validity.state === 'void') return;
    expect(shown.run).toMatch(new RegExp(` ${step.dropped} .* overloaded, SLO broken`));
  });

  it('names the database as its limit when that used more CPU than the subject', async () => {
    const busy = await Promise.all(
      Array.from({ length: 4 }, () => connect(lab.runtime.superuserUrl('express'))),
    );
    const { step, shown } = await lab.trial({
      ...{ workload: 'db', load: closed(32) },
      during: async () => {
        // PostgreSQL ends each by itself: nothing is left burning.
        await Promise.allSettled(busy.map((client) => client.query(countForSeconds)));
        await Promise.all(busy.map((client) => client.end()));
      },
    });
    expect(step.busiest, JSON.stringify(step)).toBe('database');
    expect(step.databaseCores ?? 0).toBeGreaterThan(step.subjectCores ?? 0);
    if (step.sloHeld === false && step.validity.state !== 'void') {
      expect(shown.run).toMatch(/database used more CPU/);
    }
  });
});

/** 2.5 s of CPU for each, ended by the statement's own time limit. */
const countForSeconds =
  "set statement_timeout = '2500ms'; select count(*) from generate_series(1, 1000000000)";

async function connect(connectionString: string): Promise<Client> {
  const client = new Client({ connectionString });
  await client.connect();
  return client;
}

async function standStill(pid: number, { afterMs, forMs }: { afterMs: number; forMs: number }) {
  await sleep(afterMs);
  process.kill(pid, 'SIGSTOP');
  await sleep(forMs);
  process.kill(pid, 'SIGCONT');
}

/** Of the busiest core just now, in processes; the lab waits for its next trial. */
async function busiestShare(): Promise<number> {
  const [before, beganAtMs] = [coresCpuSeconds(), performance.now()];
  await sleep(1000);
  const seconds = (performance.now() - beganAtMs) / 1000;
  const used = [...coresCpuSeconds()].map(
    ([cpu, { processes }]) => processes - (before.get(cpu)?.processes ?? 0),
  );
  return Math.max(...used) / seconds;
}

/** Waits for a second in which others leave half of each core, for a minute at most. */
async function quietestShare(): Promise<number> {
  let share = await busiestShare();
  for (let tries = 1; share > 0.5 && tries < 60; tries += 1) share = await busiestShare();
  return share;
}

/** Beside a process that burns the first of these cores; it ends by itself. */
async function besideStranger(
  cores: readonly number[],
): Promise<{ outcome: Outcome; strangerShare: number }> {
  let stranger: { readonly pid?: number; kill(signal: 'SIGKILL'): boolean } | undefined;
  let strangerSeconds = 0;
  try {
    const outcome = await lab.trial({
      ...{ workload: 'json', load: open(50, 100) },
      during: async () => {
        const burn = 'const end = Date.now() + 2500; while (Date.now() < end);';
        const command = ['-c', String(cores[0]), process.execPath, '-e', burn];
        stranger = execa('taskset', command, { reject: false });
        await sleep(2200);
        const pid = stranger.pid ?? 0;
        strangerSeconds = treeCpuSeconds([pid]).get(pid) ?? 0;
      },
    });
    return { outcome, strangerShare: strangerSeconds / outcome.step.durationSeconds };
  } finally {
    stranger?.kill('SIGKILL');
  }
}

/**
 * Answers faster than any k6 of one core can ask, on the subject's core: an app would be the limit
 * itself, and the generator idle enough.
 */
async function startQuickServer(): Promise<{ stop: () => void; baseUrl: string }> {
  const program = `
    const answer = 'HTTP/1.1 200 OK\\r\\nContent-Type: text/plain\\r\\nContent-Length: 13\\r\\n\\r\\nHello, World!';
    require('node:net')
      .createServer((socket) => {
        socket.on('error', () => socket.destroy());
        socket.on('data', (asked) => {
          const count = asked.toString('latin1').split('\\r\\n\\r\\n').length - 1;
          socket.write(answer.repeat(count));
        });
      })
      .listen(0, '127.0.0.1', function () { console.log(this.address().port); });`;
  // Before its neighbours, where the user may ask for that (root): else it waits, and k6 with it.
  const command = ['-n', '-20', 'taskset', '-c', String(cpus[0]), process.execPath, '-e', program];
  const server = execa('nice', command, { stderr: 'ignore', reject: false });
  const [port] = await once(server.stdout, 'data');
  return { stop: () => server.kill('SIGKILL'), baseUrl: `http://127.0.0.1:${String(port).trim()}` };
}

/** Passes everything on, and answers one request in so many with a right status and a wrong body. */
async function startLyingProxy(target: string, { every }: { every: number }): Promise<Server> {
  let count = 0;
  const proxy = createServer((incoming, outgoing) => {
    count += 1;
    if (count % every === 0) {
      outgoing.setHeader('Content-Type', 'application/json; charset=utf-8');
      outgoing.end('{"message":"Hello, Wurld!"}');
      return;
    }
    const { method, headers, url = '/' } = incoming;
    request(target + url, { method: method ?? 'GET', headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    })
      .on('error', (error) => outgoing.destroy(error))
      .end();
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return proxy;
}
