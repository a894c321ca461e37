// `lab run SCENARIO --app A`: one scenario against one subject.
import { type Command, Option } from 'commander';
import { paces } from '../experiment/plans';
import { knownScenario, runOne, scenarioNames } from '../experiment/run-one';
import { resultsDir } from '../paths';
import {
  type AppName,
  appNames,
  mostReplicas,
  type ProfileName,
  profileNames,
  requirePlain,
} from '../runtime/subject';
import { type Exporting, startExporter } from './exporting';
import { finish, writeFindings } from './finish';
import { abortOnSignals } from './interrupt';
import { openLivePage, withLivePage } from './live';
import { seedOption, wholeNumber } from './options';
import { progressOn } from './progress';
import { openRuntime, type RuntimeName, runtimeOption } from './runtime';

type Options = {
  app: AppName;
  workload: string;
  profile: ProfileName;
  workers?: number;
  replicas?: number;
  runtime: RuntimeName;
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
    .option('--workload <name>', 'mix of requests', 'micro')
    .addOption(
      new Option('--profile <name>', 'configuration').choices(profileNames).default('default'),
    )
    .addOption(
      new Option('--workers <number>', 'worker processes, instead of the profile’s').argParser(
        (text) => wholeNumber(text, 1, 64),
      ),
    )
    .addOption(
      new Option('--replicas <number>', 'containers of the app (--runtime compose)').argParser(
        (text) => wholeNumber(text, 1, mostReplicas),
      ),
    )
    .option('--quick', 'shorter steps and fewer of them')
    .addOption(runtimeOption())
    .addOption(seedOption())
    .option('--json', 'print the findings as JSON')
    .action(async (scenario: string, options: Options) => {
      const signal = abortOnSignals();
      const { quick, json, runtime: kind, ...rest } = options;
      const known = knownScenario(scenario, options.workload);
      const request = { ...rest, scenario: known, pace: quick ? paces.quick : paces.full };
      if (kind !== 'compose') requirePlain(options, kind);
      await using page = await openLivePage(kind);
      const runtime = await openRuntime(kind, signal);
      page.watch(runtime.prometheusUrl);
      const progress = progressOn(process.stderr, runtime.prometheusUrl);
      let exporting: Exporting | undefined;
      try {
        exporting = await startExporter(runtime.statisticsUrl, runtime);
        const folder = await runOne({
          ...request,
          runtime,
          resultsDir,
          arguments: process.argv.slice(2),
          signal,
          events: exporting.withPhases(withLivePage(page, { ...progress, onEnd: writeFindings })),
        });
        progress.stop();
        finish(folder, json ?? false);
      } finally {
        progress.stop();
        await exporting?.close();
        await runtime.close();
      }
    });
}
