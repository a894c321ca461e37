// `lab show [RUN]`: prints a run again, from disk alone.
import type { Command } from 'commander';
import { resultsDir } from '../paths';
import { RunFolder } from '../store/run-folder';
import { print } from './print';

export function register(program: Command): void {
  program
    .command('show')
    .description('print a run again from disk; without a name, the latest')
    .argument('[run]', 'run id, or an unambiguous beginning of one')
    .option('--json', 'print the findings as JSON')
    .action((wanted: string | undefined, options: { json?: boolean }) => {
      print(RunFolder.open(resultsDir, wanted), options.json ?? false);
    });
}
