// `lab scale --app A --by WHAT`: how throughput or capacity grows with what is added.

import { type Command, Option } from 'commander';
import {
  duration,
  generatorsOption,
  type MeasuringOptions,
  numbers,
  profileOption,
  wholeNumber,
  withMeasuringOptions,
} from '../../cli/options';
import { withLab } from '../../cli/with-lab';
import { usageError } from '../../errors';
import { searchPaces, searchSettings } from '../../measure/search/search-settings';
import { type Generators, requireShareable } from '../../measure/sharing';
import { defaultWorkload, sloOf } from '../../measure/workloads';
import {
  type AppName,
  appNames,
  type ProfileName,
  requirePlain,
  requireUsualWorkers,
} from '../../runtime/subject';
import { conclude } from '../conclude';
import { type ScaleBy, scaleByNames } from './design';
import { levelsOf, measureNames, scale, scalePaces, userPaces } from './measure';

type Options = MeasuringOptions & {
  app: AppName;
  by: ScaleBy;
  levels?: number[];
  measure: (typeof measureNames)[number];
  workload: string;
  profile: ProfileName;
  repeats?: number;
  budget?: number;
  generators: Generators;
  quick?: boolean;
};

const mostRepeats = 100;

export function register(program: Command): void {
  withMeasuringOptions(
    program
      .command('scale')
      .description('measure how an app scales, and fit the Universal Scalability Law: 6 minutes')
      .addOption(new Option('--app <app>', 'which app').choices(appNames).makeOptionMandatory())
      .addOption(
        new Option(
          '--by <what>',
          'what is added (replicas and cpus: --runtime compose or kubernetes)',
        )
          .choices(scaleByNames)
          .makeOptionMandatory(),
      )
      .option(
        '--levels <list>',
        'the numbers to measure, such as 1,2,4,8; a fit needs six or more',
        numbers,
      )
      .addOption(
        new Option(
          '--measure <what>',
          'throughput of the closed model, or the rate that holds the SLO',
        )
          .choices(measureNames)
          .default('throughput'),
      )
      .option('--workload <name>', 'mix of requests', defaultWorkload)
      .addOption(profileOption())
      .addOption(
        new Option('--repeats <number>', 'how often to measure each level').argParser((text) =>
          wholeNumber(text, 1, mostRepeats),
        ),
      )
      .option('--budget <time>', 'of the search at each level, with --measure capacity', duration)
      .option('--quick', 'one round of short steps: to see how it works')
      .addOption(generatorsOption()),
  ).action(measure);
}

function measure(options: Options): Promise<void> {
  const { by, workload, quick, json = false, runtime: kind, app, profile, seed } = options;
  sloOf(workload);
  if (options.budget !== undefined && options.measure !== 'capacity') {
    throw usageError('--budget is of a search: give --measure capacity too.');
  }
  const inTurns = by === 'users' ? 'a load whose users come and go in turns' : undefined;
  requireShareable(workload, options.generators, inTurns);
  const levels = levelsOf(by, options.measure, options.levels);
  if (by === 'workers') requireUsualWorkers({ workers: 1 }, kind);
  if (by === 'replicas') requirePlain({ replicas: 2 }, kind);
  if (by === 'cpus') requirePlain({ cpus: 0.5 }, kind);
  const paces = by === 'users' ? userPaces : scalePaces;
  const pace = quick ? paces.quick : paces.full;
  const searchPace = quick ? searchPaces.quick : searchPaces.full;
  const search =
    options.measure === 'capacity' ? searchSettings(workload, searchPace, options.budget) : null;
  const repeats = options.repeats ?? (search ? 1 : pace.repeats);
  const asked = { by, workload, levels, search, app, profile, seed, ...pace, repeats };
  return withLab({ conclude, runtime: kind, json, generators: options.generators }, (context) =>
    scale({ ...context, ...asked }),
  );
}
