// Which machine a run was made on. Figures of two machines are not to be mixed, and what is known of
// one (its capacities, its noise floors, its nights) is found by its fingerprint.
import { createHash } from 'node:crypto';

/** What a run records of its machine. */
type Machine = { cpuModel: string; cores: number; memoryBytes: number; kernel: string };

/**
 * Not to the byte and not to the patch: a kernel's update takes another few pages of the memory, and keeps
 * its first two numbers. What comes with the next ones may change the figures.
 */
export function describeMachine({ cpuModel, cores, memoryBytes, kernel }: Machine): string {
  const memory = Math.round(memoryBytes / 1e9);
  return `${cores} x ${cpuModel}, ${memory} GB, Linux ${seriesOf(kernel)}`;
}

export const fingerprintOf = (machine: Machine): string =>
  createHash('sha256').update(describeMachine(machine)).digest('hex').slice(0, 16);

/** `6.18` of `6.18.44-generic`. */
const seriesOf = (kernel: string): string => /^\d+\.\d+/.exec(kernel)?.[0] ?? kernel;

/**
 * The machine of a night as {@link describeMachine} has it. Nights recorded earlier had a fingerprint to the
 * byte in front, and the whole name of the kernel.
 */
export function machineOfNight(recorded: string): string {
  const [, description, kernel] =
    /^[0-9a-f]{16} \((\d+ x .*, \d+ GB, Linux )(\S+)\)$/.exec(recorded) ?? [];
  return description !== undefined && kernel !== undefined
    ? description + seriesOf(kernel)
    : recorded;
}
