// How wide the intervals of a comparison are, in turns and one arm after the other, on a quiet machine and
// beside a neighbour that takes the subject's core in bursts: the designs side by side, within the hour.
import { join } from 'node:path';
import { execa } from 'execa';
import { abortOnSignals } from '../lab/cli/interrupt';
import { LabError } from '../lab/errors';
import { compareSubjects } from '../lab/experiments/compare/measure';
import { conclude, findingsOf } from '../lab/experiments/conclude';
import { noise } from '../lab/experiments/noise/measure';
import { thisHost } from '../lab/measure/begin-run';
import type { RunContext } from '../lab/measure/conductor';
import { busyUsers } from '../lab/measure/plans';
import { searchPaces, searchSettings } from '../lab/measure/search/search-settings';
import {
  type ComparisonRequest,
  sequentialPaces,
  turnPaces,
} from '../lab/measure/turns/take-turns';
import { resultsDir } from '../lab/paths';
import { aaRunsInTurns, recordOf } from '../lab/results/aa-record';
import type { RunFolder } from '../lab/results/run-folder';
import { NativeRuntime } from '../lab/runtime/native/native';
import { parseSubject } from '../lab/runtime/subject';
import { DEFAULT_MARGIN } from '../lab/statistics/comparison';
import type { PartialInterval } from '../lab/statistics/intervals';
import { namedOr, readArguments, workloadNames } from './arguments';
import { QuietWatch } from './quiet';
import { renderTable } from './table';

const designs = ['in turns', 'one after the other'] as const;
const surroundings = ['quiet', 'bursty neighbour'] as const;
const questions = ['A/A', 'Express against Django'] as const;
type Case = {
  workload: string;
  question: (typeof questions)[number];
  design: (typeof designs)[number];
  surrounding: (typeof surroundings)[number];
};

/** Of the neighbour: its bursts, and the mean of the exponential rests between them. */
const burstMs = 2000;
const restMs = 8000;

/** On the core of the subject, until it is ended. */
const neighbourOn = (cpu: number) =>
  execa(
    'taskset',
    [
      ...['-c', String(cpu), process.execPath, '-e'],
      `const rest = () => setTimeout(burst, -${restMs} * Math.log(1 - Math.random()));
       const burst = () => { const end = Date.now() + ${burstMs}; while (Date.now() < end); rest(); };
       rest();`,
    ],
    { reject: false, stdio: 'ignore' },
  );

const measures = ['cpu-per-request', 'latency-p50', 'latency-mean', 'latency-p99'] as const;

/** Half widths that ten blocks in turns, six minutes or so, must not exceed. */
const goals: Record<Case['surrounding'], { [Key in (typeof measures)[number]]?: number }> = {
  quiet: { 'cpu-per-request': 0.02, 'latency-p50': 0.03 },
  'bursty neighbour': { 'cpu-per-request': 0.04, 'latency-p50': 0.06 },
};

type Row = {
  about: Case;
  halfWidths: (number | null)[];
  leftOut: string;
  took: string;
  run: string;
  /** Absent beside a neighbour of our own. */
  watch?: QuietWatch;
};

/** Half of an interval on the logarithm, as a ratio above 0. */
const halfWidth = ([low, high]: PartialInterval): number | null =>
  low === null || high === null ? null : Math.sqrt(high / low) - 1;

const percent = (ratio: number): string => `${(100 * ratio).toFixed(1)} %`;

function halfWidthsOf(folder: RunFolder): (number | null)[] {
  const { experiment } = findingsOf(folder);
  const intervals = new Map<string, PartialInterval>(
    experiment?.kind === 'compare'
      ? experiment.compared.map(({ measure, comparison }) => [measure.key, comparison.interval])
      : experiment?.kind === 'noise'
        ? experiment.floors.map(({ measure, noise: { interval } }) => [measure.key, interval])
        : [],
  );
  return measures.map((key) => halfWidth(intervals.get(key) ?? [null, null]));
}

/** Turns that were left out, with their mirror images, and why. */
function leftOutOf(folder: RunFolder): string {
  const steps = findingsOf(folder).trials.flatMap(({ purpose, steps: all }) =>
    purpose === 'measure' ? all.filter(({ warmup }) => !warmup) : [],
  );
  const turns = steps.flatMap((step) => step.turns ?? []);
  if (turns.length === 0) return '-';
  const [all, left] = [
    turns.reduce((sum, one) => sum + one.turns, 0),
    turns.reduce((sum, one) => sum + one.leftOut, 0),
  ];
  const causes = [...new Set(turns.flatMap((one) => one.causes))].join(', ');
  return left === 0 ? '0 %' : `${percent(left / all)} (${causes})`;
}

