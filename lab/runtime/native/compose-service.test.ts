// On a docker that is faked: it notes how it was called, and hangs where it is told to.
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { compose, takeDown } from './compose-service';
import { Processes } from './processes';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-service-'));
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
  const docker = join(folder, 'docker');
  const script = `#!/bin/sh
echo "$*" >> ${folder}/calls
case "$*" in *" up "*) exec sleep 60;; *" ps "*) echo web; echo beside;; esac
[ ! -e ${folder}/down ] || exit 1
`;
  writeFileSync(docker, script);
  chmodSync(docker, 0o755);
  vi.stubEnv('PATH', [folder, process.env.PATH].join(delimiter));
  writeFileSync(join(folder, 'compose.yml'), '');
});

const calls = (): string[] => {
  const file = join(folder, 'calls');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
};
const service = (before: string[]) => ({ folder, file: 'compose.yml', service: 'web', before });
const list = () => JSON.parse(readFileSync(join(folder, 'processes.json'), 'utf8'));

it('a service that is being started is left by Ctrl-C at once', async () => {
  const left = new AbortController();
  const starting = compose(service([]), ['up', '--detach', 'web'], left.signal);
  await expect.poll(calls, { timeout: 20_000 }).toHaveLength(1);
  left.abort();
  await expect(starting).rejects.toThrow(/docker compose up --detach web/);
});

it.each([
  ['nothing, all of it', [], 'compose --file compose.yml down'],
  ['something, what was added', ['beside'], 'compose --file compose.yml rm --force --stop web'],
])('is taken down: where there was %s', async (_what, before, last) => {
  await takeDown(service(before));
  expect(calls().at(-1)).toBe(last);
});

describe('what a killed lab had started', () => {
  const killed = async () => {
    (await Processes.claim(folder)).noteService(service([]));
    // Of a process that is no more.
    writeFileSync(
      join(folder, 'processes.json'),
      JSON.stringify({ ...list(), owner: { pid: 2 ** 22 + 1, startTicks: 1 } }),
    );
  };

  it('is taken down by the next start', async () => {
    await killed();
    await Processes.claim(folder);
    expect(calls().at(-1)).toMatch(/ down$/);
    expect(list().services).toEqual([]);
  });

  it('is tried again by the start after it, where docker does not answer', async () => {
    const told = vi.spyOn(console, 'error').mockReturnValue(undefined);
    onTestFinished(() => told.mockRestore());
    await killed();
    writeFileSync(join(folder, 'down'), '');
    await Processes.claim(folder);
    expect(told.mock.calls[0]?.[0]).toMatch(/killed left the service web up/);
    expect(list().services).toEqual([service([])]);
  });

  it('and has ended in order, is nobody’s business any more', async () => {
    const processes = await Processes.claim(folder);
    const started = service([]);
    processes.noteService(started);
    processes.forgetService(started);
    expect(list().services).toEqual([]);
  });
});
