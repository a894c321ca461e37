// Real nights, back to back: how far quiet ones differ on this machine, and how soon they find a revision of
// Express that does a little more for each request. That revision is made in a scratch clone.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os, { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { usageError } from '../lab/errors';
import { revision } from '../lab/measure/begin-run';
import { resultsDir, rootDir } from '../lab/paths';
import { readHistory } from '../lab/results/history';
import { type NightEntry, seriesId } from '../lab/results/night-schema';
import {
  lag1Autocorrelation,
  logs,
  mean,
  standardDeviation,
  variance,
} from '../lab/statistics/descriptive';
import { readCount, requireNoMore } from './arguments';
import { QuietWatch } from './quiet';
import { renderTable } from './table';

/** Half of the blocks of lab/nightly.yaml, and shorter ones: some four minutes per night. */
const usualBlocks = '10';
const settingsWith = (blocks: number): string => `
budgetMinutes: 30
minimumEffect: 3 %
heartbeatDays: 365
mostVoidShare: 0.34
turns: { blocks: ${blocks}, warmupSeconds: 1, seconds: 6 }
measure:
  - { app: express, workload: micro, rateRps: 300 }
`;

const plantedFile = 'apps/express/src/app.ts';
const anchor = '  app.use(operationRoutes(database));\n';
/** Some 7 % of what Express takes for a request of the workload micro. */
const rounds = 5;

/** @returns the source of the app with a little more work for each request */
export function planted(source: string): string {
  if (!source.includes(anchor)) throw new Error(`${plantedFile} has no line "${anchor.trim()}"`);
  return source.replace(
    anchor,
    `  const text = JSON.stringify(Array.from({ length: 300 }, (_, index) => 7919 * index));
  app.use((_request, _response, next) => {
    for (let round = 0; round < ${rounds}; round += 1) JSON.parse(text);
    next();
  });
${anchor}`,
  );
}

function readNights(args: readonly string[]) {
  const [count = '30', more = '3', blocks = usualBlocks, ...others] = args;
  requireNoMore(others, 'the blocks per night');
  return {
    count: readCount(count, 'nights of A/A'),
    more: readCount(more, 'nights with the planted revision', 0),
    blocks: readCount(blocks, 'blocks per night'),
  };
}

/** `npm run bench -- nights [count of A/A] [count with the planted revision] [blocks per night]`. */
export async function run(args: readonly string[]): Promise<void> {
  const { count, more, blocks } = readNights(args);
  if (revision()?.dirty !== false) {
    throw usageError(
      'A/A is the last commit against itself: commit or take back what you changed.',
    );
  }
  const folder = join(resultsDir, 'bench-nights', new Date().toISOString().replace(/[-:.]/g, ''));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'nightly.yaml'), settingsWith(blocks));
  const watch = new QuietWatch([...os.cpus().keys()]);
  const scratch = mkdtempSync(join(tmpdir(), 'headroom-planted-'));
  try {
    for (let night = 1; night <= count; night += 1) await measure(rootDir, folder, night);
    if (more > 0) await plantIn(scratch);
    for (let night = 1; night <= more; night += 1) {
      await measure(scratch, folder, count + night);
    }
  } finally {
    watch.end();
    rmSync(scratch, { recursive: true });
  }
  const { nights } = readHistory(folder);
  const aa = nights.filter(({ revision: of }) => of === nights[0]?.revision);
  process.stdout.write(`${describeNights(aa)}\n\n`);
  process.stdout.write(`${listNights(nights)}\n\n${watch.describe()}\nRuns: ${folder}\n`);
}

async function measure(clone: string, folder: string, day: number): Promise<void> {
  const night = new Date(Date.UTC(2026, 0, day)).toISOString().slice(0, 10);
  const launcher = join(clone, 'lab/launch.mjs');
  const flags = ['--config', join(folder, 'nightly.yaml'), '--night', night];
  const { exitCode } = await execa(process.execPath, [launcher, 'nightly', ...flags], {
    ...{ cwd: clone, env: { HEADROOM_RESULTS: folder }, stdin: 'ignore', reject: false },
    ...{ stdout: 'inherit', stderr: 'inherit' },
  });
  // 3: a regression; 4: a void night.
  if (exitCode === undefined || ![0, 3, 4].includes(exitCode)) {
    throw new Error(`the night of ${night} ended with ${exitCode}`);
  }
}

async function plantIn(scratch: string): Promise<void> {
  await execa('git', ['clone', '--quiet', rootDir, scratch]);
  const file = join(scratch, plantedFile);
  writeFileSync(file, planted(readFileSync(file, 'utf8')));
  const who = ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.com'];
  const commit = ['commit', '--quiet', '--all', '--message', 'More work for each request'];
  await execa('git', [...who, ...commit], { cwd: scratch });
}

/** How far nights of A/A differ, and how far the blocks of one night. */
export function describeNights(nights: readonly NightEntry[]): string {
  const all = nights.flatMap(({ series }) => series);
  const percent = (ratio: number): string => `${(100 * ratio).toFixed(2)} %`;
  const rows = [...Map.groupBy(all, seriesId)].map(([name, own]) => {
    const values = logs(own.map(({ values: [value] }) => value as number));
    const within = own.map(({ blocks = [] }) => variance(logs(blocks)));
    return [
      ...[name, values.length, Math.exp(mean(values)).toFixed(4)],
      ...[values.length < 2 ? '-' : percent(standardDeviation(values))],
      ...[Math.min(...values), Math.max(...values)].map((value) => Math.exp(value).toFixed(3)),
      ...[percent(Math.sqrt(mean(within)))],
      ...[values.length < 3 ? '-' : lag1Autocorrelation(values).toFixed(2)],
      own.filter(({ state }) => state === 'suspicious').length,
      own.filter(({ state }) => state === 'changed').length,
    ];
  });
  const headers = ['series', 'nights', 'mean', 'spread of nights', 'least', 'greatest'];
  const others = ['spread of blocks', 'autocorrelation', 'suspicious', 'changed'];
  return `A/A, night by night:\n\n${renderTable([...headers, ...others], rows)}`;
}

/** Every night with its ratios and verdicts. */
function listNights(nights: readonly NightEntry[]): string {
  const rows = nights.map(({ night, revision: of, trials, series }) => [
    ...[night, of?.slice(0, 7) ?? '-', `${trials.void} of ${trials.valid + trials.void}`],
    ...series.map(({ values: [value], state }) => `${value?.toFixed(3)} ${state}`),
  ]);
  const names = nights[0]?.series.map(({ metric }) => metric) ?? [];
  return renderTable(['night', 'revision', 'void blocks', ...names], rows);
}
