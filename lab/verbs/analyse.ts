// `lab analyse`: the lab's statistics on your own numbers.
import { basename, extname } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { direction, numbers, printResult, ratio, seedOption, share } from '../cli/options';
import { usageError } from '../errors';
import { goalResult, searchGoalSchema } from '../measure/search/load-classification';
import { readTimes } from '../results/columns';
import { type CsvRow, readCsv } from '../results/csv';
import { readJson } from '../results/read-checked';
import { STDIN, sourceName } from '../results/text-file';
import { InvalidData } from '../statistics/caller';
import { describeChanges, type SeriesDescription } from '../statistics/change-points/describe';
import { compare, DEFAULT_MARGIN } from '../statistics/comparison';
import type { Sample } from '../statistics/contrast';
import { seededRandom } from '../statistics/random';
import { analyseUsl } from '../statistics/usl/usl';
import { withProgress } from './analyse-progress';
import {
  renderChanges,
  renderComparison,
  renderSearch,
  renderUsl,
  type SeriesChanges,
} from './analyse-text';

const DEFAULT_LEVEL = 0.01;
const DEFAULT_EFFECT = 0.03;

export function register(program: Command): void {
  const analyse = program
    .command('analyse')
    .description("the lab's statistics on your own numbers: usl, compare, search, changes");
  registerUsl(analyse);
  registerCompare(analyse);
  registerSearch(analyse);
  registerChanges(analyse);
}

function registerUsl(analyse: Command): void {
  analyse
    .command('usl')
    .description('fit the Universal Scalability Law: CSV with the columns n and x')
    .argument('<data.csv>', 'one row per measurement; n need not be whole and may repeat')
    .option('--predict <list>', 'n at which to predict x, such as 96,128', numbers)
    .addOption(seedOption())
    .option('--json', 'print JSON')
    .action((file: string, options: { predict?: number[]; seed: number; json?: boolean }) => {
      const points = readCsv(file, { numbers: ['n', 'x'] }).map((row) => ({
        n: row.positive('n'),
        x: row.positive('x'),
      }));
      const { predict = [], seed } = options;
      const source = sourceName(file);
      const usl = asUsage(source, () =>
        withProgress(`Fitting ${source}`, (onProgress) =>
          analyseUsl(points, { predict, seed, onProgress }),
        ),
      );
      printResult(options, usl, renderUsl);
    });
}

interface CompareOptions {
  better: string;
  margin: number;
  noiseFloor?: number;
  json?: boolean;
}

function registerCompare(analyse: Command): void {
  analyse
    .command('compare')
    .description('compare two arms: CSVs with the column value, and block where runs were paired')
    .argument('<a.csv>', 'the baseline')
    .argument('<b.csv>', 'what is compared with it')
    .option('--better <direction>', 'higher or lower', direction, 'higher')
    .option('--margin <ratio>', 'what still counts as equal: 0.05 or 5%', ratio, DEFAULT_MARGIN)
    .option('--noise-floor <ratio>', 'spread of A against A on the machine: 0.03 or 3%', ratio)
    .option('--json', 'print JSON')
    .action((a: string, b: string, options: CompareOptions) => {
      const { margin, noiseFloor = null } = options;
      if (a === STDIN && b === STDIN) {
        throw usageError('Both files are standard input (-). Give a file for one of them.');
      }
      const better = options.better === 'lower' ? 'lower' : 'higher';
      printResult(
        options,
        asUsage(`${sourceName(a)} and ${sourceName(b)}`, () =>
          compare(readRuns(a), readRuns(b), { better, margin, noiseFloor }),
        ),
        renderComparison,
      );
    });
}

function registerSearch(analyse: Command): void {
  analyse
    .command('search')
    .description("judge trials by RFC 9971 (MLRsearch): each load, each goal's bounds")
    .requiredOption('--goals <file>', 'JSON array of goals')
    .requiredOption('--trials <file>', 'JSON array of trials {load, durationSeconds, lossRatio}')
    .option('--json', 'print JSON')
    .action((options: { goals: string; trials: string; json?: boolean }) => {
      const goals = readJson(options.goals, goalsSchema);
      const trials = readJson(options.trials, trialsSchema);
      const judged = asUsage(`${options.goals} and ${options.trials}`, () =>
        goals.map((goal) => goalResult(goal, trials)),
      );
      printResult(options, judged, renderSearch);
    });
}

