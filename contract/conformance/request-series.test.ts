// What the contract says of how many series there can be is what its own documents give.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { metricsOf } from './declared-metrics';
import { possibleSeries } from './request-series';

const name = 'http_server_request_duration_seconds';
const duration = metricsOf({ app: 'express' }).find((metric) => metric.name === name);

test('there are as many as metrics.yaml says at the most, and not far fewer', () => {
  const { size } = possibleSeries();
  expect(size).toBeLessThanOrEqual(duration?.mostSeries ?? 0);
  expect(size).toBeGreaterThan((duration?.mostSeries ?? 0) * 0.9);
});

test('contract/README.md gives that figure, and the samples that it makes', () => {
  // +Inf, _sum and _count besides the bounds.
  const samplesEach = (duration?.buckets ?? []).length + 3;
  const mostSeries = duration?.mostSeries ?? 0;
  const readme = readFileSync(join(__dirname, '../README.md'), 'utf8').replaceAll(/\s+/g, ' ');
  const figures = /at most (\d+) combinations, of (\d+) samples each, or ([\d,]+) in all/.exec(
    readme,
  );
  expect(figures?.slice(1)).toEqual([
    String(mostSeries),
    String(samplesEach),
    (mostSeries * samplesEach).toLocaleString('en-US'),
  ]);
});

test('each of them has a method and a route that metrics.yaml allows', () => {
  const { http_request_method: method, http_route: route } = duration?.labels ?? {};
  for (const series of possibleSeries()) {
    const [sent = '', path = ''] = series.split(' ');
    expect(method?.values, series).toContain(sent);
    expect(path, series).toMatch(new RegExp(route?.pattern ?? '$^'));
  }
});
