import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { machines, writeMachine } from './machines.fixture';
import { describePlacement, placed, placeOn } from './placement';
import { parseCpuList, readTopology, unknownTopology } from './topology';

describe('placement', () => {
  it.each([
    ['one core is shared by all, and that is said', [3], [3], [3], [3], 1],
    ['two cores leave the generator alone', [0, 1], [0], [0], [1], 1],
    ['a third core goes to the generator', [0, 1, 2], [0], [0], [1, 2], 1],
    ['from four, the database has its own', [0, 1, 2, 3], [0], [1], [2, 3], 0],
    ['eight are cut in quarters', [0, 1, 2, 3, 4, 5, 6, 7], [0, 1], [2, 3], [4, 5, 6, 7], 0],
  ])('%s', (_reason, cpus, subject, database, generator, compromises) => {
    const placed = placeOn(unknownTopology(cpus));
    expect(placed).toMatchObject({ subject, database, generator });
    expect(placed.compromises).toHaveLength(compromises);
  });

  it('that somebody else chose says what it compromises', () => {
    const cores = { subject: [0, 1], database: [2], generator: [2, 3] };
    expect(placed(cores, unknownTopology([0, 1, 2, 3])).compromises).toEqual([
      'The generator is on a core of PostgreSQL, and takes time from it.',
    ]);
  });

  it('reads the list as the kernel writes it', () => {
    expect(parseCpuList('0-2,5,8-9')).toEqual([0, 1, 2, 5, 8, 9]);
    expect(() => parseCpuList('all')).toThrow('not a list of CPUs');
  });
});

/** What is placed where, and what `lab doctor` says of it beside the places. */
type Expected = { subject: string; database: string; generator: string; says: RegExp[] };

const expected: Record<keyof typeof machines, Expected> = {
  'a desktop of 4 cores and 8 threads': {
    ...{ subject: '0,4', database: '1,5', generator: '2-3,6-7' },
    says: [/^Each part has its own/, /^8 hyperthreads on 4 cores/],
  },
  'a hybrid laptop': {
    ...{ subject: '0-3', database: '4-7', generator: '8-15' },
    says: [/^Each part has its own/, /^16 hyperthreads on 12 cores/, /^CPU 8-15 are slower cores/],
  },
  'an Arm board of 2 fast and 4 slow cores': {
    ...{ subject: '4', database: '5', generator: '0-3' },
    says: [/^Each part has its own/, /^CPU 0-3 are slower cores/],
  },
  'a server of 2 sockets': {
    ...{ subject: '0,2,16,18', database: '4,6,20,22', generator: '8,10,12,14,24,26,28,30' },
    says: [
      /^Each part has its own/,
      /^32 hyperthreads on 16 cores/,
      /^CPU 1,3,.*,31 stay idle: they are on another NUMA node/,
    ],
  },
  'a virtual machine of 2 cores': {
    ...{ subject: '0', database: '0', generator: '1' },
    says: [/^The generator has its own/, /^PostgreSQL shares the subject's core/],
  },
  'a container with 1 core of a desktop': {
    ...{ subject: '6', database: '6', generator: '6' },
    says: [/^One core for everything/],
  },
  'a cloud machine of 1 core and 2 threads': {
    ...{ subject: '0', database: '0', generator: '1' },
    says: [
      /^2 hyperthreads on 1 core/,
      /^The generator is on a hyperthread of a core of the subject/,
      /^PostgreSQL shares the subject's core/,
    ],
  },
  'a laptop of 2 cores and 4 threads': {
    ...{ subject: '0', database: '2', generator: '1,3' },
    says: [
      /^The generator has its own/,
      /^4 hyperthreads on 2 cores/,
      /^PostgreSQL is on a hyperthread of a core of the subject/,
    ],
  },
  'nodes too small for all parts': {
    ...{ subject: '0', database: '2', generator: '1,3' },
    says: [/^Each part has its own/, /^The cores are on several NUMA nodes/],
  },
};

describe('on', () => {
  it.each(Object.entries(expected))('%s', (name, { says, ...parts }) => {
    const { folder, ...files } = writeMachine(machines[name as keyof typeof machines]);
    try {
      const cpus = readTopology(files);
      const placement = placeOn(cpus);
      for (const part of ['subject', 'database', 'generator'] as const) {
        const sorted = placement[part].toSorted((a, b) => a - b);
        expect(sorted, part).toEqual(parseCpuList(parts[part]));
      }
      const [places, ...reasons] = describePlacement(cpus, placement);
      expect(places).toBe(
        `App on CPU ${parts.subject}, PostgreSQL on ${parts.database}, generator on ${parts.generator}.`,
      );
      expect(reasons).toHaveLength(says.length);
      says.forEach((pattern, index) => {
        expect(reasons[index]).toMatch(pattern);
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
