import { describe, expect, it } from 'vitest';
import { parseCpuList, placed, placeOn } from './placement';

describe('placement', () => {
  it.each([
    ['one core is shared by all, and that is said', [3], [3], [3], [3], 1],
    ['two cores leave the generator alone', [0, 1], [0], [0], [1], 1],
    ['a third core goes to the generator', [0, 1, 2], [0], [0], [1, 2], 1],
    ['from four, the database has its own', [0, 1, 2, 3], [0], [1], [2, 3], 0],
    ['eight are cut in quarters', [0, 1, 2, 3, 4, 5, 6, 7], [0, 1], [2, 3], [4, 5, 6, 7], 0],
  ])('%s', (_reason, cpus, subject, database, generator, compromises) => {
    const placed = placeOn(cpus);
    expect(placed).toMatchObject({ subject, database, generator });
    expect(placed.compromises).toHaveLength(compromises);
  });

  it('that somebody else chose says what it compromises', () => {
    const { compromises } = placed({ subject: [0, 1], database: [2], generator: [2, 3] });
    expect(compromises).toEqual([
      'The generator is on a core of PostgreSQL, and takes time from it.',
    ]);
  });

  it('reads the list as the kernel writes it', () => {
    expect(parseCpuList('0-2,5,8-9')).toEqual([0, 1, 2, 5, 8, 9]);
    expect(() => parseCpuList('all')).toThrow('not a list of CPUs');
  });
});
