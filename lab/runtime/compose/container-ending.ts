// How a container ended, in the words of processes.
import { constants } from 'node:os';
import type { Ending } from '../native/processes';

/** A shell's and Docker's way to say that a signal did it. */
const signalBase = 128;

export function endingOf(exitCode: number): Ending {
  const signal = Object.entries(constants.signals).find(
    ([, number]) => number === exitCode - signalBase,
  )?.[0] as NodeJS.Signals | undefined;
  return signal === undefined ? { code: exitCode, signal: null } : { code: null, signal };
}
