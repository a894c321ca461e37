// `lab doctor`: what it makes of tools, ports and machine, and what it prints and exits with.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { spawnLab } from '../runtime/native/processes';
import { unknownTopology } from '../runtime/native/topology';
import { ports } from '../runtime/ports';
import { type Check, renderDoctor } from './check';
import { checkCores, checkDisk, checkDocker, checkMemory } from './machine';
import { checkPorts } from './ports';
import { type Ask, checkTools } from './tools';

const server = createServer();
afterEach(() => void server.close());

/** Takes a free port on all addresses, as a careless program would. */
async function occupyPort(): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, resolve));
  return (server.address() as AddressInfo).port;
}

function answering(answers: Record<string, string | undefined>): Ask {
  return async (command, ...args) => {
    const asked = [command, ...args].join(' ');
    return asked in answers ? answers[asked] : answers[command];
  };
}

const everything = {
  npm: '11.19.1',
  python3: 'Python 3.11.7',
  'go version': 'go version go1.26.8 linux/amd64',
  k6: 'k6 v2.2.0 (go1.26.8, linux/amd64)',
  prometheus: 'prometheus, version 3.15.0 (branch: , revision: unknown)',
  promtool: 'promtool, version 3.15.0 (branch: , revision: unknown)',
  taskset: 'taskset from util-linux 2.38.1',
  git: 'git version 2.39.5',
};

describe('tools', () => {
  test.each([
    ['all there', {}, 'go', 'ok', '1.26.8'],
    ['no npm: nothing can be installed', { npm: undefined }, 'npm', 'missing', 'not on the PATH'],
    ['too old a Python', { python3: 'Python 3.8.10' }, 'python', 'missing', 'only 3.8.10'],
    [
      'a Python that makes no virtual environments',
      { 'python3 -c import venv, ensurepip': undefined },
      ...(['python', 'missing', 'only 3.11.7 without venv'] as const),
    ],
    [
      'another Python beside it',
      { python3: 'Python 3.8.10', 'python3.12': 'Python 3.12.1' },
      'python',
      'ok',
      '3.12.1',
    ],
    [
      'no taskset: cores cannot be set',
      { taskset: undefined },
      'taskset',
      'missing',
      'not on the PATH',
    ],
    ['no git: only the revision is lost', { git: undefined }, 'git', 'warn', 'not on the PATH'],
    ['k6 still to be built', { k6: undefined }, 'k6', 'warn', 'not here yet'],
    ['a k6 of another version', { k6: 'k6 v1.9.0' }, 'k6', 'warn', '1.9.0; the lab wants 2.2'],
    ['no Go, and nothing to build', { 'go version': undefined }, 'go', 'ok', 'not needed'],
    [
      'no Go, and k6 to come: its release is downloaded',
      { 'go version': undefined, k6: undefined },
      'go',
      'warn',
      'not on the PATH',
    ],
    [
      'too old a Go, and k6 to come',
      { 'go version': 'go1.22.2', k6: undefined },
      'go',
      'warn',
      '1.22.2',
    ],
  ])('%s', async (_why, difference, name, status, found) => {
    const checks = await checkTools(answering({ ...everything, ...difference }));
    const check = checks.find((one) => one.name === name);
    expect(check).toMatchObject({ status, found: expect.stringContaining(found) });
    expect(check?.remedy === undefined).toBe(status === 'ok');
  });

  test('Docker is optional, and an engine that does not answer is not waited for', async () => {
    const never: Ask = () => new Promise(() => {});
    expect(await checkDocker(never, 50)).toMatchObject({ name: 'docker', status: 'warn' });
  });
});

function coresOf(allowed: number[], present: number) {
  const [cores, placement] = checkCores(unknownTopology(allowed), present);
  return { cores: cores as Check, placement: placement as Check };
}

describe('machine', () => {
  test.each([
    [coresOf([0], 1).cores, 'warn', '1'],
    [coresOf([0], 1).placement, 'ok', 'One core for everything'],
    [coresOf([2, 3], 8).cores, 'ok', '2 of 8'],
    [
      coresOf([2, 3], 8).placement,
      'ok',
      "App on CPU 2, PostgreSQL on 2, generator on 3. The generator has its own, so that it takes no time from what it measures. PostgreSQL shares the subject's core.",
    ],
    [coresOf([0, 1, 2, 3], 4).cores, 'ok', '4'],
    [checkMemory(1e9, 4e9), 'warn', '1.0 GB available of 4.0 GB'],
    [checkDisk(1e8, 0, '/clone'), 'missing', '0.1 GB free in /clone'],
    [checkDisk(5e8, 0, '/clone'), 'ok', '0.5 GB free in /clone'],
    [checkDisk(1.6e9, 1.7e9, '/clone'), 'missing', '1.6 GB free'],
    [checkDisk(1.7e9, 1.7e9, '/clone'), 'warn', '1.7 GB free'],
    [checkDisk(2.2e9, 1.7e9, '/clone'), 'ok', '2.2 GB free'],
  ])('$name: $found', (check, status, found) => {
    expect(check).toMatchObject({ status, found: expect.stringContaining(found) });
    expect(check.remedy === undefined).toBe(status === 'ok');
  });
});

