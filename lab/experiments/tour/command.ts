// `lab tour` (npm start): both apps checked and pushed, by rate and by users.
import type { Command } from 'commander';
import { type RuntimeName, runtimeOption, seedOption } from '../../cli/options';
import { withLab } from '../../cli/with-lab';
import { paces } from '../../measure/plans';
import { conclude } from '../conclude';
import { tour } from './measure';

type Options = {
  quick?: boolean;
  runtime: RuntimeName;
  seed: number;
  stay?: boolean;
  json?: boolean;
};

export function register(program: Command): void {
  program
    .command('tour')
    .description('check both apps, then push each by rate and by users (npm start)')
    .option('--quick', 'shorter steps and fewer of them: at most 75 s')
    .addOption(runtimeOption())
    .addOption(seedOption())
    .option('--stay', 'stay up afterwards where there is no terminal, too')
    .option('--json', 'print the findings as JSON')
    .action(({ quick, seed, stay = false, ...options }: Options) =>
      withLab({ conclude, ...options, stay: stay || process.stdout.isTTY }, (context) =>
        tour({ ...context, pace: quick ? paces.quick : paces.full, seed }),
      ),
    );
}
