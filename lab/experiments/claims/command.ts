// `lab claims [ID...]`: what articles say about the two, judged by what is on disk and what is missing
// there.

import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { writeFindings } from '../../cli/finish';
import { seedOption } from '../../cli/options';
import { print } from '../../cli/print';
import { conducting } from '../../cli/with-lab';
import { usageError } from '../../errors';
import { rootDir } from '../../paths';
import type { RunFolder } from '../../results/run-folder';
import { designOf } from '../index';
import { claims as catalogue } from './catalogue';
import { ClaimsRun } from './claims-run';
import { claimsFileOf, renderClaimsPage, writeDocuments } from './documents';
import { renderAgenda } from './needs';

type Options = {
  quick?: boolean;
  fromDisk?: boolean;
  doc?: string;
  seed: number;
  json?: boolean;
};

export function register(program: Command): void {
  program
    .command('claims')
    .description('test what articles claim about Express and Django, one by one')
    .argument(
      '[claims...]',
      'ids of the catalogue, such as express-faster; all, where none is named',
    )
    .option('--quick', 'short runs, so that every figure is indicative: to see it work')
    .option('--from-disk', 'measure nothing: what is not on disk is not enough evidence')
    .option('--doc <file>', 'also write the page and its data there, and the table of README.md')
    .addOption(seedOption())
    .option('--json', 'print the findings as JSON')
    .action(run);
}

async function run(asked: string[], options: Options): Promise<void> {
  const unknown = asked.find((id) => !catalogue.some((claim) => claim.id === id));
  if (unknown !== undefined) {
    const known = catalogue.map(({ id }) => id).join(', ');
    throw usageError(`No claim is called "${unknown}": there are ${known}.`);
  }
  if (options.doc && !options.doc.endsWith('.md')) {
    throw usageError(`--doc is "${options.doc}": give a file that ends in .md.`);
  }
  const claimsRun = new ClaimsRun(asked, options);
  console.error(renderAgenda(claimsRun.plan()));
  if (!options.fromDisk) await claimsRun.measureApart();
  if (options.fromDisk || !claimsRun.needsStack) {
    return conclude(claimsRun.record(), options);
  }
  await conducting(
    { runtime: 'native', json: options.json ?? false },
    async (setting) => {
      await claimsRun.measure(setting);
      return claimsRun.record();
    },
    (folder) => conclude(folder, options),
  );
}

async function conclude(folder: RunFolder, { json = false, doc }: Options): Promise<void> {
  const { run: record } = folder;
  const design = designOf(record, 'claims');
  if (design === undefined) throw new Error('not a run of claims');
  const file = claimsFileOf(record, design);
  folder.write('claims.json', file);
  folder.writeText('claims.md', renderClaimsPage(file));
  await writeFindings(folder);
  if (doc !== undefined) {
    const page = resolve(doc);
    const inClone = page.startsWith(`${rootDir}/`);
    writeDocuments(file, page, inClone ? join(rootDir, 'README.md') : undefined);
  }
  print(folder, json);
  console.error(`\nReport: ${folder.path}/report.html; claims.md beside it is the same as text.`);
}
