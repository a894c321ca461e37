import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ComposeCli, describeFailure } from './cli';

describe('a failure of docker compose', () => {
  it.each([
    'Error: driver failed programming external connectivity on endpoint x: Bind for 127.0.0.1:9090 failed: port is already allocated',
    'Error starting userland proxy: listen tcp4 127.0.0.1:9090: bind: address already in use',
  ])('for a port names it and the remedy', (stderr) => {
    expect(describeFailure(['up'], stderr)).toMatch(/^Port 9090 is taken .* in \.env/);
  });

  it('of another kind names the command and ends with what it said last', () => {
    const stderr = [...Array(20).keys()].map((number) => `line ${number}`).join('\n');
    expect(describeFailure(['up', '--detach'], stderr)).toMatch(
      /^`docker compose up --detach` failed:\n {2}line 14\n[\s\S]*line 19$/,
    );
  });
});

describe('a command', () => {
  let folder: string;
  /** Says which process group it is in, then does as it is told. */
  const docker = '#!/bin/sh\nread -r _ _ _ _ group _ </proc/$$/stat\necho "$group"\n';
  const given = (rest: string) => {
    writeFileSync(join(folder, 'docker'), docker + rest, { mode: 0o755 });
    vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'headroom-docker-'));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  it('is not reached by a Ctrl-C on the terminal, which is for the lab', async () => {
    given('');
    const own = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ')[2];
    const its = await new ComposeCli().run('down');
    expect(Number(its)).toBeGreaterThan(0);
    expect(its).not.toBe(own);
  });

  it('ends with the signal of the lab, and says which it was', async () => {
    given('exec sleep 60');
    const controller = new AbortController();
    const running = new ComposeCli().until(controller.signal).run('up', '--detach');
    controller.abort();
    await expect(running).rejects.toMatchObject({
      exitCode: 130,
      message: '`docker compose up --detach` was interrupted.',
    });
  });

  it('that somebody else ends has failed', async () => {
    given('exit 130');
    await expect(new ComposeCli().run('down')).rejects.toMatchObject({ exitCode: 5 });
  });
});
