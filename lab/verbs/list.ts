// `lab list`: the runs on disk.
import type { Command } from 'commander';
import { resultsDir } from '../paths';
import { listRunIds, RunFolder } from '../results/run-folder';
import { renderRunList } from './run-list';

export function register(program: Command): void {
  program
    .command('list')
    .description('list the runs on disk, oldest first')
    .option('--json', 'print them as JSON')
    .action((options: { json?: boolean }) => {
      const runs = listRunIds(resultsDir).map((id) => RunFolder.open(resultsDir, id).run);
      process.stdout.write(
        options.json ? `${JSON.stringify(runs, null, 2)}\n` : renderRunList(runs),
      );
    });
}
