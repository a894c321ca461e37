import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { takeMeasuringLock } from './measuring-lock';

let folder: string;
let said: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-measuring-'));
  said = [];
  vi.spyOn(console, 'error').mockImplementation((text) => void said.push(text));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const never = new AbortController().signal;
const take = (kind: Parameters<typeof takeMeasuringLock>[1], signal = never) =>
  takeMeasuringLock(folder, kind, signal);

it('a lab that would change the containers refuses while another measures them', async () => {
  await using night = await take('attached');
  expect(night).toBeDefined();
  await expect(take('compose')).rejects.toMatchObject({
    exitCode: 5,
    message: expect.stringMatching(/Another lab measures the containers.*measuring\.lock.*Wait/),
  });
});

it('a night waits until a lab on the host has ended, and says so', async () => {
  const host = await take('compose');
  let hasBegun = false;
  const night = take('attached').then((lock) => {
    hasBegun = true;
    return lock;
  });
  await expect.poll(() => said).toEqual([expect.stringMatching(/^Another lab is measuring\./)]);
  expect(hasBegun).toBe(false);
  await host?.[Symbol.asyncDispose]();
  await using lock = await night;
  expect(lock).toBeDefined();
});

it('a lab that waits is ended by a signal', async () => {
  await using host = await take('compose');
  expect(host).toBeDefined();
  const controller = new AbortController();
  const waiting = take('attached', controller.signal);
  await expect.poll(() => said.length).toBe(1);
  controller.abort();
  await expect(waiting).rejects.toMatchObject({ exitCode: 130 });
});

it('a lab with processes of its own measures beside', async () => {
  await using host = await take('compose');
  expect(host).toBeDefined();
  expect(await take('native')).toBeUndefined();
});
