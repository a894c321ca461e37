// `lab run SCENARIO --app A`: one scenario against one subject.
import { type Command, Option } from 'commander';
import {
  generatorsOption,
  type MeasuringOptions,
  profileOption,
  wholeNumber,
  withMeasuringOptions,
  workersOption,
} from '../../cli/options';
import { withLab } from '../../cli/with-lab';
import { paces } from '../../measure/plans';
import { type Generators, requireShareable } from '../../measure/sharing';
import { sloOf } from '../../measure/workloads';
import {
  type AppName,
  appNames,
  mostReplicas,
  type ProfileName,
  requirePlain,
  requireUsualWorkers,
} from '../../runtime/subject';
import { conclude } from '../conclude';
import { knownScenario, runOne, scenarioNames, usualWorkload } from './measure';

type Options = MeasuringOptions & {
  app: AppName;
  workload?: string;
  profile: ProfileName;
  workers?: number;
  replicas?: number;
  generators: Generators;
  quick?: boolean;
};

export function register(program: Command): void {
  withMeasuringOptions(
    program
      .command('run')
      .description('run one scenario against one app: 1 minute, a soak longer')
      .argument('<scenario>', scenarioNames.join(', '))
      .addOption(new Option('--app <app>', 'which app').choices(appNames).makeOptionMandatory())
      .option('--workload <name>', 'mix of requests; micro, or mixed for the shop’s scenarios')
      .addOption(profileOption())
      .addOption(workersOption())
      .addOption(
        new Option(
          '--replicas <number>',
          'containers of the app (--runtime compose or kubernetes)',
        ).argParser((text) => wholeNumber(text, 1, mostReplicas)),
      )
      .option('--quick', 'shorter steps and fewer of them')
      .addOption(generatorsOption()),
  ).action((scenario: string, options: Options) => {
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
    requireUsualWorkers(options, kind);
    return withLab({ conclude, runtime: kind, json, generators: options.generators }, (context) =>
      runOne({ ...context, ...request }),
    );
  });
}
