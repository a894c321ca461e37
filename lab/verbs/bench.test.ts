import { expect, it } from 'vitest';
import { benches } from './bench';

it.each(Object.entries(benches))('the bench %s is there to be run', async (_name, load) => {
  expect((await load()).run).toBeTypeOf('function');
});