interface ChangesOptions {
  maxP: number;
  minEffect: number;
  seed: number;
  json?: boolean;
}

function registerChanges(analyse: Command): void {
  analyse
    .command('changes')
    .description('change points: CSV with the column value, and time, label and series if wanted')
    .argument('<file>', 'one row per value, in order of time')
    .option('--max-p <number>', 'significance, over all series together', share, DEFAULT_LEVEL)
    .option('--min-effect <ratio>', 'least relative change: 0.03 or 3%', ratio, DEFAULT_EFFECT)
    .addOption(seedOption())
    .option('--json', 'print JSON')
    .action((file: string, options: ChangesOptions) => {
      printResult(options, changesOf(file, options), renderChanges);
    });
}

function changesOf(file: string, { maxP, minEffect, seed }: ChangesOptions): SeriesChanges[] {
  const table = readCsv(file, { numbers: ['value'], texts: ['series', 'time', 'label'] });
  const unordered = requireOrder(sourceName(file), table);
  const name = file === STDIN ? sourceName(file) : basename(file, extname(file));
  const all = [...Map.groupBy(table, (row) => row.text('series') ?? name)];
  const values = all.map(([, rows]) => rows.map((row) => row.number('value')));
  const found = asUsage(sourceName(file), () =>
    withProgress('Looking for changes', (onProgress) =>
      describeChanges(values, {
        ...{ maxPValue: maxP, minEffect, onProgress },
        random: seededRandom(seed),
      }),
    ),
  );
  return all.map(([series, rows], i) => {
    const { steps, trends, warnings } = found[i] as SeriesDescription;
    return {
      series,
      changes: steps.map((change) => {
        const time = rows[change.index]?.text('time');
        const label = rows[change.index]?.text('label');
        return { ...change, ...(time && { time }), ...(label && { label }) };
      }),
      trends,
      warnings: [...warnings, ...unordered],
    };
  });
}

/**
 * Before and after mean nothing in a series that is not in order of time.
 *
 * @returns a warning where the times cannot be compared
 */
function requireOrder(source: string, rows: readonly CsvRow[]): string[] {
  const times = rows.map((row) => row.text('time'));
  const reading = readTimes(times);
  if (reading === null) {
    const example = times.find((time) => time !== undefined);
    return [
      `The column time ("${example}") is read as text, so the order of the rows is not checked. ` +
        'Write times as 2026-01-31T12:00Z or as numbers.',
    ];
  }
  const latest = new Map<string | undefined, number>();
  for (const [i, row] of rows.entries()) {
    const time = reading.values[i] as number;
    const series = row.text('series');
    if (time < (latest.get(series) ?? Number.NEGATIVE_INFINITY)) {
      throw usageError(
        `${source}:${row.line}: time "${times[i]}" is before that of the row above it. Sort the ` +
          `rows of each series by time${reading.local ? ', or give the offset from UTC where clocks were set back (2026-10-25T02:10+01:00)' : ''}.`,
      );
    }
    if (!Number.isNaN(time)) latest.set(series, time);
  }
  return [];
}

function readRuns(file: string): Sample[] {
  return readCsv(file, { numbers: ['value'], texts: ['block'] }).map((row): Sample => {
    const block = row.text('block');
    const value = row.positive('value');
    return block === undefined ? { value } : { value, block };
  });
}

const goalsSchema = z.array(z.object(searchGoalSchema.shape)).min(1);
const trialsSchema = z.array(
  z.object({ load: z.number(), durationSeconds: z.number(), lossRatio: z.number() }),
);

/** What the analysis refuses is for the user to fix, and belongs to a file. */
function asUsage<T>(source: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (error instanceof InvalidData) throw usageError(`${source}: ${error.message}`);
    throw error;
  }
}
