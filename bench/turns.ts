// How wide the intervals of a comparison are, in turns and one arm after the other, on a quiet machine and
// beside a neighbour that takes the subject's core in bursts: the designs side by side, within the hour.
import { execa } from 'execa';
import { LabError } from '../lab/errors';
import { compareSubjects } from '../lab/experiments/compare/measure';
import { conclude, findingsOf } from '../lab/experiments/conclude';
import { noise } from '../lab/experiments/noise/measure';
import type { RunContext } from '../lab/measure/conductor';
import { busyUsers } from '../lab/measure/plans';
import { searchPaces, searchSettings } from '../lab/measure/search/search-settings';
import {
  type ComparisonRequest,
  sequentialPaces,
  turnPaces,
} from '../lab/measure/turns/take-turns';
import { resultsDir } from '../lab/paths';
import type { RunFolder } from '../lab/results/run-folder';
import { NativeRuntime } from '../lab/runtime/native/native';
import { parseSubject } from '../lab/runtime/subject';
import { DEFAULT_MARGIN } from '../lab/statistics/comparison';
import type { PartialInterval } from '../lab/statistics/intervals';
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

/** Half of an interval on the logarithm, as a ratio above 0. */
const halfWidth = ([low, high]: PartialInterval): string =>
  low === null || high === null ? 'none' : `${(100 * (Math.sqrt(high / low) - 1)).toFixed(1)} %`;

function halfWidthsOf(folder: RunFolder): string[] {
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

/** `npm run bench -- turns [workloads...] [--quick]`; two workloads in full take some two hours. */
export async function run(args: readonly string[]): Promise<void> {
  const isQuick = args.includes('--quick');
  const named = args.filter((arg) => !arg.startsWith('--'));
  const workloads = named.length > 0 ? named : ['db', 'mixed'];
  const tell = (line: string) => process.stderr.write(`${line}\n`);
  const runtime = await NativeRuntime.open(tell);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const context: RunContext = {
    ...{ runtime, resultsDir, arguments: ['bench', 'turns', ...args], signal: stop.signal },
    events: { onFinding: tell },
    conclude: async (folder) => void (await conclude(folder)),
  };
  const rows: string[][] = [];
  try {
    for (const surrounding of surroundings) {
      for (const workload of workloads) {
        for (const question of questions) {
          for (const design of designs) {
            const one = { workload, question, design, surrounding };
            rows.push(await measuredRow(one, context, isQuick));
            tell(rows.at(-1)?.join(' | ') ?? '');
          }
        }
      }
    }
  } finally {
    await runtime.close();
  }
  const head = ['workload', 'question', 'design', 'surrounding', ...measures, 'seconds', 'run'];
  process.stdout.write(`${renderTable(head, rows)}\n`);
}

async function measuredRow(one: Case, context: RunContext, isQuick: boolean): Promise<string[]> {
  const [cpu = 0] = context.runtime.facts.placement.subject;
  const neighbour = one.surrounding === 'quiet' ? undefined : neighbourOn(cpu);
  const begunMs = performance.now();
  const about = [one.workload, one.question, one.design, one.surrounding];
  try {
    const folder = await measure(one, context, isQuick);
    const seconds = ((performance.now() - begunMs) / 1000).toFixed(0);
    return [...about, ...halfWidthsOf(folder), seconds, folder.run.id];
  } catch (error) {
    // Too busy a machine is an answer: this design finds nothing there.
    if (!(error instanceof LabError) || error.exitCode !== 4) throw error;
    return [...about, ...measures.map(() => 'void'), '-', error.message.slice(0, 60)];
  } finally {
    neighbour?.kill();
  }
}
