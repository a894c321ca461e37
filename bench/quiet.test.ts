// A burner that is no child of this process is a stranger, and a machine beside it is not quiet.
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { allowedCpus } from '../lab/runtime/native/topology';
import { QuietWatch } from './quiet';

it('a machine is not quiet beside a stranger that takes a core', async () => {
  const [cpu = 0] = allowedCpus();
  // Its parent ends at once, so that it is nobody's child here; it ends by itself.
  const burner = `taskset -c ${cpu} timeout 5 bash -c 'while :; do :; done' > /dev/null 2>&1 &`;
  execFileSync('bash', ['-c', burner]);
  const watch = new QuietWatch([cpu]);
  await sleep(4300);
  watch.end();
  expect(watch.seconds).toBeGreaterThanOrEqual(2);
  expect(watch.quiet).toBeLessThanOrEqual(1);
  expect(watch.describe()).toMatch(
    /^The machine was NOT quiet: .* of every core in \d+ % of \d s; 95 %/,
  );
});
