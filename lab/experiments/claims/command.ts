// `lab claims [ID...]`: what articles say about the two, judged by what is on disk, after what is missing
// there has been measured.

import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { seedOption } from '../../cli/options';
import { withLab } from '../../cli/with-lab';
import { usageError } from '../../errors';
import { rootDir } from '../../paths';
import { plural } from '../../render/format';
import { renderTable } from '../../render/terminal';
import type { RunFolder } from '../../results/run-folder';
import { conclude } from '../conclude';
import { designOf } from '../index';
import { claims as catalogue } from './catalogue';
import { type ClaimsOptions, ClaimsRun, formatDuration, secondsOf } from './claims-run';
import { claimsFileOf, renderClaimsPage, writeDocuments } from './documents';
import type { Measures } from './needs';
import { formatMinute, formatRevision } from './view';

type Options = ClaimsOptions & { doc?: string; json?: boolean };

/** Called by lab/verbs/claims.ts. */
export function registerClaims(program: Command, measures: Measures): void {
  program
    .command('claims')
    .description(
      'test what articles claim about Express and Django, one by one: 1 hour, 20 minutes with --quick',
    )
    .argument(
      '[claims...]',
      'ids of the catalogue, such as express-faster; all, where none is named',
    )
    .option('--quick', 'short runs for a first look: every figure is indicative')
    .option('--from-disk', 'measure nothing; claims without runs on disk stay undecided')
    .option('--doc <file>', 'also write the page and its data there, and the table of README.md')
    .addOption(seedOption())
    .option('--json', 'print the findings as JSON')
    .action((asked: string[], options: Options) => run(asked, options, measures));
}

async function run(asked: string[], options: Options, measures: Measures): Promise<void> {
  const unknown = asked.find((id) => !catalogue.some((claim) => claim.id === id));
  if (unknown !== undefined) {
    const known = catalogue.map(({ id }) => id).join(', ');
    throw usageError(`No claim is called "${unknown}": there are ${known}.`);
  }
  if (options.doc && !options.doc.endsWith('.md')) {
    throw usageError(`--doc is "${options.doc}": give a file that ends in .md.`);
  }
  const claimsRun = new ClaimsRun(asked, options, measures);
  console.error(renderAgenda(claimsRun, options));
  if (!options.fromDisk) await claimsRun.measureApart();
  const show = (folder: RunFolder) => showClaims(folder, options);
  if (options.fromDisk || !claimsRun.needsStack) return show(claimsRun.record());
  await withLab({ runtime: 'native', conclude, show }, async (context) => {
    await claimsRun.measure(context);
    return claimsRun.record();
  });
}

async function showClaims(folder: RunFolder, { json = false, doc }: Options): Promise<void> {
  const { run: record } = folder;
  const design = designOf(record, 'claims');
  if (design === undefined) throw new Error('not a run of claims');
  const file = claimsFileOf(record, design);
  folder.write('claims.json', file);
  folder.writeText('claims.md', renderClaimsPage(file));
  const { printed, report } = await conclude(folder);
  if (doc !== undefined) {
    const page = resolve(doc);
    const inClone = page.startsWith(`${rootDir}/`);
    writeDocuments(file, page, inClone ? join(rootDir, 'README.md') : undefined);
  }
  process.stdout.write(printed(json));
  console.error(`\nReport: ${report}; claims.md beside it is the same as text.`);
}

/** How long it takes, what will be measured, and what is used as it is. */
function renderAgenda({ runs, lacking }: ClaimsRun, { quick, fromDisk }: Options): string {
  const reused = new Map(runs.map((run) => [run.id, run]));
  const measured = fromDisk ? [] : lacking;
  const total = formatDuration(secondsOf(measured));
  const missing = [
    `To be measured, about ${total} in all${quick ? ', quick and so indicative' : ''}:`,
    renderTable(
      ['about', 'what'],
      measured.map(({ task: { seconds, title } }) => [formatDuration(seconds), title]),
    ),
    'Ctrl-C keeps what is complete; the same command then goes on with the rest.',
  ];
  const onDisk = [
    `On disk already, and used as it is (${plural(reused.size, 'run')}):`,
    renderTable(
      ['measured (UTC)', 'revision', 'run'],
      [...reused.values()].map(({ startedAt, revision, id }) => [
        formatMinute(startedAt),
        formatRevision(revision?.commit),
        id,
      ]),
    ),
  ];
  return [
    ...(measured.length > 0 ? missing : ['Nothing will be measured.']),
    ...(reused.size > 0 ? onDisk : []),
  ].join('\n');
}
