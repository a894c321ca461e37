// `lab report [RUN...]`: makes report.html again, or one of several runs side by side.
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { usageError } from '../errors';
import { conclude, reportedRun } from '../experiments/conclude';
import { renderReport } from '../experiments/documents';
import { resultsDir } from '../paths';
import { mostRuns } from '../render/looks';
import { writeFileAtomic } from '../results/atomic';
import { RunFolder } from '../results/run-folder';

export function register(program: Command): void {
  program
    .command('report')
    .description('make the report of a run again, or of several side by side')
    .argument('[runs...]', 'run ids, or unambiguous beginnings; without one, the latest')
    .option('--output <file>', 'where to write it, instead of beside the results')
    .action(async (wanted: string[], options: { output?: string }) => {
      if (wanted.length > mostRuns) {
        throw usageError(
          `${wanted.length} runs do not fit side by side: give ${mostRuns} at the most.`,
        );
      }
      const folders =
        wanted.length === 0
          ? [RunFolder.open(resultsDir)]
          : wanted.map((id) => RunFolder.open(resultsDir, id));
      const [only, another] = folders;
      if (only && !another && !options.output) {
        // With analysis.json: the two say the same, also where the analysis has changed since.
        const { report } = await conclude(only);
        process.stdout.write(`${report}\n`);
        return;
      }
      const file = options.output ? resolve(options.output) : fileOf(folders);
      writeFileAtomic(file, await renderReport(folders.map(reportedRun)));
      process.stdout.write(`${file}\n`);
    });
}

/** Ids end in what tells two starts within a second apart. */
function fileOf(folders: readonly RunFolder[]): string {
  const [first, ...others] = folders.map(({ run }) => run.id);
  const endings = others.map((id) => id.split('-').at(-1));
  return join(resultsDir, `${first}-beside-${endings.join('-')}.html`);
}
