// `lab run SCENARIO --app A`: one scenario against one subject.
import { type Command, Option } from 'commander';
import {
  generatorsOption,
  type RuntimeName,
  runtimeOption,
  seedOption,
  wholeNumber,
} from '../../cli/options';
import { withLab } from '../../cli/with-lab';
import { paces, sloOf } from '../../measure/plans';
import { type Generators, requireShareable } from '../../measure/sharing';
import {
  type AppName,
  appNames,
  mostReplicas,
  mostWorkers,
  type ProfileName,
  profileNames,
  requirePlain,
} from '../../runtime/subject';
import { conclude } from '../conclude';
import { knownScenario, runOne, scenarioNames, usualWorkload } from './measure';

type Options = {
  app: AppName;
  workload?: string;
  profile: ProfileName;
  workers?: number;
  replicas?: number;
  runtime: RuntimeName;
  generators: Generators;
  quick?: boolean;
  seed: number;
  json?: boolean;
};

export function register(program: Command): void {
  program
    .command('run')
    .description('run one scenario against one app')
    .argument('<scenario>', scenarioNames.join(', '))
    .addOption(new Option('--app <app>', 'which app').choices(appNames).makeOptionMandatory())
    .option('--workload <name>', 'mix of requests; micro, or mixed for the shop’s scenarios')
    .addOption(
      new Option('--profile <name>', 'configuration').choices(profileNames).default('default'),
    )
    .addOption(
      new Option('--workers <number>', 'worker processes, instead of the profile’s').argParser(
        (text) => wholeNumber(text, 1, mostWorkers),
      ),
    )
    .addOption(
      new Option(
        '--replicas <number>',
        'containers of the app (--runtime compose or kubernetes)',
      ).argParser((text) => wholeNumber(text, 1, mostReplicas)),
    )
    .option('--quick', 'shorter steps and fewer of them')
    .addOption(runtimeOption())
    .addOption(generatorsOption())
    .addOption(seedOption())
    .option('--json', 'print the findings as JSON')
    .action((scenario: string, options: Options) => {
      const { quick, json = false, runtime: kind, ...rest } = options;
      const known = knownScenario(scenario);
      const workload = options.workload ?? usualWorkload(known, options.app);
      sloOf(workload);
      const smoke = scenario === 'smoke' ? 'a smoke test' : undefined;
      requireShareable(workload, options.generators, smoke);
      const request = {
        ...rest,
        scenario: known,
        workload,
        pace: quick ? paces.quick : paces.full,
      };
      requirePlain(options, kind);
      return withLab({ conclude, runtime: kind, json, generators: options.generators }, (context) =>
        runOne({ ...context, ...request }),
      );
    });
}
