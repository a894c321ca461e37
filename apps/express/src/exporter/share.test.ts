import { expect, test } from 'vitest';
import { shareWork } from './share';

test('however many ask, one is made at a time, and none is older than its question', async () => {
  let [begun, underWay] = [0, 0];
  const finish: (() => void)[] = [];
  const shared = shareWork(async () => {
    begun += 1;
    underWay += 1;
    expect(underWay).toBe(1);
    const number = begun;
    await new Promise<void>((resolve) => finish.push(resolve));
    underWay -= 1;
    return number;
  });
  const first = shared();
  await expect.poll(() => finish.length).toBe(1);
  const later = Array.from({ length: 50 }, () => shared());
  finish[0]?.();
  expect(await first).toBe(1);
  await expect.poll(() => finish.length).toBe(2);
  finish[1]?.();
  expect(new Set(await Promise.all(later))).toEqual(new Set([2]));
});

test('a failure reaches who waited for it, and nobody after', async () => {
  let fails = true;
  const shared = shareWork(async () => {
    if (fails) throw new Error('no');
    return 'yes';
  });
  const both = [shared(), shared()];
  for (const failed of both) await expect(failed).rejects.toThrow('no');
  fails = false;
  expect(await shared()).toBe('yes');
});
