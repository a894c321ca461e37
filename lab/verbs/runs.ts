// The verbs that read runs from disk: `lab list`, `show`, `report` and `deck`. Charts and slides are
// loaded by the last two alone.
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { pricePerHour, printResult, screenOf } from '../cli/options';
import { usageError } from '../errors';
import { conclude, printed, reportedRun } from '../experiments/conclude';
import { deckOf, renderReport } from '../experiments/documents';
import { resultsDir } from '../paths';
import { renderDecompositions } from '../render/decomposition';
import { mostRuns } from '../render/looks';
import type { Screen } from '../render/screen';
import { renderTable } from '../render/terminal';
import { renderValidity } from '../render/validity';
import { answerIn, headlineOf } from '../results/answer';
import { writeFileAtomic } from '../results/atomic';
import { RunFolder } from '../results/run-folder';
import { makeFolder } from '../system-errors';

export function register(program: Command): void {
  program
    .command('list')
    .description('list the runs on disk with what each found, oldest first')
    .option('--json', 'print them as JSON')
    .action((options: { json?: boolean }) => {
      const folders = RunFolder.all(resultsDir);
      const runs = folders.map(({ run }) => run);
      printResult(options, runs, (_, screen) => renderRunList(folders, screen));
    });
  program
    .command('show')
    .description('print a run again from disk; without a name, the latest')
    .argument('[run]', 'run id, or an unambiguous beginning of one')
    .option('--validity', 'every check of every step, with figure, bound and reason')
    .option('--decomposition', 'where the mean time of a request went, step by step')
    .option('--json', 'print the findings as JSON; they hold validity and decomposition too')
    .action((wanted: string | undefined, options: ShowOptions) => {
      const folder = RunFolder.open(resultsDir, wanted);
      process.stdout.write(shown(folder, options));
      const report = join(folder.path, 'report.html');
      if (!options.json && existsSync(report)) console.error(`\nReport: ${report}`);
    });
  program
    .command('report')
    .description('make the report of a run again, or of several side by side')
    .argument('[runs...]', 'run ids, or unambiguous beginnings; without one, the latest')
    .option('--output <file>', 'where to write it, instead of beside the results')
    .action(async (wanted: string[], { output }: { output?: string }) => {
      process.stdout.write(`${await writeReport(openAll(wanted), output)}\n`);
    });
  program
    .command('deck')
    .description('make PowerPoint slides of a run, or of several')
    .argument('[runs...]', 'run ids, or unambiguous beginnings; without one, the latest')
    .option('--talk', 'five slides with one message each, from the latest runs of all kinds')
    .option('--price <amount>', 'with --talk: price of a core, such as 0.05/h', pricePerHour)
    .option('--output <file>', 'where to write it, instead of beside the results')
    .action(async (wanted: string[], options: DeckOptions) => {
      process.stdout.write(`${await writeDeck(wanted, options)}\n`);
    });
}

type DeckOptions = { talk?: boolean; price?: number; output?: string };

/** @returns the file's path */
async function writeDeck(
  wanted: readonly string[],
  { talk = false, price, output }: DeckOptions,
): Promise<string> {
  if (price !== undefined && !talk) {
    throw usageError('--price says what a million requests cost, a slide of --talk: give both.');
  }
  const folders = talk && wanted.length === 0 ? RunFolder.all(resultsDir) : openAll(wanted);
  const beside = talk ? join(resultsDir, 'talk.pptx') : join(folders[0]?.path ?? '', 'deck.pptx');
  const file = output ? resolve(output) : beside;
  if (!output) makeFolder(dirname(file));
  const { printDeck } = await import('../render/slides/print.ts');
  const slides = talk
    ? (await import('./talk.ts')).talkOf(folders, price)
    : await deckOf(folders.map(reportedRun));
  writeFileAtomic(file, await printDeck(slides));
  return file;
}

/** Without a name, the latest. */
const openAll = (wanted: readonly string[]): RunFolder[] =>
  (wanted.length > 0 ? wanted : [undefined]).map((id) => RunFolder.open(resultsDir, id));

function renderRunList(folders: readonly RunFolder[], screen: Screen): string {
  if (folders.length === 0) return 'No runs yet: `npm start` makes the first.\n';
  const rows = folders.map(({ path, run }) => [
    run.id,
    run.status,
    headlineOf(answerIn(path)),
    run.arguments.join(' '),
    run.runtime.kind,
  ]);
  const header = ['run', 'status', 'what it found', 'arguments', 'runtime'];
  const options = { words: [0, 1, 2, 3, 4], drops: { 3: 1, 4: 2 }, screen };
  return `${renderTable(header, rows, options)}\n`;
}

type ShowOptions = { validity?: boolean; decomposition?: boolean; json?: boolean };

function shown(folder: RunFolder, { validity, decomposition, json = false }: ShowOptions): string {
  const reported = reportedRun(folder);
  if (json || !(validity || decomposition)) return printed(reported, json);
  const screen = screenOf(process.stdout);
  return [
    validity && renderValidity(reported, screen),
    decomposition && renderDecompositions(reported, screen),
  ]
    .filter(Boolean)
    .join('\n');
}

/** @returns the file's path */
async function writeReport(folders: readonly RunFolder[], output?: string): Promise<string> {
  if (folders.length > mostRuns) {
    throw usageError(`${folders.length} runs do not fit side by side: give at most ${mostRuns}.`);
  }
  const [only, another] = folders;
  // With analysis.json: the two say the same, also where the analysis has changed since.
  if (only && !another && !output) return (await conclude(only)).report;
  const file = output ? resolve(output) : fileOf(folders);
  writeFileAtomic(file, await renderReport(folders.map(reportedRun)));
  return file;
}

/** Ids end in what tells two starts within a second apart. */
function fileOf(folders: readonly RunFolder[]): string {
  const [first, ...others] = folders.map(({ run }) => run.id);
  const endings = others.map((id) => id.split('-').at(-1));
  return join(resultsDir, `${first}-beside-${endings.join('-')}.html`);
}
