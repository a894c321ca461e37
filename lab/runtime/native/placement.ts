// Which cores the subject, the database and the generator get.
import { type ExecaSyncError, execaSync } from 'execa';
import { environmentError } from '../../errors';
import type { Placement } from '../../results/schemas';
import type { Cpu } from './topology';

/** Physical cores from which on each part has its own. */
export const coresForAll = 4;

/**
 * On one core everything shares it. On two or three PostgreSQL shares the subject's core, so that
 * the generator stays alone. From four each part has its own: a quarter for the subject, a quarter
 * for the database, the rest for the generator, which must be able to outrun both.
 *
 * Cores are given out whole, with all their hyperthreads: what runs on one takes time from the other.
 * Subject and database come first and get the fast cores. All are of one NUMA node, if it has enough.
 */
export function placeOn(cpus: readonly Cpu[]): Placement {
  const cores = coresInOrder(cpus);
  const [first, second, ...rest] = cores;
  if (first === undefined) throw new RangeError('placeOn needs at least one CPU');
  if (second === undefined) return placed(onOneCore(numbers(first)), cpus);
  if (cores.length < coresForAll) {
    const [subject, database] = halves(numbers(first));
    return placed({ subject, database, generator: [second, ...rest].flatMap(numbers) }, cpus);
  }
  const fast = cores.filter(([cpu]) => !cpu?.efficient).length;
  const each = Math.max(1, Math.min(Math.floor(cores.length / 4), Math.floor(fast / 2)));
  return placed(
    {
      subject: cores.slice(0, each).flatMap(numbers),
      database: cores.slice(each, 2 * each).flatMap(numbers),
      generator: cores.slice(2 * each).flatMap(numbers),
    },
    cpus,
  );
}

/** Physical cores of one NUMA node where that has enough, else of all: fast ones first, by node. */
function coresInOrder(cpus: readonly Cpu[]): Cpu[][] {
  const nodes = [...Map.groupBy(cpus, ({ node }) => node).values()].map(coresOf);
  const largest = nodes.sort((a, b) => b.length - a.length)[0] ?? [];
  const cores = largest.length >= coresForAll ? largest : nodes.flat();
  return cores.sort((a, b) => Number(a[0]?.efficient) - Number(b[0]?.efficient));
}

export const coresOf = (cpus: readonly Cpu[]): Cpu[][] => [
  ...Map.groupBy(cpus, ({ core }) => core).values(),
];

const numbers = (core: readonly Cpu[]): number[] => core.map(({ cpu }) => cpu);

/** Two hyperthreads are better than one for both; without them there is nothing to divide. */
function halves(core: number[]): [subject: number[], database: number[]] {
  const half = core.length / 2;
  return core.length === 1 ? [core, core] : [core.slice(0, half), core.slice(half)];
}

/** The generator gets a hyperthread of its own where the core has one. */
function onOneCore(core: number[]): Cores {
  const [subject, generator] = halves(core);
  return { subject, database: subject, generator };
}

type Cores = Omit<Placement, 'compromises'>;

/** A placement, with what it compromises. */
export function placed(cores: Cores, cpus: readonly Cpu[]): Placement {
  const { subject, database, generator } = cores;
  if (new Set([...subject, ...database, ...generator]).size === 1) {
    const words = 'One core for everything: the generator takes time from what it measures.';
    return { ...cores, compromises: [words] };
  }
  const sharing = (one: readonly number[], other: readonly number[]) => shared(one, other, cpus);
  const compromises: string[] = [];
  const ofSubject = sharing(generator, subject);
  const ofDatabase = sharing(generator, database);
  if (ofSubject) {
    compromises.push(`The generator is on a ${ofSubject} of the subject, and takes time from it.`);
  } else if (ofDatabase) {
    compromises.push(`The generator is on a ${ofDatabase} of PostgreSQL, and takes time from it.`);
  }
  const both = sharing(database, subject);
  if (both === 'core') compromises.push("PostgreSQL shares the subject's core.");
  else if (both) compromises.push(`PostgreSQL is on a ${both} of the subject.`);
  const used = cpus.filter(({ cpu }) => [subject, database, generator].flat().includes(cpu));
  if (new Set(used.map(({ node }) => node)).size > 1) {
    compromises.push('The cores are on several NUMA nodes: some memory accesses are slower.');
  }
  return { ...cores, compromises };
}

/** How two parts meet, if they do. */
function shared(
  one: readonly number[],
  other: readonly number[],
  cpus: readonly Cpu[],
): 'core' | 'hyperthread of a core' | undefined {
  if (one.some((cpu) => other.includes(cpu))) return 'core';
  const coresOfPart = (part: readonly number[]) =>
    cpus.filter(({ cpu }) => part.includes(cpu)).map(({ core }) => core);
  const taken = coresOfPart(other);
  return coresOfPart(one).some((core) => taken.includes(core))
    ? 'hyperthread of a core'
    : undefined;
}

/** Where each part is and why, in sentences. */
export function describePlacement(cpus: readonly Cpu[], placement: Placement): string[] {
  const { subject, database, generator, compromises } = placement;
  const used = cpus.filter(({ cpu }) => [subject, database, generator].flat().includes(cpu));
  const efficient = used.filter((cpu) => cpu.efficient).map(({ cpu }) => cpu);
  const idle = cpus.filter((cpu) => !used.includes(cpu));
  const cores = coresOf(cpus).length;
  return [
    `App on CPU ${ranges(subject)}, PostgreSQL on ${ranges(database)}, generator on ${ranges(generator)}.`,
    ...whyDivided(coresOf(used).length),
    ...(cores < cpus.length
      ? [
          `${cpus.length} hyperthreads on ${cores === 1 ? '1 core' : `${cores} cores`}: parts share a core only where they must.`,
        ]
      : []),
    ...(efficient.length > 0
      ? [
          `CPU ${ranges(efficient)} are slower cores: the fast ones go to the app and PostgreSQL first.`,
        ]
      : []),
    ...(idle.length > 0
      ? [`CPU ${ranges(idle.map(({ cpu }) => cpu))} stay idle: they are on another NUMA node.`]
      : []),
    ...compromises,
  ];
}

/** One core for everything is a compromise, and said as such. */
function whyDivided(cores: number): string[] {
  if (cores === 1) return [];
  return cores < coresForAll
    ? ['The generator has its own, so that it takes no time from what it measures.']
    : ['Each part has its own; most are for the generator, which must outrun both others.'];
}

/** As the kernel writes it: "0-3,6". */
function ranges(cpus: readonly number[]): string {
  const sorted = [...cpus].sort((a, b) => a - b);
  const starts = sorted.filter((cpu) => !sorted.includes(cpu - 1));
  const ends = sorted.filter((cpu) => !sorted.includes(cpu + 1));
  return starts
    .map((from, index) => (from === ends[index] ? from : `${from}-${ends[index]}`))
    .join(',');
}

/** Keeps the lab off the subject's core, with all its threads and what it starts from now on. */
export function pinSelf(cpus: readonly number[]): void {
  try {
    execaSync('taskset', ['-acp', cpus.join(','), String(process.pid)]);
  } catch (error) {
    const { code, stderr, shortMessage } = error as ExecaSyncError;
    const why =
      code === 'ENOENT' ? 'taskset is missing: install util-linux' : stderr || shortMessage;
    throw environmentError(`The lab cannot be kept on CPU ${cpus.join(',')}: ${why}.`, error);
  }
}
