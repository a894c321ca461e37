// An app that somebody else keeps up: there is nothing to measure it against.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { readNightlySettings } from './settings';
import { yardsticksOf } from './yardstick';

// Before anything is imported: which apps there are is known once.
const folder = vi.hoisted(() => {
  const { mkdtempSync, writeFileSync } = process.getBuiltinModule('node:fs');
  const { tmpdir } = process.getBuiltinModule('node:os');
  const folder = mkdtempSync(`${tmpdir()}/headroom-yardstick-`);
  writeFileSync(
    `${folder}/headroom.yaml`,
    `apps: [{ name: one, url: "http://127.0.0.1:8000" }]
workloads: [{ name: item, k6: item.ts, slo: { share: 0.99, thresholdSeconds: 0.1 } }]
`,
  );
  writeFileSync(`${folder}/item.ts`, '');
  process.env.HEADROOM_APPS = `none:${folder}`;
  return folder;
});
afterAll(() => rmSync(folder, { recursive: true }));

it('is refused with what it takes', async () => {
  const file = join(folder, 'nightly.yaml');
  writeFileSync(
    file,
    `budgetMinutes: 5
minimumEffect: 3 %
heartbeatDays: 7
mostVoidShare: 1
turns: { blocks: 3, warmupSeconds: 1, seconds: 2 }
measure: [{ app: one, workload: item, rateRps: 20 }]
`,
  );
  await expect(yardsticksOf(readNightlySettings(file), [], 'native')).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(
      /^One cannot be measured every night on item: .*docs\/own-app\.md/,
    ),
  });
});
