// `lab show [RUN]`: prints a run again, from disk alone.
import type { Command } from 'commander';
import { printed, reportedRun } from '../experiments/conclude';
import { resultsDir } from '../paths';
import { renderDecompositions } from '../render/decomposition';
import { renderValidity } from '../render/validity';
import { RunFolder } from '../results/run-folder';

type Options = { validity?: boolean; decomposition?: boolean; json?: boolean };

export function register(program: Command): void {
  program
    .command('show')
    .description('print a run again from disk; without a name, the latest')
    .argument('[run]', 'run id, or an unambiguous beginning of one')
    .option('--validity', 'every check of every step, with figure, bound and reason')
    .option('--decomposition', 'where the mean time of a request went, step by step')
    .option('--json', 'print the findings as JSON; they hold validity and decomposition too')
    .action((wanted: string | undefined, { validity, decomposition, json = false }: Options) => {
      const reported = reportedRun(RunFolder.open(resultsDir, wanted));
      if (json || !(validity || decomposition)) {
        process.stdout.write(printed(reported, json));
        return;
      }
      if (validity) process.stdout.write(renderValidity(reported));
      if (validity && decomposition) process.stdout.write('\n');
      if (decomposition) process.stdout.write(renderDecompositions(reported));
    });
}
