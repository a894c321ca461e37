// `lab plan --rate R`: how many replicas, at what latency and cost, from what is on disk; or, with
// --validate, what such a plan predicts beside what is measured.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import {
  type MeasuringOptions,
  positive,
  pricePerHour,
  profileOption,
  ratio,
  wholeNumber,
  withMeasuringOptions,
} from '../../cli/options';
import { showConclusion, withLab } from '../../cli/with-lab';
import { LabError, usageError } from '../../errors';
import { beginRun, type RunHeader, thisHost } from '../../measure/begin-run';
import { defaultWorkload, sloOf } from '../../measure/workloads';
import { resultsDir, rootDir } from '../../paths';
import { typed } from '../../results/command-line';
import { RunFolder } from '../../results/run-folder';
import { type AppName, appNames, type ProfileName, subjectOf } from '../../runtime/subject';
import { conclude } from '../conclude';
import type { PlanDesign } from './analyse';
import type { Evidence } from './evidence';
import { findEvidence, findValidation, type Sought } from './find-evidence';
import { validate, validationPaces } from './measure';
import { aboutWords } from './trust';
import { predictionOf } from './validation';

type Options = MeasuringOptions & {
  rate?: number;
  growth: number;
  price?: number;
  spare: number;
  databaseCores?: number;
  app?: AppName[];
  workload: string;
  profile: ProfileName;
  validate?: boolean;
  quick?: boolean;
};

const mostSpare = 100;

export function register(program: Command): void {
  withMeasuringOptions(
    program
      .command('plan')
      .description(
        'calculate how many replicas a rate needs, from the capacity and scaling runs on disk',
      )
      .addOption(
        new Option('--rate <requests>', 'requests per second to plan for')
          .argParser(positive)
          // A plan measures nothing.
          .conflicts(['runtime', 'quick']),
      )
      .option('--growth <share>', 'by how much it will grow, such as 30%', ratio, 0)
      .option('--price <amount>', 'price of a replica, such as 0.05/h', pricePerHour)
      .addOption(
        new Option('--spare <replicas>', 'replicas that may be lost without breaking the plan')
          .argParser((text) => wholeNumber(text, 0, mostSpare))
          .default(1),
      )
      .option(
        '--database-cores <number>',
        'cores of the planned database (default: as measured)',
        positive,
      )
      .addOption(new Option('--app <app...>', 'which app (the default: both)').choices(appNames))
      .option('--workload <name>', 'mix of requests', defaultWorkload)
      .addOption(profileOption())
      .addOption(
        new Option(
          '--validate',
          'measure at two loads that the plan has not seen, and compare',
        ).conflicts(['rate', 'growth', 'price', 'spare', 'databaseCores']),
      )
      .option('--quick', 'with --validate: one round of short trials, to see how it works'),
    'the plan',
  ).action(run);
}

async function run(options: Options): Promise<void> {
  const { workload, profile, app: apps = [...appNames] } = options;
  sloOf(workload);
  const { fingerprint } = thisHost();
  const runs = RunFolder.all(resultsDir);
  const known = [...new Set(apps)].map((app) => {
    const sought = { fingerprint, app, workload, profile };
    return { sought, evidence: findEvidence(runs, sought) };
  });
  const found = known.flatMap(({ sought, evidence }) => (evidence ? [{ sought, evidence }] : []));
  const missing = known
    .filter(({ evidence }) => evidence === undefined)
    .map(({ sought }) => describeMissing(sought));
  if (found.length === 0) throw new LabError(4, missing.join('\n'));
  if (options.validate) {
    for (const text of missing) console.error(text);
    return validatePlan(
      found.map(({ evidence }) => evidence),
      options,
    );
  }
  if (options.rate === undefined) {
    throw usageError('Say with --rate how many requests per second to plan for, or --validate.');
  }
  await plan(runs, found, missing, options.rate, options);
}

/** Recorded as a run, which `lab show`, `report` and `deck` can present. */
async function plan(
  runs: readonly RunFolder[],
  found: readonly { sought: Sought; evidence: Evidence }[],
  missing: string[],
  rate: number,
  options: Options,
): Promise<void> {
  const { growth, price, spare, databaseCores, workload, seed, json = false } = options;
  const folder = recordPlan({
    resultsDir,
    arguments: process.argv.slice(2),
    seed,
    design: {
      kind: 'plan',
      workload,
      question: {
        rateRps: rate * (1 + growth),
        pricePerHour: price ?? null,
        spare,
        maxConnections: maxConnections(),
        databaseCores: databaseCores ?? null,
      },
      evidence: found.map(({ evidence }) => evidence),
      missing,
      validations: found.flatMap(
        ({ sought, evidence }) => findValidation(runs, sought, evidence) ?? [],
      ),
    },
  });
  const conclusion = await conclude(folder);
  showConclusion(conclusion, json);
  const { experiment } = conclusion.found;
  // Nothing was planned: what is on disk does not carry an answer.
  const isPlanned =
    experiment?.kind === 'plan' && experiment.plans.some(({ row }) => row.replicas !== null);
  if (!isPlanned) process.exitCode = 4;
}

function validatePlan(
  evidence: readonly Evidence[],
  { workload, profile, quick, seed, runtime: kind, json = false }: Options,
): Promise<void> {
  return withLab({ runtime: kind, json, conclude }, (context) =>
    validate({
      ...context,
      design: {
        kind: 'validation',
        workload,
        ...validationPaces[quick ? 'quick' : 'full'],
        predictions: evidence.map(predictionOf),
      },
      seed,
      // What was measured as one replica is what is measured again.
      subjects: evidence.map(({ app, unit }) =>
        subjectOf(
          app,
          profile,
          context.runtime.subjectCores,
          unit.workers > 0 ? { workers: unit.workers } : {},
        ),
      ),
    }),
  );
}

const describeMissing = ({ app, workload, profile }: Sought): string =>
  `No complete capacity run of ${app} (workload ${workload}, profile ${profile}) on this machine found a rate that holds: ${typed(['capacity', ...aboutWords([app], workload, profile)])} measures it.`;

/** As every runtime starts PostgreSQL. */
function maxConnections(): number {
  const file = join(rootDir, 'db/postgresql.conf');
  const [, count] = /^max_connections\s*=\s*(\d+)/m.exec(readFileSync(file, 'utf8')) ?? [];
  if (count === undefined) throw new Error(`${file} sets no max_connections`);
  return Number(count);
}

/** A run without trials, about the subjects of its evidence. */
export function recordPlan(
  header: Pick<RunHeader, 'arguments' | 'resultsDir' | 'seed'> & { design: PlanDesign },
): RunFolder {
  const { resultsDir: folderOfRuns, design } = header;
  const found = design.evidence.map(({ app, run: { id } }) => ({
    app,
    run: RunFolder.open(folderOfRuns, id).run,
  }));
  const [first] = found;
  if (first === undefined) throw new RangeError('a plan needs evidence');
  const folder = beginRun({
    ...header,
    kind: 'plan',
    // Where its replicas ran when they were measured, and without tools: it uses none.
    runtime: { facts: first.run.runtime, tools: {} },
    subjects: found.flatMap(({ app, run }) => run.subjects.filter((one) => one.app === app)),
    trials: [],
  });
  folder.update({ status: 'complete', endedAt: new Date().toISOString() });
  return folder;
}
