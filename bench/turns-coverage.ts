// How often the interval of a comparison in turns holds the truth: simulated blocks on a machine whose
// speed drifts and jumps, that stalls for 20 to 500 ms, and whose processes differ from block to block.

import { drawOrder } from '../lab/measure/turns/paired-blocks';
import type { LoadPlan, LoadTurns, TurnRecord, UsageSample } from '../lab/results/schemas';
import type { Disturbance } from '../lab/results/trial/disturbance';
import type { Arm } from '../lab/results/trial/result';
import { type ArmFigures, turnFiguresOf, turnsInFour } from '../lab/results/trial/turns';
import { bounds } from '../lab/results/trial/validity';
import { compare } from '../lab/statistics/comparison';
import type { Sample } from '../lab/statistics/contrast';
import { type Random, seededRandom } from '../lab/statistics/random';
import { readScale, scaled } from './arguments';
import { wilsonInterval } from './statistics/wilson';
import { percentWithInterval, renderTable } from './table';

type Machine = {
  /** Stationary spread of the logarithm of its speed, and how long it remembers it. */
  speedCv: number;
  memorySeconds: number;
  /** Spread between processes of one subject: an effect of each block. */
  processCv: number;
  stallsPerSecond: number;
  /** Share of the stalls that the hiccup meter sees; what it sees is left out. */
  seenShare: number;
};

const turns = { seconds: 0.5, skipSeconds: 0.1 } as const;
const stepSeconds = 20;
const rateRps = 120;
const shortestStallMs = 20;
const longestStallMs = 500;
/** Of the subject in arm A, unloaded. */
const service = { meanMs: 4, spread: 0.4, cpuMs: 2 } as const;
/** The speed is drawn again as often. */
const tickMs = 50;
/** As the kernel counts. */
const cpuTickSeconds = 0.01;
const startedAtMs = 1_800_000_000_000;

const machines: Record<string, Machine> = {
  calm: { speedCv: 0.03, memorySeconds: 2, processCv: 0.01, stallsPerSecond: 0.02, seenShare: 1 },
  drifting: {
    speedCv: 0.15,
    memorySeconds: 5,
    processCv: 0.02,
    stallsPerSecond: 0.1,
    seenShare: 1,
  },
  'stalls unseen': {
    ...{ speedCv: 0.1, memorySeconds: 1, processCv: 0.02, stallsPerSecond: 0.3, seenShare: 0 },
  },
  'stalls half seen': {
    ...{ speedCv: 0.1, memorySeconds: 1, processCv: 0.03, stallsPerSecond: 0.3, seenShare: 0.5 },
  },
};

const measures = {
  'CPU per request': ({ cpuMs }) => cpuMs,
  median: ({ p50Ms }) => p50Ms,
  mean: ({ meanMs }) => meanMs,
  p99: ({ p99Ms }) => p99Ms,
} satisfies Record<string, (figures: ArmFigures) => number | null>;
type MeasureName = keyof typeof measures;
const measureNames = Object.keys(measures) as MeasureName[];

/** A stall adds as much to either arm: only equal arms have a ratio of means that is known beforehand. */
const decided: readonly MeasureName[] = ['CPU per request', 'median'];

type Stall = { fromMs: number; toMs: number };

/** What both arms did in one block; undefined where the machine left too little of it. */
function simulateBlock(machine: Machine, ratio: number, random: Random, seed: number) {
  const count = Math.round(stepSeconds / turns.seconds);
  const order = drawOrder(count / turnsInFour, seed);
  const stalls = drawStalls(machine, random);
  const effects = {
    a: machine.processCv * random.normal(),
    b: machine.processCv * random.normal(),
  };
  const factor = (arm: Arm) => (arm === 'b' ? ratio : 1) * Math.exp(effects[arm]);
  const speedAt = drawSpeeds(machine, random);
  const told: TurnRecord[] = [];
  const cpu = { a: 0, b: 0 };
  const usage: UsageSample[] = [sampleAt(0, cpu)];
  for (let turn = 0; turn < count; turn += 1) {
    const arm = order[turn] as Arm;
    const fromMs = 1000 * turns.seconds * turn;
    const record: TurnRecord = { step: 'step_01', turn, skipped: 0, failed: 0, ms: [] };
    for (let place = 0; place < rateRps * turns.seconds; place += 1) {
      const atMs = fromMs + (1000 * place) / rateRps;
      const slowness = factor(arm) / speedAt(atMs);
      cpu[arm] += (service.cpuMs * slowness) / 1000;
      const wait = stalls.find((stall) => atMs >= stall.fromMs && atMs < stall.toMs);
      const ms =
        service.meanMs * slowness * Math.exp(service.spread * random.normal()) +
        (wait ? wait.toMs - atMs : 0);
      if (atMs < fromMs + 1000 * turns.skipSeconds) record.skipped += 1;
      else record.ms.push(ms);
    }
    told.push(record);
    usage.push(sampleAt(fromMs + 1000 * turns.seconds, cpu));
  }
  const seen = stalls.filter(() => random.uniform() < machine.seenShare);
  return figuresOf({ order, told, usage, seen });
}

function figuresOf(block: {
  order: string;
  told: TurnRecord[];
  usage: UsageSample[];
  seen: readonly Stall[];
}) {
  const arm = <Name extends Arm>(name: Name) => ({
    ...{ name, app: 'express' as const, baseUrl: 'http://127.0.0.1:8081' },
  });
  const step: LoadPlan['steps'][number] = {
    ...{ name: 'step_01', durationSeconds: stepSeconds, warmup: false },
    load: { model: 'open', rateRps, maxVUs: 50 },
  };
  const arms: LoadTurns['arms'] = [arm('a'), arm('b')];
  const disturbances = block.seen.map(
    ({ fromMs, toMs }): Disturbance => ({
      ...{ part: 'subject', cause: 'hiccup' },
      ...{ fromMs: startedAtMs + fromMs, toMs: startedAtMs + toMs },
    }),
  );
  const record = {
    plan: { turns: { ...turns, order: block.order, arms } },
    server: { usage: block.usage },
    turns: block.told,
  };
  return turnFiguresOf(record, step, startedAtMs, disturbances);
}

