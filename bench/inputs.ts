// How long `lab analyse` takes over large files, and how much memory, as somebody who calls it sees it.
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { andThen } from '../lab/errors';
import { spawnLab } from '../lab/runtime/native/processes';
import { type Random, seededRandom } from '../lab/statistics/random';
import { throughputAt } from '../lab/statistics/usl/fit';
import { readScale, scaled } from './arguments';
import { renderTable } from './table';

const SEED = 1;
const LAW = { alpha: 0.03, beta: 0.0003, gamma: 90 } as const;

interface Input {
  readonly name: string;
  readonly rows: number;
  readonly seconds: number;
  readonly mebibytes: number;
  /** The verb's arguments, around the files. */
  readonly verb: readonly string[];
  /** The header and one row of each file. */
  readonly files: readonly {
    header: string;
    row(i: number, rows: number, random: Random): string;
  }[];
}

const arm = (level: number) => ({
  header: 'value',
  row: (_i: number, _rows: number, random: Random) => `${level * (1 + 0.05 * random.normal())}`,
});

const uslRow = (n: number, random: Random): string =>
  `${n},${throughputAt(LAW, n) * (1 + 0.015 * random.normal())}`;

const INPUTS: readonly Input[] = [
  {
    ...{ name: 'usl, each row a level of its own', rows: 10_000, seconds: 10, mebibytes: 2048 },
    verb: ['usl'],
    files: [{ header: 'n,x', row: (i, rows, random) => uslRow(1 + (95 * i) / rows, random) }],
  },
  {
    ...{ name: 'usl, ten levels', rows: 10_000, seconds: 10, mebibytes: 2048 },
    verb: ['usl'],
    files: [{ header: 'n,x', row: (i, _rows, random) => uslRow(1 + 10 * (i % 10), random) }],
  },
  {
    ...{ name: 'changes, one step', rows: 1_000_000, seconds: 60, mebibytes: 2048 },
    verb: ['changes'],
    files: [
      {
        header: 'time,value',
        row: (i, rows, random) =>
          `${1_760_000_000 + i},${(i < rows / 2 ? 100 : 103.5) * (1 + 0.02 * random.normal())}`,
      },
    ],
  },
  {
    ...{ name: 'changes, a hundred steps', rows: 1_000_000, seconds: 60, mebibytes: 2048 },
    verb: ['changes'],
    files: [
      {
        header: 'time,value',
        row: (i, rows, random) =>
          `${1_760_000_000 + i},${(Math.floor((100 * i) / rows) % 2 ? 100 : 105) * (1 + 0.02 * random.normal())}`,
      },
    ],
  },
  {
    ...{ name: 'changes, a thousand series', rows: 1_000_000, seconds: 60, mebibytes: 2048 },
    verb: ['changes'],
    files: [
      {
        header: 'series,value',
        row: (i, rows, random) =>
          `s${Math.floor((1000 * i) / rows)},${100 * (1 + 0.02 * random.normal())}`,
      },
    ],
  },
  {
    ...{ name: 'compare, per arm', rows: 12_000, seconds: 10, mebibytes: 2048 },
    verb: ['compare'],
    files: [arm(100), arm(105)],
  },
];

export interface Taken {
  readonly name: string;
  readonly rows: number;
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly seconds: number;
  readonly mebibytes: number;
  /** Within the seconds and the memory that are the goal of the whole input. */
  readonly holds: boolean;
}

/** @param scale share of the rows */
export async function measureInputs(scale = 1): Promise<Taken[]> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-inputs-'));
  const taken: Taken[] = [];
  return andThen(async () => {
    for (const input of INPUTS) taken.push(await measure(input, scale, folder));
    return taken;
  }, [() => rmSync(folder, { recursive: true, force: true })]);
}

async function measure(input: Input, scale: number, folder: string): Promise<Taken> {
  const rows = scaled(input.rows, scale);
  const random = seededRandom(SEED);
  const paths: string[] = [];
  for (const [k, { header, row }] of input.files.entries()) {
    const path = join(folder, `${k}.csv`);
    await pipeline(
      Readable.from(linesOf(header, rows, (i) => row(i, rows, random))),
      createWriteStream(path),
    );
    paths.push(path);
  }
  const start = performance.now();
  const child = spawnLab(['analyse', ...input.verb, ...paths], {});
  let mebibytes = 0;
  const look = setInterval(() => {
    mebibytes = Math.max(mebibytes, peakMebibytes(child.pid));
  }, 50);
  const { exitCode, stdout } = await andThen(() => child, [() => clearInterval(look)]);
  const seconds = (performance.now() - start) / 1000;
  return {
    ...{ name: input.name, rows, exitCode, stdout: String(stdout), seconds, mebibytes },
    holds: exitCode === 0 && seconds <= input.seconds && mebibytes <= input.mebibytes,
  };
}

function* linesOf(header: string, rows: number, row: (i: number) => string): Generator<string> {
  yield `${header}\n`;
  const atOnce = 1000;
  for (let first = 0; first < rows; first += atOnce) {
    const count = Math.min(atOnce, rows - first);
    yield `${Array.from({ length: count }, (_, i) => row(first + i)).join('\n')}\n`;
  }
}

/** The kernel's peak so far; 0 once it has ended. */
function peakMebibytes(pid: number | undefined): number {
  try {
    const [, kibibytes = '0'] =
      /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kibibytes) / 1024;
  } catch {
    return 0;
  }
}

/** `npm run bench -- inputs [scale]`. */
export async function run(args: readonly string[]): Promise<void> {
  const scale = readScale(args);
  const load = loadavg()[0]?.toFixed(1);
  const taken = await measureInputs(scale);
  process.stdout.write(
    `Load before: ${load}. Goals: of the whole files, on an idle core.\n\n${renderTable(
      ['input', 'rows', 'seconds', 'peak MiB', 'within its goal'],
      taken.map(({ name, rows, seconds, mebibytes, holds }) => [
        ...[name, rows, seconds.toFixed(1)],
        ...[Math.round(mebibytes), holds ? 'yes' : 'no'],
      ]),
    )}\n`,
  );
}
