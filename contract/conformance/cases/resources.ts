// Metrics of what a request uses: connections, processes, threads, the event loop.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { type Case, withoutProcess } from '../case';
import { sendMany } from '../client';
import type { MetricsPage } from '../metrics-page';
import { seriesOf } from '../metrics-page';
import { ask } from '../orderly';
import { processTree } from '../process-tree';
import { connectionCount, movementBy, quietPage, scrape, sumOf } from '../scrape';
import { type Subject, settingsOf } from '../subjects';

const waitCount = 'db_client_connection_wait_time_seconds_count';

const pool: Case = {
  name: 'the pools have the configured size, and no connection is in use at rest',
  run: async (subject) => {
    const { workers, poolSize } = settingsOf(subject);
    await sendMany(48, 16, () => ask(subject, '/queries?count=10'));
    const page = await quietPage(subject);
    const at = `${subject.app} GET ${subject.metricsUrl}`;
    const max = sumOf(page, 'db_client_connection_max');
    const idle = sumOf(page, connectionCount, { state: 'idle' });
    expect(max, `${at}: db_client_connection_max`).toBe(workers * poolSize);
    expect(idle, `${at}: idle connections after traffic`).toBeGreaterThan(0);
    expect(idle, `${at}: idle connections after traffic`).toBeLessThanOrEqual(max);
    const used = sumOf(page, connectionCount, { state: 'used' });
    expect(used, `${at}: used connections at rest`).toBe(0);
    const pending = sumOf(page, 'db_client_connection_pending_requests');
    expect(pending, `${at}: db_client_connection_pending_requests at rest`).toBe(0);
  },
};

const waits: Case = {
  name: 'each request that takes a connection waits for one, and others do not',
  run: async (subject) => {
    const db = await movementBy(subject, () => sendMany(5, 1, () => ask(subject, '/db')));
    expect(db(waitCount), `${subject.app} GET /db five times: ${waitCount} moved by`).toBe(5);
    const json = await movementBy(subject, () => sendMany(5, 1, () => ask(subject, '/json')));
    expect(json(waitCount), `${subject.app} GET /json five times: ${waitCount} moved by`).toBe(0);
  },
};

const processFigures: Case = {
  name: 'process metrics are those of the supervisor and all its workers',
  skip: withoutProcess,
  run: async (subject) => {
    const { workers } = settingsOf(subject);
    const at = `${subject.app} GET ${subject.metricsUrl}`;
    await sendMany(workers * 2, workers * 2, () => ask(subject, '/work?units=50'));
    const page = await quietPage(subject);
    const tree = processTree(subject.rootPid ?? 0);
    expect(sumOf(page, 'server_workers'), `${at}: server_workers`).toBe(workers);
    expect(sumOf(page, 'server_worker_restarts_total'), `${at}: server_worker_restarts_total`).toBe(
      0,
    );
    // The tree may also hold the process that serves the metrics: it may or may not be counted.
    for (const [name, inTree] of [
      ['process_cpu_seconds_total', tree.cpuSeconds],
      ['process_resident_memory_bytes', tree.residentBytes],
      ['process_open_fds', tree.openFds],
    ] as const) {
      const shown = sumOf(page, name);
      const what = `${at}: ${name}, where /proc says ${inTree} for the whole tree`;
      expect(shown, what).toBeGreaterThanOrEqual(inTree * 0.6);
      expect(shown, what).toBeLessThanOrEqual(inTree * 1.1 + 1);
    }
    const started = sumOf(page, 'process_start_time_seconds');
    expect(
      Math.abs(started - tree.startedAtSeconds),
      `${at}: process_start_time_seconds is ${started}, /proc says ${tree.startedAtSeconds}; apart by`,
    ).toBeLessThan(2);
  },
};

const cpu: Case = {
  name: 'CPU time moves with the work done',
  run: async (subject) => {
    let seconds = 0;
    const moved = await movementBy(subject, async () => {
      seconds = (await ask(subject, '/work?units=150')).seconds;
    });
    const what = `${subject.app} GET /work?units=150, ${seconds.toFixed(2)} s: process_cpu_seconds_total moved by`;
    // Far less than the time it took where others had the cores; more by the scrapes.
    expect(moved('process_cpu_seconds_total'), what).toBeGreaterThan(seconds * 0.1);
    expect(moved('process_cpu_seconds_total'), what).toBeLessThan(seconds + 1);
  },
};

const eventLoop: Case = {
  name: 'the time of the event loops adds up to the time that passed, and work shows in it',
  isFor: ({ runtime }) => runtime === 'node',
  run: async (subject) => {
    const { workers } = settingsOf(subject);
    const startedAt = performance.now();
    const before = await scrape(subject);
    await sleep(500);
    const work = await ask(subject, '/work?units=150');
    const after = await scrape(subject);
    const passed = ((performance.now() - startedAt) / 1000) * workers;
    const moved = (name: string) => sumOf(after, name) - sumOf(before, name);
    const busy = moved('nodejs_eventloop_active_seconds_total');
    const whole = busy + moved('nodejs_eventloop_idle_seconds_total');
    const what = `${subject.app} over ${passed.toFixed(2)} s of ${workers} loops, ${work.seconds.toFixed(2)} of them in /work`;
    expect(whole, `${what}: active and idle seconds moved by`).toBeGreaterThan(passed * 0.8);
    expect(whole, `${what}: active and idle seconds moved by`).toBeLessThan(passed * 1.2);
    expect(busy, `${what}: active seconds moved by`).toBeGreaterThan(work.seconds * 0.8);
    expect(busy, `${what}: active seconds moved by`).toBeLessThan(work.seconds + 0.4);
  },
};

/** Counts by series: what may only rise. */
function risingSeries(page: MetricsPage): Map<string, number> {
  const rising = [...page.values()].flatMap(({ type, samples }) => {
    if (type === 'counter') return samples;
    return type === 'histogram' ? samples.filter(({ name }) => !name.endsWith('_sum')) : [];
  });
  return new Map(rising.map((sample) => [seriesOf(sample), sample.value]));
}

const neverBack: Case = {
  name: 'no counter falls or vanishes, also when several scrape at a time',
  run: async (subject: Subject) => {
    const before = risingSeries(await scrape(subject));
    await sendMany(20, 4, () => ask(subject, '/updates?count=3'));
    const pages = await Promise.all([1, 2, 3, 4].map(() => scrape(subject)));
    for (const after of [...pages, await scrape(subject)].map(risingSeries)) {
      const fallen = [...before].filter(([series, value]) => !((after.get(series) ?? -1) >= value));
      expect(
        fallen.map(([series, value]) => `${series}: ${value}, then ${after.get(series)}`),
        `${subject.app} GET ${subject.metricsUrl}, before and after traffic: counters that fell`,
      ).toEqual([]);
    }
  },
};

export const resources: Case[] = [pool, waits, processFigures, cpu, eventLoop, neverBack];
