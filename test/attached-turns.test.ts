// A comparison of endpoints that somebody else keeps up: nothing is restarted, so a pause stands between
// blocks, and the result says so.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunFolder } from '../lab/results/run-folder';
import { type Finished, Lab, type Running } from './lab-process';

const load = ['--workload', 'json', '--rate', '60', '--quick', '--runs', '2', '--seconds', '4'];

describe('a comparison with --runtime attached', () => {
  let owner: Lab;
  let lab: Lab;
  let running: Running;
  let compared: Finished;

  beforeAll(async () => {
    [owner, lab] = [await Lab.create(), await Lab.create()];
    running = owner.start('up', '--json');
    const [line] = await running.prints(/\{.*\}\n/, 120);
    const up = JSON.parse(line);
    const urls = up.apps.flatMap(({ app, ...one }: { app: string; [url: string]: string }) => [
      [`HEADROOM_${app.toUpperCase()}_URL`, one.baseUrl],
      [`HEADROOM_${app.toUpperCase()}_METRICS_URL`, one.metricsUrl],
    ]);
    lab = lab.with({ ...Object.fromEntries(urls), HEADROOM_PROMETHEUS_URL: up.prometheusUrl });
    compared = await lab.run('compare', 'express', 'django', ...load, '--runtime', 'attached');
  }, 300_000);
  afterAll(async () => {
    running?.signal('SIGINT');
    await running?.ended;
    for (const one of [owner, lab]) one.remove();
  });

  it('says that nothing was restarted', () => {
    expect([0, 4], compared.stderr).toContain(compared.code);
    const { run } = RunFolder.open(lab.resultsDir);
    expect(run.design).toMatchObject({ turns: { isFreshEachBlock: false } });
    if (compared.code === 0) {
      expect(compared.stdout).toContain('Nothing was restarted: blocks are apart by a pause');
    }
  });

  it('has a pause between its blocks, on the same processes', () => {
    const folder = RunFolder.open(lab.resultsDir);
    const blockOf = new Map(folder.run.trials.map(({ number, block }) => [number, block]));
    const edges = folder.trials().map(({ number, server }) => ({
      block: blockOf.get(number),
      startedAtSeconds: server?.edges[0]?.start?.startedAtSeconds,
      fromMs: server?.usage[0]?.atMs ?? 0,
      toMs: server?.usage.at(-1)?.atMs ?? 0,
    }));
    const starts = new Set(edges.map(({ startedAtSeconds }) => startedAtSeconds));
    expect([...starts]).toEqual([expect.any(Number)]);
    const second = edges.findIndex(({ block }) => block === 1);
    if (second < 0) return expect(compared.code).toBe(4);
    const pauseMs = (edges[second]?.fromMs ?? 0) - (edges[second - 1]?.toMs ?? 0);
    expect(pauseMs).toBeGreaterThan(5000);
  });

  it('cannot have two configurations of one app', async () => {
    const { code, stderr } = await lab.run(
      'compare',
      'express',
      'express:tuned',
      '--runtime',
      'attached',
    );
    expect(code).toBe(2);
    expect(stderr).toContain('--runtime attached restarts nothing');
  });
});
