// `lab list`: the runs on disk.
import type { Command } from 'commander';
import { resultsDir } from '../paths';
import { renderTable } from '../render/table';
import { listRunIds, RunFolder } from '../results/run-folder';
import type { RunRecord } from '../results/schemas';

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

function renderRunList(runs: readonly RunRecord[]): string {
  if (runs.length === 0) return 'No runs yet: `npm start` makes the first.\n';
  const rows = runs.map((run) => [
    run.id,
    run.status,
    `${run.trials.filter(({ state }) => state === 'done').length}/${run.trials.length}`,
    run.runtime.kind,
    run.arguments.join(' '),
  ]);
  return `${renderTable(['run', 'status', 'trials', 'runtime', 'arguments'], rows)}\n`;
}
