// Which cores the subject, the database and the generator get.
import { readFileSync } from 'node:fs';
import { execaSync } from 'execa';
import { environmentError } from '../../errors';
import type { Placement } from '../../results/schemas';

/**
 * On one core everything shares it. On two or three PostgreSQL shares the subject's core, so that
 * the generator stays alone. From four each part has its own: a quarter for the subject, a quarter
 * for the database, the rest for the generator, which must be able to outrun both.
 */
export function placeOn(cpus: readonly number[]): Placement {
  const [first, ...rest] = cpus;
  if (first === undefined) throw new RangeError('placeOn needs at least one CPU');
  if (rest.length === 0) {
    return {
      subject: [first],
      database: [first],
      generator: [first],
      compromises: ['One core for everything: the generator takes time from what it measures.'],
    };
  }
  if (cpus.length < 4) return placed({ subject: [first], database: [first], generator: rest });
  const quarter = Math.floor(cpus.length / 4);
  return placed({
    subject: cpus.slice(0, quarter),
    database: cpus.slice(quarter, 2 * quarter),
    generator: cpus.slice(2 * quarter),
  });
}

/** A placement that somebody chose, with what it compromises. */
export function placed(cores: Omit<Placement, 'compromises'>): Placement {
  const { subject, database, generator } = cores;
  const shared = (one: number[], other: number[]) => one.some((cpu) => other.includes(cpu));
  const compromises: string[] = [];
  if (shared(generator, subject)) {
    compromises.push('The generator is on a core of the subject, and takes time from it.');
  } else if (shared(generator, database)) {
    compromises.push('The generator is on a core of PostgreSQL, and takes time from it.');
  }
  if (shared(database, subject)) compromises.push("PostgreSQL shares the subject's core.");
  return { ...cores, compromises };
}

/** The CPUs this process may run on, from the kernel's list ("0-3,6"). */
export function allowedCpus(): number[] {
  const status = readFileSync('/proc/self/status', 'utf8');
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1];
  if (list === undefined) throw new Error('/proc/self/status has no Cpus_allowed_list');
  return parseCpuList(list);
}

export function parseCpuList(list: string): number[] {
  return list.split(',').flatMap((range) => {
    const [from, to = from] = range.split('-').map(Number);
    if (from === undefined || to === undefined || Number.isNaN(from) || Number.isNaN(to)) {
      throw new Error(`"${list}" is not a list of CPUs`);
    }
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}

/** Keeps the lab off the subject's core, with all its threads and what it starts from now on. */
export function pinSelf(cpus: readonly number[]): void {
  try {
    execaSync('taskset', ['-acp', cpus.join(','), String(process.pid)]);
  } catch (error) {
    throw environmentError('taskset is missing (package util-linux): cores cannot be set.', error);
  }
}
