import { Histogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { LeanHistogram } from './lean-histogram';

const options = {
  name: 'took_seconds',
  help: 'How long.',
  labelNames: ['route'],
  buckets: [0.1, 0.5, 1],
};
const observations = [0, 0.05, 0.1, 0.1000001, 0.5, 0.75, 1, 2, 60];

test("a registry exposes it as prom-client's own histogram", async () => {
  const [lean, own] = [new Registry(), new Registry()];
  const ours = new LeanHistogram({ ...options, registers: [lean] });
  const theirs = new Histogram({ ...options, registers: [own] });
  for (const route of ['/a', '/b']) {
    const series = ours.series({ route });
    for (const value of observations) {
      series.observe(value);
      theirs.observe({ route }, value);
    }
  }
  expect(await lean.metrics()).toBe(await own.metrics());
});

test('without labels it stands at zero before the first observation', async () => {
  const registry = new Registry();
  new LeanHistogram({ ...options, labelNames: [], registers: [registry] }).series();
  expect(await registry.metrics()).toContain('took_seconds_count 0');
});

test('a series asked for twice is one series', async () => {
  const registry = new Registry();
  const histogram = new LeanHistogram({ ...options, registers: [registry] });
  histogram.series({ route: '/a' }).observe(1);
  histogram.series({ route: '/a' }).observe(2);
  expect(await registry.metrics()).toContain('took_seconds_count{route="/a"} 2');
});