const ticks = (seconds: number) => cpuTickSeconds * Math.floor(seconds / cpuTickSeconds);

const sampleAt = (atMs: number, cpu: Record<Arm, number>): UsageSample => ({
  ...{ atMs: startedAtMs + atMs, subject: null, database: null, generator: null },
  ...{ lab: null, machine: null, steal: null },
  arms: {
    a: { subject: ticks(cpu.a), database: null },
    b: { subject: ticks(cpu.b), database: null },
  },
});

/** Lengths are even on the logarithm: most stalls are short. */
function drawStalls({ stallsPerSecond }: Machine, random: Random): Stall[] {
  const stalls: Stall[] = [];
  for (let atMs = 0; ; ) {
    atMs += (-1000 * Math.log(1 - random.uniform())) / stallsPerSecond;
    if (atMs >= 1000 * stepSeconds) return stalls;
    const lengthMs = shortestStallMs * (longestStallMs / shortestStallMs) ** random.uniform();
    stalls.push({ fromMs: atMs, toMs: atMs + lengthMs });
    atMs += lengthMs;
  }
}

/** The logarithm of the speed is an autoregressive process of the first order. */
function drawSpeeds({ speedCv, memorySeconds }: Machine, random: Random): (atMs: number) => number {
  const phi = Math.exp(-tickMs / 1000 / memorySeconds);
  let state = random.normal();
  const speeds = Array.from({ length: (1000 * stepSeconds) / tickMs + 1 }, () => {
    state = phi * state + Math.sqrt(1 - phi * phi) * random.normal();
    return Math.exp(speedCv * state);
  });
  return (atMs) => speeds[Math.floor(atMs / tickMs)] as number;
}

type CoverageRow = {
  machine: string;
  blocks: number;
  ratio: number;
  measure: MeasureName;
  comparisons: number;
  covered: number;
  /** Median of the half widths, as ratios above 0. */
  halfWidth: number;
};

function comparisonOf(machine: Machine, blocks: number, ratio: number, seed: number) {
  const random = seededRandom(seed);
  const runs = new Map<MeasureName, Record<Arm, Sample[]>>();
  for (let block = 0; block < blocks; ) {
    const found = simulateBlock(machine, ratio, random, seed * 1000 + block);
    if (found === undefined) throw new Error('a block has figures');
    const share = (found.disturbed.a + found.disturbed.b) / found.turns;
    // Such a block is void, and measured again.
    if (share > bounds.disturbedShare || found.pDisturbedAlike < bounds.disturbedAlikeP) continue;
    for (const name of measureNames) {
      const both = runs.get(name) ?? { a: [], b: [] };
      for (const arm of ['a', 'b'] as const) {
        both[arm].push({ value: measures[name](found[arm]) ?? Number.NaN, block: String(block) });
      }
      runs.set(name, both);
    }
    block += 1;
  }
  return runs;
}

function coverageOf(machine: string, blocks: number, ratio: number, seeds: number): CoverageRow[] {
  const names = measureNames.filter((name) => ratio === 1 || decided.includes(name));
  const counts = new Map(names.map((name) => [name, { covered: 0, halves: [] as number[] }]));
  for (let seed = 1; seed <= seeds; seed += 1) {
    const runs = comparisonOf(machines[machine] as Machine, blocks, ratio, seed);
    for (const [name, count] of counts) {
      const { a, b } = runs.get(name) as Record<Arm, Sample[]>;
      const [low, high] = compare(a, b).interval as [number, number];
      if (low <= ratio && ratio <= high) count.covered += 1;
      count.halves.push(Math.sqrt(high / low) - 1);
    }
  }
  return names.map((measure) => {
    const { covered, halves } = counts.get(measure) as { covered: number; halves: number[] };
    const halfWidth = halves.sort((one, other) => one - other)[Math.floor(halves.length / 2)] ?? 0;
    return { machine, blocks, ratio, measure, comparisons: seeds, covered, halfWidth };
  });
}

const FULL_SEEDS = 2000;
const settings = [
  { blocks: 10, ratio: 1 },
  { blocks: 10, ratio: 1.5 },
  { blocks: 4, ratio: 1 },
] as const;

/** @param scale 1 for the published table, 0.1 for a seeded tenth */
export const coverageInTurns = (scale = 1, on = Object.keys(machines)): CoverageRow[] =>
  on.flatMap((machine) =>
    settings.flatMap(({ blocks, ratio }) =>
      coverageOf(machine, blocks, ratio, scaled(FULL_SEEDS, scale)),
    ),
  );

/** `npm run bench -- turns-coverage [scale]`. */
export function run(args: readonly string[]): void {
  const rows = coverageInTurns(readScale(args));
  process.stdout.write(
    `${renderTable(
      ['machine', 'blocks', 'true ratio', 'measure', 'coverage of the 95 % interval', 'half width'],
      rows.map(({ machine, blocks, ratio, measure, comparisons, covered, halfWidth }) => [
        ...[machine, blocks, ratio, measure],
        percentWithInterval(
          covered / comparisons,
          wilsonInterval(covered, comparisons) as [number, number],
        ),
        `${(100 * halfWidth).toFixed(1)} %`,
      ]),
    )}\n`,
  );
}
