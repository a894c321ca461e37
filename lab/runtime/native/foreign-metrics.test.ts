// Pages as the libraries write them, scraped by a real Prometheus as the lab configures it: whatever a library
// calls the duration of a request, the dashboards find it under one name. Each page is of an app that answered
// requests for an item and for one that is not there.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { rootDir } from '../../paths';
import { fetchSums, sumOfRequests, whyNoMetrics } from '../metrics-page';
import { freePort } from '../ports';
import { nativeConfig, prometheusArguments } from './prometheus';

// Before anything is imported: which apps there are is known once.
const { folder, port } = vi.hoisted(() => {
  const { mkdtempSync, writeFileSync } = process.getBuiltinModule('node:fs');
  const { execFileSync } = process.getBuiltinModule('node:child_process');
  const { tmpdir } = process.getBuiltinModule('node:os');
  const folder = mkdtempSync(`${tmpdir()}/headroom-metrics-`);
  const listen = `const one = require('net').createServer().listen(0, '127.0.0.1', () => {
    console.log(one.address().port);
    one.close();
  });`;
  const port = Number(execFileSync(process.execPath, ['-e', listen]));
  const apps = ['promclient', 'instrumentator', 'otelnode', 'otelpython', 'micrometer'].map(
    (name) => `  - { name: ${name}, url: 'http://127.0.0.1:${port}', metricsPath: /${name} }\n`,
  );
  const workload = '{ name: item, k6: item.ts, slo: { share: 0.99, thresholdSeconds: 0.1 } }';
  writeFileSync(`${folder}/headroom.yaml`, `apps:\n${apps.join('')}workloads: [${workload}]\n`);
  writeFileSync(`${folder}/item.ts`, '');
  process.env.HEADROOM_APPS = `none:${folder}`;
  return { folder, port };
});

let server: Server;
let stopPrometheus: () => Promise<unknown>;
let prometheusUrl: string;
beforeAll(async () => {
  server = createServer(({ url = '' }, response) => {
    // Without a Content-Type, as some apps serve it.
    response.end(readFileSync(join(__dirname, 'metrics-pages', `${url.replace(/\?.*/, '')}.txt`)));
  }).listen(port, '127.0.0.1');
  const config = join(folder, 'prometheus.yml');
  const source = readFileSync(join(rootDir, 'prometheus/prometheus.yml'), 'utf8');
  writeFileSync(config, nativeConfig(source, join(rootDir, 'prometheus')));
  const own = await freePort();
  prometheusUrl = `http://127.0.0.1:${own}`;
  const prometheus = execa('prometheus', prometheusArguments(config, join(folder, 'data'), own), {
    env: { PATH: `${join(rootDir, '.lab/bin')}:${process.env.PATH}` },
    reject: false,
  });
  stopPrometheus = () => {
    prometheus.kill();
    return prometheus;
  };
});
afterAll(async () => {
  await stopPrometheus();
  server.close();
  rmSync(folder, { recursive: true });
});

/** Requests on each page. */
const counts: Record<string, number> = {
  ...{ promclient: 5, instrumentator: 5, otelnode: 5, otelpython: 4, micrometer: 4 },
};

type Series = { metric: Record<string, string>; value: [at: number, value: string] };

async function query(promql: string): Promise<Series[]> {
  const url = `${prometheusUrl}/api/v1/query?query=${encodeURIComponent(promql)}`;
  const { data } = (await (await fetch(url)).json()) as { data: { result: Series[] } };
  return data.result;
}

it.each([
  // Its example names no route where there is none.
  ['promclient', ['/items/:id', 'undefined'], ['200', '404']],
  // It tells no status of a duration.
  ['instrumentator', ['/docs', '/items/{item_id}'], [undefined]],
  // A route takes an instrumentation of the framework.
  ['otelnode', [undefined], ['200', '404']],
  ['otelpython', ['/items/{item_id}'], ['200', '404']],
  ['micrometer', ['/items/{id}'], ['200', '404']],
])('%s: requests are found by route, method and status', async (app, routes, statuses) => {
  const found = await vi.waitFor(
    async () => {
      const series = await query(
        `http_server_request_duration_seconds_count{app="${app}",http_request_method="GET"}`,
      );
      expect(series.length).toBeGreaterThan(0);
      return series;
    },
    { timeout: 30_000, interval: 500 },
  );
  const of = (label: string) => [...new Set(found.map(({ metric }) => metric[label]))].sort();
  expect(of('http_route')).toEqual(routes);
  expect(of('http_response_status_code')).toEqual(statuses);
  expect(found.reduce((sum, { value }) => sum + Number(value[1]), 0)).toBe(counts[app]);
  // The rules on the contract's SLOs pass it over.
  expect(of('foreign')).toEqual(['1']);
  const [quantile] = await query(
    `histogram_quantile(0.5, sum by (le) (http_server_request_duration_seconds_bucket{app="${app}"}))`,
  );
  expect(Number(quantile?.value[1])).toBeGreaterThan(0);
});

it.each(Object.entries(counts))('%s: the lab itself reads the same page', async (app, count) => {
  const url = `http://127.0.0.1:${port}/${app}`;
  expect(await whyNoMetrics(url)).toBeUndefined();
  const sum = await fetchSums([url]);
  expect(sumOfRequests(sum, 'count')).toBe(count);
  expect(sumOfRequests(sum, 'sum')).toBeGreaterThan(0);
});
