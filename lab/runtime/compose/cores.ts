// Which cores the parts have in containers, and the folder that says so: the service `placement` of
// docker-compose.yml writes it before the others start; on-cores.sh and the lab read it.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentError } from '../../errors';
import type { Part } from '../../results/schemas';
import { coresForAll, coresOf, placeOn } from '../native/placement';
import { type Cpu, parseCpuList } from '../native/topology';

/** `screens` is for Prometheus, Grafana and the lab itself. */
export const coreFiles = ['subject', 'database', 'generator', 'screens'] as const;
type ContainerCores = Record<Part | 'screens', number[]>;

/**
 * As natively, but no more cores than the CPU limits let a part use; and what only watches has a core of its
 * own as soon as there are four.
 */
export function coresForContainers(
  cpus: readonly Cpu[],
  limits: { subject: number; database: number },
): ContainerCores {
  const { subject, database, generator } = placeOn(cpus);
  const own = coresOf(cpus.filter(({ cpu }) => generator.includes(cpu)));
  const last = coresOf(cpus).length < coresForAll ? undefined : own.at(-1);
  const screens = last?.map(({ cpu }) => cpu);
  return {
    subject: subject.slice(0, Math.ceil(limits.subject)),
    database: database.slice(0, Math.ceil(limits.database)),
    generator: generator.filter((cpu) => !screens?.includes(cpu)),
    screens: screens ?? generator,
  };
}

export function writeCores(folder: string, cores: ContainerCores): void {
  mkdirSync(folder, { recursive: true });
  for (const file of coreFiles) writeFileSync(join(folder, file), `${cores[file].join(',')}\n`);
}

/** @throws LabError that names the file which is missing or says no cores */
export function readCores(folder: string): ContainerCores {
  const read = (file: (typeof coreFiles)[number]): number[] => {
    const path = join(folder, file);
    try {
      return parseCpuList(readFileSync(path, 'utf8').trim());
    } catch (error) {
      throw environmentError(
        `HEADROOM_PLACEMENT: ${path} must hold a list of cores such as 0,2-3 (${(error as Error).message}).`,
        error,
      );
    }
  };
  return {
    subject: read('subject'),
    database: read('database'),
    generator: read('generator'),
    screens: read('screens'),
  };
}
