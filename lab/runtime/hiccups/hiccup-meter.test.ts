import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rootDir } from '../../paths';
import { Processes } from '../native/processes';
import { allowedCpus } from '../native/topology';
import { HiccupMeter } from './hiccup-meter';

const cpus = allowedCpus();
const [first = 0] = cpus;

let state: string;
let meter: HiccupMeter;
const troubles: string[] = [];
beforeAll(async () => {
  state = mkdtempSync(join(tmpdir(), 'headroom-hiccups-'));
  const processes = await Processes.claim(state);
  const placement = { subject: cpus, database: [first], generator: cpus, compromises: [] };
  meter = await HiccupMeter.start(processes, placement, (text) => troubles.push(text));
});
afterAll(async () => {
  await meter.child.stop();
  rmSync(state, { recursive: true });
});

/** Of each of its threads. */
const affinities = (): string[] =>
  readdirSync(`/proc/${meter.child.pid}/task`).flatMap((thread) => {
    const status = readFileSync(`/proc/${meter.child.pid}/task/${thread}/status`, 'utf8');
    return /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? [];
  });

describe('the hiccup meter', () => {
  it('has a thread on each core', async () => {
    await expect
      .poll(affinities, { timeout: 20_000 })
      .toEqual(expect.arrayContaining(cpus.map(String)));
  });

  it('tells on which core, when and for how long nothing was woken', async () => {
    // Its threads run by now: they have moved, and what they told of their start is over.
    await sleep(500);
    const stoppedAtMs = Date.now();
    process.kill(meter.child.pid, 'SIGSTOP');
    await sleep(300);
    process.kill(meter.child.pid, 'SIGCONT');
    const stoodMs = Date.now() - stoppedAtMs;
    const longest = (cpu: number) =>
      meter
        .since(stoppedAtMs)
        ?.filter((hiccup) => hiccup.cpu === cpu)
        .toSorted((one, other) => other.ms - one.ms)[0];
    await expect
      .poll(() => cpus.every((cpu) => (longest(cpu)?.ms ?? 0) > 0.8 * stoodMs), { timeout: 20_000 })
      .toBe(true);
    for (const { fromMs, ms } of cpus.map((cpu) => longest(cpu) ?? { fromMs: 0, ms: 0 })) {
      expect(fromMs).toBeLessThan(stoppedAtMs + 0.2 * stoodMs);
      expect(fromMs + ms).toBeGreaterThan(stoppedAtMs + 0.8 * stoodMs);
    }
    expect(meter.since(Date.now() + 1000)).toEqual([]);
    expect(troubles).toEqual([]);
  });

  it('tells what it costs', () => {
    expect(meter.cpuSecondsPerCore()).toBeGreaterThan(0);
  });

  it('says which core it cannot watch, and ends: it would report none there', () => {
    const program = join(rootDir, 'lab/runtime/hiccups/program.mjs');
    const { status, stderr } = spawnSync(process.execPath, [program, '9999'], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^cannot watch core 9999: Command failed: taskset .*$/m);
  });

  it('says that it ended, and nothing of hiccups from then on; its cost never falls', async () => {
    const cost = meter.cpuSecondsPerCore();
    process.kill(meter.child.pid, 'SIGKILL');
    await meter.child.ended;
    expect(troubles).toEqual(['was ended by SIGKILL; stalls are no longer recorded']);
    expect(meter.since(0)).toBeUndefined();
    expect(meter.cpuSecondsPerCore()).toBeGreaterThanOrEqual(cost);
  });
});
