import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LabError } from '../../errors';
import { identify, isAlive } from '../../proc';
import { lastLineOf, Processes } from './processes';
import { allowedCpus } from './topology';

let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'headroom-processes-'));
});
afterEach(() => rmSync(state, { recursive: true }));

const sleeper = (script = 'sleep 60') => ({
  name: 'sleeper',
  command: 'sh',
  args: ['-c', script],
  env: { PATH: process.env.PATH },
  cpus: allowedCpus(),
  stopSignal: 'SIGTERM' as const,
  graceSeconds: 0.3,
});

/** In a process group of its own. */
const stranger = () => execa('sleep', ['60'], { detached: true, stdio: 'ignore', reject: false });

async function gone(pid: number, startTicks: number): Promise<boolean> {
  for (let tries = 0; tries < 100; tries++) {
    if (!isAlive({ pid, startTicks })) return true;
    await sleep(20);
  }
  return false;
}

describe('a child process', () => {
  it('is killed with its children when it does not end in time', async () => {
    const processes = await Processes.claim(state);
    const child = await processes.start(sleeper('trap "" TERM; sleep 60 & echo $!; wait; wait'));
    const told = () => identify(Number(readFileSync(child.logFile, 'utf8')));
    await expect.poll(told, { timeout: 20_000 }).toBeDefined();
    const grandchild = told();
    expect(await child.stop()).toEqual({ code: null, signal: 'SIGKILL' });
    expect(grandchild && (await gone(grandchild.pid, grandchild.startTicks))).toBe(true);
  });

  it('ends with what it left in a session of its own, where all of it belongs to it', async () => {
    const processes = await Processes.claim(state);
    // It ends once the other has a session of its own: field 6 of its stat.
    const script =
      'setsid sleep 60 & echo $!; until [ "$(cut -d" " -f6 /proc/$!/stat)" = $! ]; do sleep 0.05; done';
    const left = async (endsAll: { endsAll?: true }) => {
      const child = await processes.start({ ...sleeper(script), ...endsAll });
      await child.ended;
      const identity = identify(Number(readFileSync(child.logFile, 'utf8')));
      if (identity === undefined || (await gone(identity.pid, identity.startTicks))) return false;
      process.kill(identity.pid);
      return true;
    };
    expect(await left({ endsAll: true })).toBe(false);
    expect(await left({})).toBe(true);
  });

  it('says what it wrote last, however much that is', async () => {
    const processes = await Processes.claim(state);
    const child = await processes.start(sleeper('yes | head -c 20000000; echo the end'));
    await child.ended;
    expect(lastLineOf(child)).toBe(': "the end"');
  });

  it('that a crashed lab left in a session of its own is ended by its mark', async () => {
    const orphan = execa('sleep', ['60'], {
      ...{ detached: true, stdio: 'ignore', reject: false },
      env: { LOAD_LAB_MARK: 'crashed-1.' },
    });
    const identity = identify(orphan.pid ?? 0);
    const crashed = { owner: { pid: 1, startTicks: -1 }, children: [], mark: 'crashed' };
    writeFileSync(join(state, 'processes.json'), JSON.stringify(crashed));
    await Processes.claim(state);
    expect(identity && (await gone(identity.pid, identity.startTicks))).toBe(true);
  });

  it('that a crashed lab left behind is ended by the next', async () => {
    const orphan = stranger();
    const identity = identify(orphan.pid ?? 0);
    writeFileSync(
      join(state, 'processes.json'),
      JSON.stringify({
        owner: { pid: 1, startTicks: -1 },
        children: [{ ...identity, name: 'orphan' }],
      }),
    );
    await Processes.claim(state);
    expect(identity && isAlive(identity)).toBe(false);
  });

  it('is left alone when its pid belongs to another process by now', async () => {
    const other = stranger();
    const identity = identify(other.pid ?? 0);
    writeFileSync(
      join(state, 'processes.json'),
      JSON.stringify({
        owner: { pid: 1, startTicks: -1 },
        children: [{ pid: other.pid, startTicks: 1, name: 'orphan' }],
      }),
    );
    await Processes.claim(state);
    expect(identity && isAlive(identity)).toBe(true);
    other.kill();
  });

  it('dies with a lab that is killed', async () => {
    const script = `
      const { Processes } = require(${JSON.stringify(join(__dirname, 'processes'))});
      Processes.claim(${JSON.stringify(state)}).then(async (processes) => {
        const child = await processes.start(${JSON.stringify(sleeper())});
        console.log(child.pid);
      });`;
    const lab = execa(process.execPath, ['--require', 'ts-node/register', '-e', script], {
      reject: false,
    });
    const [pid] = await once(lab.stdout, 'data');
    const child = identify(Number(pid));
    expect(child).toBeDefined();
    lab.kill('SIGKILL');
    expect(child && (await gone(child.pid, child.startTicks))).toBe(true);
  });

  it('is not started beside another lab in the same folder', async () => {
    const other = stranger();
    const owner = identify(other.pid ?? 0);
    writeFileSync(join(state, 'processes.json'), JSON.stringify({ owner, children: [] }));
    const refused = await Processes.claim(state).catch((error) => error);
    other.kill();
    expect(refused).toBeInstanceOf(LabError);
    expect(refused.message).toMatch(/Another lab is running here \(process \d+\)/);
    expect(refused.exitCode).toBe(5);
  });
});
