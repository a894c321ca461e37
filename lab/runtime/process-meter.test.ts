import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { cpuOf, processTrees } from '../proc';
import { ProcessMeter } from './process-meter';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** A shell that reads commands, so that a test decides what it starts, and when. */
function shell() {
  const child = spawn('bash', { stdio: ['pipe', 'pipe', 'ignore'] });
  children.push(child);
  const run = async (command: string): Promise<void> => {
    child.stdin.write(`${command}; echo done\n`);
    await once(child.stdout, 'data');
  };
  return { pid: child.pid ?? 0, run };
}

/** In a process of its own, which has ended by then. */
const burn = '(for ((i = 0; i < 60000; i++)); do :; done)';
/** As a scan of the whole machine has it. */
const scanned = (pid: number): number => cpuOf(processTrees([pid]).get(pid) ?? []);
/** Two ticks of the kernel's clock. */
const twoTicks = 0.02;

describe('CPU time of a process with all below it', () => {
  it('holds what children used that were born and have ended between two readings', async () => {
    const { pid, run } = shell();
    const meter = new ProcessMeter();
    const read = () => cpuOf(meter.read([pid]).get(pid) ?? []);
    const readings = [read()];
    for (let child = 0; child < 12; child += 1) {
      await run(burn);
      readings.push(read());
    }
    expect(readings.at(-1)).toBeGreaterThan(0.1);
    expect(Math.abs((readings.at(-1) ?? 0) - scanned(pid))).toBeLessThanOrEqual(twoTicks);
    for (const [index, reading] of readings.slice(1).entries()) {
      expect(reading).toBeGreaterThanOrEqual(readings[index] ?? 0);
    }
  });

  it('has a child that goes on living within a few seconds, and never falls when that one ends', async () => {
    const { pid, run } = shell();
    const meter = new ProcessMeter();
    meter.read([pid]);
    await run('(while :; do :; done) & other=$!');
    await expect
      .poll(() => meter.read([pid]).get(pid)?.length, { timeout: 6000, interval: 100 })
      .toBe(2);
    const used = () => cpuOf(meter.read([pid]).get(pid) ?? []);
    await expect.poll(used, { timeout: 6000, interval: 100 }).toBeGreaterThan(0.1);
    const before = used();
    await run('kill $other; wait $other');
    const after = meter.read([pid]).get(pid) ?? [];
    expect(after).toHaveLength(1);
    expect(cpuOf(after)).toBeGreaterThanOrEqual(before);
  }, 20_000);

  it('is that of each root; one that has gone has none', async () => {
    const [one, other] = [shell(), shell()];
    const meter = new ProcessMeter();
    expect([...meter.read([one.pid, other.pid]).keys()].sort()).toEqual(
      [one.pid, other.pid].sort(),
    );
    const [child] = children;
    child?.kill('SIGKILL');
    await once(child as ChildProcess, 'exit');
    expect([...meter.read([one.pid, other.pid]).keys()]).toEqual([other.pid]);
  });
});
