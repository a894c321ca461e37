import { expect, test } from 'vitest';
import { effortFixture } from '../../lab/experiments/claims/effort.fixture';
import { renderEffort } from './render';

test('the table marks what stands on a stand-in, and says why something is missing', () => {
  const text = renderEffort(effortFixture());
  expect(text).toMatch(/^\| start and configuration +\| +100 \| +70 \|$/m);
  expect(text).toMatch(/^\| all +\| +300 \| +210 \|$/m);
  expect(text).toMatch(/^\| image +\| +242\.0 MB \* \| +none \|$/m);
  expect(text).toMatch(/^\| start, median \(least to most\) +\| 1\.20 s \(1\.00 to 1\.40\)/m);
  expect(text).toContain('  No image: There is no image headroom-django yet.');
  expect(text).toContain('  * On a stand-in for the base image');
  expect(text).toContain('  PostgreSQL shares the subject’s core.');
});

test('where the kernel does not share memory out, that is said', () => {
  const effort = effortFixture();
  effort.apps.express.idleMemory.pssBytes = null;
  expect(renderEffort(effort)).toMatch(/shared once \(PSS\) +\| +none \| +120\.0 MB \|$/m);
});