describe('ports', () => {
  /** Port 0 is always free: this machine may have a lab up. */
  const free = Object.fromEntries(Object.keys(ports).map((name) => [name, 0])) as typeof ports;

  test('a taken one is named, with who has it and how to choose another', async () => {
    const port = await occupyPort();
    const checks = await checkPorts({ ...free, express: port });
    const [check, ...others] = checks.filter(({ name }) => name.startsWith('port '));
    expect(check).toEqual({
      name: `port ${port}`,
      status: 'missing',
      found: expect.stringMatching(
        new RegExp(
          `^taken by \`.*node.*\` \\(pid ${process.pid}\\); the lab wants it for HEADROOM_EXPRESS_PORT$`,
        ),
      ),
      remedy: 'Stop that program, or choose another port: HEADROOM_EXPRESS_PORT=PORT',
    });
    expect(others.filter(({ name }) => name === `port ${port}`)).toEqual([]);
  });

  test('several that are taken have one remedy, which is said once', async () => {
    const port = await occupyPort();
    const checks = await checkPorts({ ...free, expressMetrics: port, live: port });
    const strangers = checks.filter(({ name }) => name === `port ${port}`);
    expect(strangers).toHaveLength(2);
    const text = renderDoctor(strangers);
    expect(text.match(/→.*/g)).toEqual([
      '→ Stop these programs, or choose other ports: HEADROOM_EXPRESS_METRICS_PORT=PORT HEADROOM_LIVE_PORT=PORT',
    ]);
  });

  test('one that the lab itself holds is no obstacle, and no stranger', async () => {
    const port = await occupyPort();
    const own = { verb: 'lab up', pids: [process.pid] };
    const checks = await checkPorts({ ...free, express: port }, own);
    expect(checks.filter(({ name }) => name === `port ${port}`)).toEqual([]);
    expect(checks[0]).toEqual({
      name: 'ports',
      status: 'ok',
      found: expect.stringMatching(
        new RegExp(`^${port} held by the lab that is up here \\(\`lab up\`; .*down`),
      ),
    });
  });

  test("PostgreSQL's is not asked for when the server is the user's own", async () => {
    const taken = { ...free, postgres: await occupyPort() };
    const names = async (ownPostgres: boolean) =>
      (await checkPorts(taken, undefined, { ownPostgres })).map(({ name }) => name);
    expect(await names(false)).toContain(`port ${taken.postgres}`);
    expect(await names(true)).not.toContain(`port ${taken.postgres}`);
  });
});

describe('the command', () => {
  const doctor = (args: string[], env: NodeJS.ProcessEnv) => spawnLab(['doctor', ...args], { env });

  test('exits 5 over a taken port and prints the remedy on stdout', async () => {
    const port = await occupyPort();
    const { exitCode, stdout } = await doctor([], { HEADROOM_LIVE_PORT: String(port) });
    expect(exitCode).toBe(5);
    expect(stdout).toMatch(new RegExp(`✖ port ${port} .*\\n.*HEADROOM_LIVE_PORT`));
    expect(stdout).toMatch(/The lab cannot run here yet: see .*$/m);
  });

  test('prints the same as JSON', async () => {
    const { stdout } = await doctor(['--json'], {});
    const { ok, checks } = JSON.parse(stdout);
    expect(ok).toBe(checks.every(({ status }: { status: string }) => status !== 'missing'));
    expect(checks).toContainEqual({ name: 'node', status: 'ok', found: process.version });
  });
});

test('the command writes a .env, and never over another one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'doctor-'));
  try {
    const doctor = () => spawnLab(['doctor', '--env', join(folder, '.env')], { env: {} });
    expect((await doctor()).exitCode).toBe(0);
    const written = readFileSync(join(folder, '.env'), 'utf8');
    expect(written).toMatch(/^HEADROOM_SUBJECT_CPUSET=\d/m);
    const again = await doctor();
    expect([again.exitCode, again.stderr]).toEqual([2, expect.stringContaining('already exists')]);
    expect(readFileSync(join(folder, '.env'), 'utf8')).toBe(written);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the text lines checks up, with remedies beneath and a summary at the end', () => {
  const text = renderDoctor([
    { name: 'node', status: 'ok', found: 'v24.21.0' },
    { name: 'python', status: 'missing', found: 'not on the PATH', remedy: 'Install it.' },
  ]);
  expect(text).toBe(`✔ node    v24.21.0
✖ python  not on the PATH
          → Install it.

The lab cannot run here yet: see python.`);
});
