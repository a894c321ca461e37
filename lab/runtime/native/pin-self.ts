// The lab stays off the subject's core, with all its threads and what it starts from now on.
import { execaSync } from 'execa';
import { environmentError } from '../../errors';

export function pinSelf(cpus: readonly number[]): void {
  try {
    execaSync('taskset', ['-acp', cpus.join(','), String(process.pid)]);
  } catch (error) {
    throw environmentError('taskset is missing (package util-linux): cores cannot be set.', error);
  }
}
