// `lab bench NAME` (npm run bench -- NAME): the measurements and tables of bench/, in full.
import { Argument, type Command } from 'commander';

type Bench = { run(args: readonly string[]): void | Promise<void> };

/** Loaded when called. */
export const benches: Record<string, () => Promise<Bench>> = {
  capacity: () => import('../../bench/capacity.ts'),
  scaling: () => import('../../bench/scaling.ts'),
  planning: () => import('../../bench/planning.ts'),
  search: () => import('../../bench/search.ts'),
  comparison: () => import('../../bench/comparison.ts'),
  turns: () => import('../../bench/turns.ts'),
  'turns-coverage': () => import('../../bench/turns-coverage.ts'),
  nightly: () => import('../../bench/nightly.ts'),
  nights: () => import('../../bench/nights.ts'),
  usl: () => import('../../bench/usl.ts'),
  changes: () => import('../../bench/changes.ts'),
  inputs: () => import('../../bench/inputs.ts'),
  micro: () => import('../../bench/micro.ts'),
  instrumentation: () => import('../../bench/instrumentation.ts'),
  generator: () => import('../../bench/generator.ts'),
  effort: () => import('../../bench/effort.ts'),
  pictures: () => import('../../bench/pictures.ts'),
};

export function register(program: Command): void {
  program
    .command('bench')
    .description('make a table of bench/ in full; scale 0.1 makes a tenth of it')
    .addArgument(new Argument('<name>', 'which').choices(Object.keys(benches)))
    .argument('[args...]', 'for the bench itself')
    .allowUnknownOption()
    .action(async (name: string, args: string[]) => (await benches[name]?.())?.run(args));
}
