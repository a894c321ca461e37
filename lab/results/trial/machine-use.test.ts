import { expect, it } from 'vitest';
import { coresOfOne } from './machine-use';
import { trialRecord } from './trial.fixture';

const { server } = trialRecord({ loads: [{ model: 'closed', users: 1 }] });
const serverWith = (generator: number, eachGenerator?: number) =>
  server && {
    ...server,
    cores: { ...server.cores, generator, ...(eachGenerator !== undefined && { eachGenerator }) },
  };

it.each([
  ['whole cores of one machine, dealt out', serverWith(5), [2, 2]],
  ['one core between them', serverWith(1), [1 / 2, 1 / 2]],
  ['two cores among three', serverWith(2), [1 / 2, 1, 1 / 2]],
  ['limits of one and a half', serverWith(3, 1.5), [1.5, 1.5]],
  ['limits of a half', serverWith(1.5, 0.5), [0.5, 0.5, 0.5]],
  ['limits of a half, in an earlier run', serverWith(1.5), [0.5, 0.5, 0.5]],
])('several generators have %s', (_what, seen, cores) => {
  expect(cores.map((_, index) => coresOfOne(seen, cores.length, index))).toEqual(cores);
});
