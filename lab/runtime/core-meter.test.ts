import { describe, expect, it } from 'vitest';
import { coresCpuSeconds } from '../proc';
import type { Part } from '../results/schemas';
import { CoreMeter, coreSetsOf, type Spent } from './core-meter';
import { placed, placeOn } from './native/placement';
import { unknownTopology } from './native/topology';
import { procStat } from './proc-stat.fixture';

const machine = (cores: number) => unknownTopology([...Array(cores).keys()]);

const spent = (id: string, cpuSeconds: number, waitedSeconds: number | null = 0): Spent[] => [
  { id, cpuSeconds, waitedSeconds },
];
const nothing = { subject: [], database: [], generator: [] };

describe('the cores of each part', () => {
  it('are one set where parts share them', () => {
    expect(coreSetsOf({ subject: [0], database: [0], generator: [1] })).toEqual([
      { parts: ['subject', 'database'], cpus: [0] },
      { parts: ['generator'], cpus: [1] },
    ]);
  });

  it('are one set too where three parts overlap two by two', () => {
    const chained = { subject: [0, 1], database: [3, 4], generator: [1, 2, 3] };
    expect(coreSetsOf(chained)).toEqual([
      { parts: ['subject', 'database', 'generator'], cpus: [0, 1, 2, 3, 4] },
    ]);
  });

  it('are none where somebody else has placed the part', () => {
    expect(coreSetsOf({ subject: [], database: [], generator: [0, 1] })).toEqual([
      { parts: ['generator'], cpus: [0, 1] },
    ]);
  });
});

describe('CPU time on them', () => {
  // Hundredths of a second of user, nice and system time, added up by hand from the fixture.
  it.each([
    [2, [['subject', 'database'], 1.01, 0], [['generator'], 1, 0.01]],
    [4, [['subject'], 1.01, 0], [['database'], 1, 0.01], [['generator'], 2.02, 0]],
    [8, [['subject'], 2.01, 0.01], [['database'], 2.02, 0], [['generator'], 3.98, 0]],
    [16, [['subject'], 4.03, 0.01], [['database'], 3.98, 0], [['generator'], 7.97, 0]],
  ] as [number, ...[Part[], number, number][]][])(
    'of %d cores is that of each set',
    (cores, ...sets) => {
      const placement = placeOn(machine(cores));
      expect(coreSetsOf(placement).map(({ parts }) => parts)).toEqual(sets.map(([parts]) => parts));
      const meter = new CoreMeter(placement);
      const before = meter.read(nothing, 0, coresCpuSeconds(procStat(cores, 'before')));
      const after = meter.read(nothing, 0, coresCpuSeconds(procStat(cores, 'after')));
      sets.forEach(([, busy, steal], index) => {
        expect((after[index]?.busy ?? 0) - (before[index]?.busy ?? 0)).toBeCloseTo(busy, 6);
        expect((after[index]?.steal ?? 0) - (before[index]?.steal ?? 0)).toBeCloseTo(steal, 6);
      });
    },
  );

  const stat = coresCpuSeconds(procStat(2, 'after'));
  const meter = () => new CoreMeter(placeOn(machine(2)));

  it('has our own share by part; with the generator that of what watches', () => {
    const own = {
      ...{ subject: spent('express', 3, 0.5), database: spent('postgres', 1, 0.2) },
      generator: [...spent('k6', 2, 0.1), ...spent('prometheus', 0.5), ...spent('lab', 0.25)],
    };
    const [ofSubject, ofGenerator] = meter().read(own, 0, stat);
    expect(ofSubject).toMatchObject({ own: 4, waited: 0.7 });
    expect(ofGenerator).toMatchObject({ own: 2.75, waited: 0.1 });
  });

  it('has our own on every core for as many as the set has', () => {
    const reader = new CoreMeter(placeOn(machine(4)));
    const all = reader.read(nothing, 0.25, coresCpuSeconds(procStat(4, 'after')));
    expect(all.map(({ own }) => own)).toEqual([0.25, 0.25, 0.5]);
  });

  it('does not fall when a process has ended: what it used was ours', () => {
    const reader = meter();
    reader.read({ ...nothing, subject: spent('first', 10) }, 0, stat);
    const [ofSubject] = reader.read({ ...nothing, subject: spent('second', 1) }, 0, stat);
    expect(ofSubject?.own).toBe(11);
  });

  it('is not divided into ours and others’ where a part’s processes cannot be seen', () => {
    const own = { ...nothing, subject: spent('express', 3), database: null };
    const [ofSubject, ofGenerator] = meter().read(own, 0, stat);
    expect(ofSubject).toMatchObject({ own: null, waited: null });
    expect(ofGenerator?.own).toBe(0);
  });

  it('leaves waiting open where the kernel or a container does not tell', () => {
    const [ofSubject] = meter().read({ ...nothing, subject: spent('express', 3, null) }, 0, stat);
    expect(ofSubject).toMatchObject({ own: 3, waited: null });
  });

  it('leaves waiting open in a reading that did not look, and has it again in the next', () => {
    const reader = meter();
    const read = (waited: number | null) =>
      reader.read({ ...nothing, subject: spent('express', 3, waited) }, 0, stat)[0]?.waited;
    expect([read(0.5), read(null), read(0.75)]).toEqual([0.5, null, 0.75]);
    // One that ended while nobody looked keeps what was seen of it.
    read(null);
    expect(reader.read({ ...nothing, subject: spent('next', 1, 0.1) }, 0, stat)[0]?.waited).toBe(
      0.85,
    );
  });

  it('counts all cores of a set, whoever chose them', () => {
    const cores = { subject: [0, 1], database: [1, 2], generator: [3] };
    const [both] = new CoreMeter(placed(cores, machine(4))).read(
      nothing,
      0,
      coresCpuSeconds(procStat(4, 'after')),
    );
    const alone = [0, 1, 2].map((cpu) => coresCpuSeconds(procStat(4, 'after')).get(cpu)?.processes);
    expect(both?.busy).toBeCloseTo(
      alone.reduce<number>((sum, one) => sum + (one ?? 0), 0),
      6,
    );
  });
});
