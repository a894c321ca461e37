// `lab bench NAME` (npm run bench -- NAME): the measurements and tables of bench/, in full.
import { Argument, type Command } from 'commander';

type Bench = { run(args: readonly string[]): void | Promise<void> };

const benches: Record<string, () => Bench> = {
  capacity: () => require('../../bench/capacity'),
  scaling: () => require('../../bench/scaling'),
  planning: () => require('../../bench/planning'),
  search: () => require('../../bench/search'),
  comparison: () => require('../../bench/comparison'),
  turns: () => require('../../bench/turns'),
  'turns-coverage': () => require('../../bench/turns-coverage'),
  nightly: () => require('../../bench/nightly'),
  nights: () => require('../../bench/nights'),
  usl: () => require('../../bench/usl'),
  changes: () => require('../../bench/changes'),
  inputs: () => require('../../bench/inputs'),
  micro: () => require('../../bench/micro'),
  instrumentation: () => require('../../bench/instrumentation'),
  generator: () => require('../../bench/generator'),
  effort: () => require('../../bench/effort'),
  pictures: () => require('../../bench/pictures'),
};

export function register(program: Command): void {
  program
    .command('bench')
    .description('make a table of bench/ in full; scale 0.1 makes a tenth of it')
    .addArgument(new Argument('<name>', 'which').choices(Object.keys(benches)))
    .argument('[args...]', 'for the bench itself')
    .allowUnknownOption()
    .action((name: string, args: string[]) => benches[name]?.().run(args));
}
