import { describe, expect, it } from 'vitest';
import type { CoreSet, UsageSample } from '../schemas';
import { disturbancesOf, overlaps } from './disturbance';

const coreSets: CoreSet[] = [
  { parts: ['subject', 'database'], cpus: [0] },
  { parts: ['generator'], cpus: [2, 3] },
];

type Second = { subject?: number; generator?: number; steal?: number };

/** Readings every half second; each half second says how many seconds others took in it. */
function watched(halves: readonly Second[], everyMs = 500) {
  const total = { busy: [100, 50], steal: [1, 1], own: [90, 40] };
  const reading = (index: number): UsageSample => ({
    ...{ atMs: 1000 + index * everyMs, subject: 0, database: 0, generator: 0, lab: 0 },
    ...{ machine: 0, steal: 0 },
    cores: [0, 1].map((set) => ({
      busy: total.busy[set] ?? 0,
      own: total.own[set] ?? 0,
      steal: total.steal[set] ?? 0,
      waited: null,
    })),
  });
  const usage = [reading(0)];
  halves.forEach(({ subject = 0, generator = 0, steal = 0 }, index) => {
    // Our own use half of each core.
    total.busy = [(total.busy[0] ?? 0) + 0.25 + subject, (total.busy[1] ?? 0) + 0.5 + generator];
    total.own = [(total.own[0] ?? 0) + 0.25, (total.own[1] ?? 0) + 0.5];
    total.steal = [(total.steal[0] ?? 0) + steal, total.steal[1] ?? 0];
    usage.push(reading(index + 1));
  });
  return { usage, coreSets };
}

describe('a stretch is disturbed', () => {
  it('where others took more than a quarter of the cores of a part, and nowhere else', () => {
    const server = watched([{}, { subject: 0.15 }, {}, { generator: 0.3 }, {}]);
    expect(disturbancesOf(server)).toEqual([
      { part: 'subject', cause: 'other processes', fromMs: 1500, toMs: 2000 },
      { part: 'generator', cause: 'other processes', fromMs: 2500, toMs: 3000 },
    ]);
  });

  it('not where two cores lost as much as one may', () => {
    expect(disturbancesOf(watched([{ generator: 0.15 }, {}]))).toEqual([]);
  });

  it('everywhere where somebody takes a little all the time', () => {
    const constant = Array.from({ length: 8 }, () => ({ subject: 0.06 }));
    expect(disturbancesOf(watched(constant))).toHaveLength(8);
    // Bursts of two seconds in ten are as much on average, and disturb their own stretches alone.
    const bursts = Array.from({ length: 40 }, (_, half) => ({
      subject: half % 20 < 4 ? 0.3 : 0.01,
    }));
    expect(disturbancesOf(watched(bursts))).toHaveLength(8);
    expect(disturbancesOf({ ...watched(constant), otherCoresBound: 0.2 })).toEqual([]);
  });

  it('where the hypervisor took as much', () => {
    expect(disturbancesOf(watched([{}, { steal: 0.2 }]))).toEqual([
      { part: 'subject', cause: 'steal', fromMs: 1500, toMs: 2000 },
    ]);
  });

  it('as long as a core stood still, whatever the readings say', () => {
    const hiccups = [
      { cpu: 3, fromMs: 1600, ms: 120 },
      { cpu: 7, fromMs: 1600, ms: 500 },
    ];
    expect(disturbancesOf({ ...watched([{}, {}]), hiccups })).toEqual([
      { part: 'generator', cause: 'hiccup', fromMs: 1600, toMs: 1720 },
    ]);
  });

  it('by readings that are far enough apart to say something', () => {
    // Ten ticks of others in a tenth of a second; a fifth of the half second that is looked at.
    const halves = [{ subject: 0.1 }, ...Array.from({ length: 19 }, () => ({}))];
    expect(disturbancesOf(watched(halves, 100))).toEqual([]);
  });

  it('where others took more than somebody allows, and stalls nowhere once that is a whole core', () => {
    const server = watched([{ subject: 0.2 }, { subject: 0.4 }]);
    expect(disturbancesOf({ ...server, otherCoresBound: 0.5 })).toHaveLength(1);
    const hiccups = [{ cpu: 0, fromMs: 1600, ms: 120 }];
    expect(disturbancesOf({ ...server, hiccups, otherCoresBound: 1 })).toEqual([]);
    expect(disturbancesOf({ ...server, hiccups, otherCoresBound: 0.5 })).toHaveLength(2);
  });

  it('by nothing that cannot be told from the lab’s own', () => {
    const { usage } = watched([{ subject: 0.5 }]);
    const unseen = usage.map((sample) => ({
      ...sample,
      cores: (sample.cores ?? []).map((use) => ({ ...use, own: null })),
    }));
    expect(disturbancesOf({ usage: unseen, coreSets })).toEqual([]);
    // Runs that were made before.
    expect(disturbancesOf({ usage: usage.map(({ cores: _, ...sample }) => sample) })).toEqual([]);
  });
});

it('stretches overlap when they share time, not when one ends as the other begins', () => {
  const one = { fromMs: 10, toMs: 20 };
  expect(overlaps(one, { fromMs: 19, toMs: 30 })).toBe(true);
  expect(overlaps(one, { fromMs: 20, toMs: 30 })).toBe(false);
});
