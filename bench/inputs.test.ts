// A tenth of the rows: what it finds, and that the memory stays bounded. How long it takes on a busy
// machine says nothing; `npm run bench -- inputs` does.
import { expect, it } from 'vitest';
import { measureInputs } from './inputs';

it('analyses large files within its memory, and finds in them what is there', async () => {
  const taken = await measureInputs(0.1);
  for (const { name, exitCode, mebibytes } of taken) {
    expect(exitCode, name).toBe(0);
    expect(mebibytes, name).toBeLessThan(1024);
  }
  const [single, levels, step, steps, quiet, compare] = taken.map(({ stdout }) => stdout);
  for (const usl of [single, levels]) expect(usl).toMatch(/Peak: 1\d\d\d per second at n = 5\d/);
  const [, at = '0'] = /\n +(\d+) \d+ +100\.?\d* +103\.\d/.exec(step ?? '') ?? [];
  expect(Math.abs(Number(at) - 50_000)).toBeLessThan(100);
  expect(steps?.match(/%/g)?.length).toBe(99);
  expect(quiet?.match(/: no change\./g)?.length).toBeGreaterThan(980);
  expect(compare).toContain('B over A: 1.0');
}, 300_000);
