// Recorded series to ask panels of: by a real Prometheus, started as the lab starts it, or by
// promtool, which alone can be given native histograms and stale markers as text.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa, execaSync } from 'execa';
import { stringify } from 'yaml';
import { askRange } from '../../../lab/live/page/frames';
import type { Series } from '../../../lab/live/page/messages';
import { prometheusArguments } from '../../../lab/runtime/native/prometheus';
import { dashboards } from '../catalogue';
import { panelsOf, queriesOf } from '../model';
import { allValues, fillIn } from '../variables';

/** Of the panel's query of this name, with the variables filled in. */
export function expressionOf(panelTitle: string, queryName: string): string {
  const panel = dashboards.flatMap(panelsOf).find(({ title }) => title === panelTitle);
  const query = panel && queriesOf(panel).find(({ name }) => name === queryName);
  if (query === undefined) throw new Error(`no query ${queryName} in a panel ${panelTitle}`);
  return fillIn(query.expr, allValues);
}

/** Samples of one series: seconds after the beginning of the record, and values. */
export type Recorded = { series: string; samples: (readonly [atS: number, value: number])[] };

export class Replay {
  private constructor(
    readonly beginS: number,
    private readonly url: string,
    private readonly end: () => Promise<void>,
  ) {}

  /** The record ends `agoS` seconds before now. */
  static async of(recorded: readonly Recorded[], agoS = 0): Promise<Replay> {
    const home = mkdtempSync(join(tmpdir(), 'headroom-replay-'));
    const lastS = Math.max(...recorded.flatMap(({ samples }) => samples.map(([atS]) => atS)));
    // On the grid that Grafana and the live page ask at.
    const beginS = Math.floor((Date.now() / 1000 - agoS - lastS) / 2) * 2;
    const lines = recorded.flatMap(({ series, samples }) =>
      samples.map(([atS, value]) => `${series} ${value} ${beginS + atS}`),
    );
    writeFileSync(join(home, 'record.txt'), `${lines.join('\n')}\n# EOF\n`);
    writeFileSync(join(home, 'prometheus.yml'), '{}');
    const data = join(home, 'data');
    const from = [join(home, 'record.txt'), data];
    execaSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', ...from]);
    const port = await freePort();
    const args = prometheusArguments(join(home, 'prometheus.yml'), data, port);
    const prometheus = execa('prometheus', args, { stdio: 'ignore', reject: false });
    const replay = new Replay(beginS, `http://127.0.0.1:${port}`, async () => {
      prometheus.kill();
      await prometheus;
      rmSync(home, { recursive: true, force: true });
    });
    await replay.untilReady();
    return replay;
  }

  /** Every 2 s if not said, from a second of the record to another. */
  async ask(expr: string, fromS: number, toS: number, stepS = 2): Promise<Series[]> {
    const range = { fromS: this.beginS + fromS, toS: this.beginS + toS, stepS };
    const series = await askRange(this.url, expr, range, 10_000);
    return series.map(({ points, ...rest }) => ({
      ...rest,
      points: points.map(([atS, value]) => [atS - this.beginS, value]),
    }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }

  private async untilReady(): Promise<void> {
    for (let tries = 0; tries < 600; tries += 1) {
      const response = await fetch(`${this.url}/-/ready`).catch(() => undefined);
      if (response?.ok) return;
      await sleep(50);
    }
    throw new Error(`Prometheus did not come up at ${this.url} within 30 s`);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address
          ? resolve(address.port)
          : reject(new Error('no port')),
      );
    });
  });
}

/** One test of promtool's; samples are 2 s apart. Throws what promtool says is different. */
export function promtool(test: {
  input_series: { series: string; values: string }[];
  promql_expr_test: {
    expr: string;
    eval_time: string;
    exp_samples: { labels: string; value: number }[];
  }[];
}): void {
  const home = mkdtempSync(join(tmpdir(), 'headroom-promtool-'));
  const file = join(home, 'test.yaml');
  writeFileSync(
    file,
    stringify({ evaluation_interval: '2s', tests: [{ interval: '2s', ...test }] }),
  );
  const tested = execaSync('promtool', ['test', 'rules', file], { reject: false });
  rmSync(home, { recursive: true, force: true });
  if (tested.failed) throw new Error(tested.stderr, { cause: tested });
}
