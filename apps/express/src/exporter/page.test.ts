import { Counter, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { MetricsPage } from './page';

test('some names are given alone, and one that the supervisor does not measure is left out', async () => {
  const registers = [new Registry()];
  for (const name of ['one_total', 'two_total', 'three_total']) {
    new Counter({ name, help: `The ${name}.`, registers }).inc();
  }
  const [own = new Registry()] = registers;
  expect(await new MetricsPage(own).renderOwn(['one_total', 'nobody', 'three_total'])).toBe(
    '# HELP one_total The one_total.\n# TYPE one_total counter\none_total 1\n\n' +
      '# HELP three_total The three_total.\n# TYPE three_total counter\nthree_total 1\n',
  );
});
