// `lab claims [ID...]`: what articles say about the two, judged by what is on disk and what is missing
// there.
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { seedOption } from '../../cli/options';
import { withLab } from '../../cli/with-lab';
import { usageError } from '../../errors';
import { rootDir } from '../../paths';
import type { RunFolder } from '../../results/run-folder';
import { conclude } from '../conclude';
import { designOf } from '../index';
import { claims as catalogue } from './catalogue';
import { claimsFileOf, writeDocuments } from './claims-file';
import { Inquiry } from './inquiry';
import { renderClaimsPage } from './markdown';
import { renderPlan } from './plan-text';

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
  const inquiry = new Inquiry(asked, options);
  console.error(renderPlan(inquiry.plan()));
  if (!options.fromDisk) await inquiry.measureApart();
  const show = (folder: RunFolder) => showClaims(folder, options);
  if (options.fromDisk || !inquiry.needsStack) return show(inquiry.record());
  await withLab({ runtime: 'native', conclude, show }, async (context) => {
    await inquiry.measure(context);
    return inquiry.record();
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
