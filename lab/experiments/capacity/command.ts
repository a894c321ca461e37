// `lab capacity --app A [B]`: the highest rate that holds the SLO.

import { type Command, Option } from 'commander';
import {
  duration,
  generatorsOption,
  type MeasuringOptions,
  profileOption,
  wholeNumber,
  withMeasuringOptions,
  workersOption,
} from '../../cli/options';
import { withLab } from '../../cli/with-lab';
import { usageError } from '../../errors';
import { searchPaces, searchSettings } from '../../measure/search/search-settings';
import { type Generators, requireShareable } from '../../measure/sharing';
import { defaultWorkload } from '../../measure/workloads';
import { resultsDir } from '../../paths';
import { RunFolder } from '../../results/run-folder';
import {
  type AppName,
  appNames,
  type ProfileName,
  requireUsualWorkers,
} from '../../runtime/subject';
import { conclude } from '../conclude';
import { capacity, resumableDesign, resumeCapacity } from './measure';

type Options = MeasuringOptions & {
  app?: AppName[];
  workload: string;
  profile: ProfileName;
  workers?: number;
  budget?: number;
  runs: number;
  resume?: string;
  generators: Generators;
  quick?: boolean;
};

/** A night of searches; more is a typing error. */
const mostRuns = 100;

export function register(program: Command): void {
  withMeasuringOptions(
    program
      .command('capacity')
      .description(
        'search for the highest rate that holds the SLO (MLRsearch, RFC 9971): up to 10 minutes',
      )
      .addOption(
        new Option('--app <app...>', 'which app; two are searched in alternating trials').choices(
          appNames,
        ),
      )
      .option('--workload <name>', 'mix of requests', defaultWorkload)
      .addOption(profileOption())
      .addOption(workersOption())
      .option(
        '--budget <time>',
        'time for each search, such as 4m (shorter trials) or 10m (the default; 60s with --quick)',
        duration,
      )
      .addOption(
        new Option('--runs <number>', 'whole searches, each on a fresh process, for an interval')
          .argParser((text) => wholeNumber(text, 1, mostRuns))
          .default(1),
      )
      .addOption(
        new Option('--resume <run>', 'continue an interrupted search with its own settings')
          .conflicts(['app', 'workload', 'profile', 'workers', 'budget', 'runs', 'runtime'])
          .conflicts(['quick', 'seed', 'generators']),
      )
      .option('--quick', 'short trials and wide bounds: to see how it works')
      .addOption(generatorsOption()),
  ).action(run);
}

/** By the command line of an earlier run, of however many k6 its last trial was. */
export function generatorsAsked(words: readonly string[]): Generators {
  const [, text = '1'] = /^(?:.* )?--generators[ =](\S+)/.exec(words.join(' ')) ?? [];
  return text === 'auto' ? text : Number(text);
}

async function run(options: Options): Promise<void> {
  const { app: apps, resume, quick, json = false, workload, budget, ...rest } = options;
  if (resume !== undefined) {
    const folder = RunFolder.open(resultsDir, resume);
    resumableDesign(folder);
    // As it was asked: another number would be another limit.
    const generators = generatorsAsked(folder.run.arguments);
    return withLab({ conclude, runtime: folder.run.runtime.kind, json, generators }, (context) =>
      resumeCapacity(folder, context),
    );
  }
  if (apps === undefined) {
    throw usageError(`Name an app with --app (${appNames.join(' or ')}), or a run with --resume.`);
  }
  requireUsualWorkers(options, options.runtime);
  requireShareable(workload, options.generators);
  const settings = searchSettings(workload, quick ? searchPaces.quick : searchPaces.full, budget);
  return withLab(
    { conclude, runtime: options.runtime, json, generators: options.generators },
    (context) =>
      capacity({
        ...{ ...context, ...rest, runtime: context.runtime },
        ...{ apps: [...new Set(apps)], workload, settings },
      }),
  );
}
