// The options of `lab compare` and `lab noise`, which take the same turns.

import { type Command, Option } from 'commander';
import { usageError } from '../errors';
import { busyUsers, mostRps } from '../measure/plans';
import { searchPaces, searchSettings } from '../measure/search/search-settings';
import { isHeld, turnsOn, usualTurns } from '../measure/turns/paired-blocks';
import { type ComparisonRequest, sequentialPaces, turnPaces } from '../measure/turns/take-turns';
import { defaultWorkload, sloOf } from '../measure/workloads';
import { type MetricName, metricNames } from '../results/trial/measures';
import { turnsInFour } from '../results/trial/turns';
import {
  type NamedSubject,
  requireOwnRevision,
  requirePlain,
  requireUsualShop,
  requireUsualWorkers,
} from '../runtime/subject';
import { duration, type MeasuringOptions, wholeNumber, withMeasuringOptions } from './options';

export type TurnOptions = MeasuringOptions & {
  metric: MetricName[];
  workload: string[];
  rate?: number;
  users?: number;
  runs?: number;
  seconds?: number;
  budget?: number;
  quick?: boolean;
};

const mostSeconds = 300;
const mostRuns = 100;

export const withTurnOptions = (command: Command): Command =>
  withMeasuringOptions(
    command
      .addOption(
        new Option('--metric <names...>', 'what to measure; metrics at a rate share their trials')
          .choices(metricNames)
          .default(['latency', 'cpu-per-request'] satisfies MetricName[]),
      )
      .option('--workload <names...>', 'mixes of requests', [defaultWorkload])
      .option(
        '--rate <number>',
        'requests per second for latency and CPU (default: a third of what the slower subject reaches; where k6 was its limit, a fifth)',
        (text) => wholeNumber(text, 1, mostRps),
      )
      .option(
        '--users <number>',
        `concurrent users, for throughput (default: ${busyUsers})`,
        (text) => wholeNumber(text, 1, 1000),
      )
      .option(
        '--runs <number>',
        `blocks, each with a run of both arms (default: ${turnPaces.full.runs}); with fewer the result is indicative`,
        (text) => wholeNumber(text, 1, mostRuns),
      )
      .option(
        '--seconds <number>',
        `length of a run (${turnPaces.full.seconds} of both arms)`,
        (text) => wholeNumber(text, 1, mostSeconds),
      )
      .option(
        '--budget <time>',
        'time for each search for a capacity, such as 10m (the default; 60s with --quick)',
        duration,
      )
      .option('--quick', `${turnPaces.quick.runs} short blocks, for a first look`),
  );

/** What only some metrics have a use for. */
function refuseIgnored({ metric, ...options }: TurnOptions): void {
  const uses: Record<string, readonly MetricName[]> = {
    rate: ['latency', 'cpu-per-request'],
    users: ['throughput'],
    budget: ['capacity'],
  };
  for (const [option, metrics] of Object.entries(uses)) {
    const isGiven = options[option as 'rate' | 'users' | 'budget'] !== undefined;
    if (!isGiven || metrics.some((one) => metric.includes(one))) continue;
    throw usageError(
      `--${option} is for ${metrics.join(' and ')}, which --metric ${metric.join(' ')} does not measure.`,
    );
  }
}

/** Everything that can be wrong with the question, before anything is started. */
export function comparisonRequest(
  options: TurnOptions,
  subjects: readonly NamedSubject[],
): ComparisonRequest {
  for (const workload of options.workload) sloOf(workload);
  refuseIgnored(options);
  const { runtime, metric } = options;
  const [a, b = a] = subjects;
  if (a === undefined || b === undefined) throw new Error('a comparison has a subject');
  const servers = ({ app, variation }: NamedSubject) => ({ app, ...variation });
  const isInTurns =
    isHeld(metric) && turnsOn({ kind: runtime }, servers(a), servers(b)) !== undefined;
  const pace = (isInTurns ? turnPaces : sequentialPaces)[options.quick ? 'quick' : 'full'];
  const { runs = pace.runs, seconds = pace.seconds } = options;
  const shortest = turnsInFour * usualTurns.seconds;
  if (isInTurns && seconds < shortest) {
    throw usageError(
      `--seconds is ${seconds}: give at least ${shortest}, because turns of ${usualTurns.seconds} s come in mirrored fours.`,
    );
  }
  const isSequential = !isInTurns || metric.includes('capacity');
  if (isSequential && runs >= sequentialPaces.full.runs && runs % 2 !== 0) {
    throw usageError(
      `--runs is ${runs}: from ${sequentialPaces.full.runs} on, runs one after the other come in blocks of two per arm. Give an even number.`,
    );
  }
  for (const subject of subjects) {
    const { variation } = subject;
    requireOwnRevision(subject, runtime);
    requirePlain(variation, runtime);
    requireUsualWorkers(variation, runtime);
    requireUsualShop(variation, runtime);
  }
  return {
    metrics: options.metric,
    workloads: [...new Set(options.workload)],
    ...(options.rate !== undefined && { rateRps: options.rate }),
    users: options.users ?? busyUsers,
    runs,
    warmupSeconds: pace.warmupSeconds,
    seconds,
    searchOf: (workload) =>
      searchSettings(workload, searchPaces[options.quick ? 'quick' : 'full'], options.budget),
  };
}
