import { expect, it } from 'vitest';
import { thisHost } from '../measure/begin-run';
import { describeMachine, fingerprintOf, machineOfNight } from './machine';

const laptop = {
  cpuModel: 'Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz',
  cores: 8,
  memoryBytes: 16_631_820_288,
  kernel: '6.8.0-45-generic',
};

it('a machine is the same after an update of its kernel, which takes a page more of its memory', () => {
  const updated = {
    ...laptop,
    kernel: '6.8.0-48-generic',
    memoryBytes: laptop.memoryBytes - 4096,
  };
  expect(fingerprintOf(updated)).toBe(fingerprintOf(laptop));
  expect(fingerprintOf(laptop)).toMatch(/^[0-9a-f]{16}$/);
});

it.each([
  ['CPU', { cpuModel: 'AMD Ryzen 7 PRO 6850U' }],
  ['number of cores', { cores: 4 }],
  ['amount of memory', { memoryBytes: 2 * laptop.memoryBytes }],
  ['series of kernels', { kernel: '6.11.0-1-generic' }],
])('a machine with another %s is another one', (_what, change) => {
  expect(fingerprintOf({ ...laptop, ...change })).not.toBe(fingerprintOf(laptop));
});

it('this machine is known by what a run records of it', () => {
  const { fingerprint, ...facts } = thisHost();
  expect(fingerprintOf(facts)).toBe(fingerprint);
});

it('a night that was recorded with a fingerprint to the byte is one of the same machine', () => {
  const { cores, cpuModel, kernel } = laptop;
  const earlier = `d146c8714032e4fa (${cores} x ${cpuModel}, 17 GB, Linux ${kernel})`;
  expect(machineOfNight(earlier)).toBe(describeMachine(laptop));
  expect(machineOfNight(describeMachine(laptop))).toBe(describeMachine(laptop));
});
