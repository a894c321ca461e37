// `lab deck RUN...`: a PowerPoint file of one run, or of several.
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { reportedRun } from '../experiments/conclude';
import { deckOf } from '../experiments/documents';
import { resultsDir } from '../paths';
import { printDeck } from '../render/slides/print';
import { writeFileAtomic } from '../results/atomic';
import { RunFolder } from '../results/run-folder';

export function register(program: Command): void {
  program
    .command('deck')
    .description('make PowerPoint slides of a run, or of several')
    .argument('[runs...]', 'run ids, or unambiguous beginnings; without one, the latest')
    .option('--output <file>', 'where to write it, instead of beside the results')
    .action(async (wanted: string[], options: { output?: string }) => {
      const ids = wanted.length > 0 ? wanted : [undefined];
      const folders = ids.map((id) => RunFolder.open(resultsDir, id));
      const slides = await deckOf(folders.map(reportedRun));
      const file = options.output
        ? resolve(options.output)
        : join(folders[0]?.path ?? resultsDir, 'deck.pptx');
      writeFileAtomic(file, await printDeck(slides));
      process.stdout.write(`${file}\n`);
    });
}
