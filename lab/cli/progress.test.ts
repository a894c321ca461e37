import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import { progressOn } from './progress';

it('a figure that comes late is not written over what was said when the trial was over', async () => {
  const held: ServerResponse[] = [];
  const prometheus = createServer((_request, response) => held.push(response));
  await new Promise<void>((resolve) => prometheus.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    prometheus.closeAllConnections();
    prometheus.close();
  });
  const { port } = prometheus.address() as AddressInfo;
  const written: string[] = [];
  const screen = { isTTY: true, columns: 80, write: (text: string) => written.push(text) };

  const progress = progressOn(screen, `http://127.0.0.1:${port}`);
  const trial = { number: 1, run: 'run', app: 'express', workload: 'micro', scenario: 'scaling' };
  progress.onTrial?.({ ...trial, purpose: 'measure' });
  await vi.waitFor(() => expect(held).toHaveLength(3), 5_000);
  progress.stop();
  written.length = 0;
  for (const response of held) response.end('{"data":{"result":[]}}');
  await sleep(100);
  expect(written).toEqual([]);
});
