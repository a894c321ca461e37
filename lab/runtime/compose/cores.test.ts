import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Cpu, unknownTopology } from '../native/topology';
import { coresForContainers, readCores, writeCores } from './cores';

const one = { subject: 1, database: 1 };
const cpus = (count: number) => unknownTopology([...Array(count).keys()]);
/** Hyperthreads beside each other, as on many virtual machines. */
const pairs = (count: number): Cpu[] =>
  cpus(count).map((cpu) => ({ ...cpu, core: String(Math.floor(cpu.cpu / 2)) }));

describe('the cores of the parts in containers', () => {
  it.each([
    ['one CPU', cpus(1), { subject: [0], database: [0], generator: [0], screens: [0] }],
    ['two', cpus(2), { subject: [0], database: [0], generator: [1], screens: [1] }],
    ['three', cpus(3), { subject: [0], database: [0], generator: [1, 2], screens: [1, 2] }],
    ['four', cpus(4), { subject: [0], database: [1], generator: [2], screens: [3] }],
    ['eight', cpus(8), { subject: [0], database: [2], generator: [4, 5, 6], screens: [7] }],
    [
      'two cores with two hyperthreads each',
      pairs(4),
      { subject: [0], database: [1], generator: [2, 3], screens: [2, 3] },
    ],
    [
      'four cores with two hyperthreads each',
      pairs(8),
      { subject: [0], database: [2], generator: [4, 5], screens: [6, 7] },
    ],
  ])('are on %s those of the native lab, as far as the limits go', (_what, machine, expected) => {
    expect(coresForContainers(machine, one)).toEqual(expected);
  });

  it.each([2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64])(
    'keep what watches off the generator’s cores where there are four or more (%i)',
    (count) => {
      const { subject, database, generator, screens } = coresForContainers(cpus(count), one);
      expect(generator.some((cpu) => screens.includes(cpu))).toBe(count < 4);
      expect(
        [...generator, ...screens].some((cpu) => [...subject, ...database].includes(cpu)),
      ).toBe(false);
    },
  );

  it('are as many as the limits let a part use', () => {
    expect(coresForContainers(cpus(8), { subject: 2, database: 1.5 })).toMatchObject({
      subject: [0, 1],
      database: [2, 3],
    });
  });
});

describe('the folder that says so', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cores-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is read as it was written', () => {
    const cores = coresForContainers(cpus(8), one);
    writeCores(folder, cores);
    expect(readCores(folder)).toEqual(cores);
  });

  it('is refused by the name of the file that is wrong', () => {
    writeFileSync(join(folder, 'database'), 'all\n');
    expect(() => readCores(folder)).toThrow(/HEADROOM_PLACEMENT: .*database must hold a list/);
  });
});
