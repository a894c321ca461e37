// Both apps, started for real, on a PostgreSQL of their own.
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { claimedApps } from '../../lab/experiments/claims/design';
import { freePorts, temporaryFolder } from '../../test/lab-process';
import { Stage } from '../stage';
import { inDefaultProfile, runningOf, summary } from './running';

test('of several starts the middle counts, of memory too', () => {
  const seen = [
    { seconds: 3, processes: 2, rss: 30, pss: 20 },
    { seconds: 1, processes: 2, rss: 10, pss: 5 },
    { seconds: 2, processes: 2, rss: 80, pss: 70 },
  ];
  expect(summary(seen)).toEqual({
    start: { seconds: [3, 1, 2], median: 2 },
    idleMemory: { processes: 2, rssBytes: 30, pssBytes: 20 },
  });
  // A sum of some of the processes is no sum.
  const [first, ...rest] = seen as [(typeof seen)[number], ...typeof seen];
  expect(summary([{ ...first, pss: null }, ...rest]).idleMemory.pssBytes).toBeNull();
});

describe('an app', () => {
  const folder = temporaryFolder();
  let stage: Stage;
  let ports: number[];
  beforeAll(async () => {
    const [postgres = 0, ...rest] = await freePorts(3);
    ports = rest;
    stage = await Stage.open(folder, postgres);
  });
  afterAll(async () => {
    await stage?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(claimedApps)(
    '%s is timed to its first good answer, and weighed with all its processes',
    async (app) => {
      const [port = 0, metricsPort = 0] = ports;
      const usual = inDefaultProfile(stage, app);
      const told: number[] = [];
      const { start, idleMemory } = await runningOf(
        stage,
        {
          ...usual,
          env: (url) => ({
            ...usual.env(url),
            PORT: String(port),
            METRICS_PORT: String(metricsPort),
          }),
          ready: [`http://127.0.0.1:${port}/readyz`, `http://127.0.0.1:${metricsPort}/metrics`],
        },
        (seconds) => told.push(seconds),
        1,
      );
      // The first start is told, and not counted.
      expect(told).toHaveLength(2);
      expect(start).toEqual({ seconds: told.slice(1), median: told[1] });
      // Supervisor and worker of Express; of Django gunicorn's master, its workers and the exporter.
      expect(idleMemory.processes).toBeGreaterThanOrEqual(app === 'express' ? 2 : 5);
      expect(idleMemory.rssBytes).toBeGreaterThan(50e6);
      if (idleMemory.pssBytes !== null) {
        expect(idleMemory.pssBytes).toBeLessThan(idleMemory.rssBytes);
      }
    },
  );
});