function measure(one: Case, context: RunContext, isQuick: boolean): Promise<RunFolder> {
  const isSequential = one.design === 'one after the other';
  const pace = (isSequential ? sequentialPaces : turnPaces)[isQuick ? 'quick' : 'full'];
  const request: ComparisonRequest = {
    ...pace,
    ...(isSequential && { isSequential }),
    metrics: ['latency', 'cpu-per-request'],
    workloads: [one.workload],
    users: busyUsers,
    searchOf: (workload) => searchSettings(workload, searchPaces.quick),
  };
  const [express, django] = [parseSubject('express'), parseSubject('django')];
  return one.question === 'A/A'
    ? noise({ ...context, subject: express, request, seed: 1 })
    : compareSubjects({
        ...context,
        ...{ a: express, b: django, request, margin: DEFAULT_MARGIN, seed: 1 },
      });
}

async function measured(about: Case, context: RunContext, isQuick: boolean): Promise<Row> {
  const { subject, database, generator } = context.runtime.facts.placement;
  const isQuiet = about.surrounding === 'quiet';
  const neighbour = isQuiet ? undefined : neighbourOn(subject[0] ?? 0);
  const watch = isQuiet ? new QuietWatch([...subject, ...database, ...generator]) : undefined;
  const begunMs = performance.now();
  const watched = { about, ...(watch && { watch }) };
  try {
    const folder = await measure(about, context, isQuick);
    const took = `${((performance.now() - begunMs) / 60_000).toFixed(1)} min`;
    const halfWidths = halfWidthsOf(folder);
    return { ...watched, halfWidths, leftOut: leftOutOf(folder), took, run: folder.run.id };
  } catch (error) {
    // Too busy a machine is an answer, and so is one where A against A differs: nothing is found there.
    if (!(error instanceof LabError) || ![4, 5].includes(error.exitCode)) throw error;
    const run = error.message.slice(0, 80);
    return { ...watched, halfWidths: measures.map(() => null), leftOut: '-', took: '-', run };
  } finally {
    watch?.end();
    neighbour?.kill();
  }
}

function cellsOf({ about, halfWidths, leftOut, took, run }: Row): string[] {
  const { workload, question, design, surrounding } = about;
  const widths = halfWidths.map((width, index) => {
    const goal = goals[surrounding][measures[index] ?? 'latency-p99'];
    const told = width === null ? 'none' : percent(width);
    if (goal === undefined || design !== 'in turns') return told;
    return `${told}, goal ${100 * goal} %: ${width !== null && width <= goal ? 'holds' : 'MISSED'}`;
  });
  return [workload, question, design, surrounding, ...widths, leftOut, took, run];
}

const quietnessOf = ({ about, watch }: Row): string[] =>
  watch ? [`${about.workload}, ${about.question}, ${about.design}: ${watch.describe()}`] : [];

function report(folder: string, rows: readonly Row[]): string {
  const head = ['workload', 'question', 'design', 'machine', ...measures];
  const known = aaRunsInTurns(folder, { fingerprint: thisHost().fingerprint, runtime: 'native' });
  const { intervals, excludingOne } = recordOf(known);
  return [
    renderTable([...head, 'turns left out', 'took', 'run'], rows.map(cellsOf)),
    rows.flatMap(quietnessOf).join('\n'),
    `A against A in turns: ${excludingOne} of the last ${intervals} intervals exclude 1 (neighbour included).`,
    `Half widths of 95 % intervals; the runs are in ${folder}.`,
  ].join('\n\n');
}

/** `npm run bench -- turns [workloads...] [--quick]`; two workloads in full take some two hours. */
export async function run(args: readonly string[]): Promise<void> {
  const given = readArguments(args, { flags: ['--quick'], words: workloadNames });
  const isQuick = given.has('--quick');
  const workloads = namedOr(given.words, ['db', 'mixed']);
  const tell = (line: string) => process.stderr.write(`${line}\n`);
  // Apart from the user's own runs: A/A beside a neighbour says nothing about the comparisons made there.
  const folder = join(resultsDir, 'bench-turns', new Date().toISOString().replaceAll(/[:.]/g, ''));
  const runtime = await NativeRuntime.open(tell);
  const signal = abortOnSignals();
  const context: RunContext = {
    ...{ runtime, resultsDir: folder, arguments: ['bench', 'turns', ...args], signal },
    events: { onFinding: tell },
    conclude: async (one) => void (await conclude(one)),
  };
  const cases = workloads.flatMap((workload) =>
    questions.flatMap((question) =>
      surroundings.flatMap((surrounding) =>
        designs.map((design): Case => ({ workload, question, design, surrounding })),
      ),
    ),
  );
  const rows: Row[] = [];
  try {
    for (const [index, about] of cases.entries()) {
      const row = await measured(about, context, isQuick);
      rows.push(row);
      tell(`${index + 1} of ${cases.length}: ${cellsOf(row).join(' | ')}`);
    }
  } finally {
    await runtime.close();
    // What there is, also where it was interrupted.
    process.stdout.write(`${report(folder, rows)}\n`);
  }
}
