// claims.json of a run, and the documents made from it: the Markdown page that the repository keeps and
// the short table of its README.

import { existsSync, readFileSync } from 'node:fs';
import { usageError } from '../../errors';
import { type Block, cellText, isOn, shownOn, type Table } from '../../render/view';
import { writeFileAtomic } from '../../results/atomic';
import { writeJson } from '../../results/run-folder';
import type { RunRecord } from '../../results/schemas';
import { analyseClaims, type ClaimsResult } from './analyse';
import type { ClaimsDesign, ClaimsFile } from './design';
import { claimsTable, claimsView, formatMinute, formatRevision } from './view';

export function claimsFileOf(run: RunRecord, design: ClaimsDesign): ClaimsFile {
  const { asked, evidence, missing } = design;
  const { judged } = analyseClaims(design);
  return {
    schemaVersion: 1,
    run: run.id,
    startedAt: run.startedAt,
    arguments: run.arguments,
    commit: run.revision?.commit ?? null,
    host: run.host,
    postgres: run.runtime.postgres,
    caveats: run.runtime.caveats,
    asked,
    evidence,
    missing,
    verdicts: Object.fromEntries(judged.map(({ id, verdict }) => [id, verdict])),
  };
}

/** What the articles are read for; docs/claims.md has the rest. */
const claimsOfReadme = ['express-faster', 'django-less-scalable', 'batteries-cost'];

/** Where the README has the short table. */
export const markers = { begin: '<!-- claims -->', end: '<!-- /claims -->' };

/** The page, its data beside it, and the README's table where one is named. */
export function writeDocuments(file: ClaimsFile, page: string, readme?: string): void {
  writeJson(page.replace(/\.md$/, '.json'), file);
  writeFileAtomic(page, renderClaimsPage(file));
  if (readme === undefined || !existsSync(readme)) return;
  writeFileAtomic(readme, withTable(readFileSync(readme, 'utf8'), file, readme));
}

/** @throws usageError where the markers are not there */
export function withTable(text: string, file: ClaimsFile, name: string): string {
  const [before, after] = [text.indexOf(markers.begin), text.indexOf(markers.end)];
  if (before < 0 || after < before) {
    throw usageError(
      `${name} has no place for the claims: put ${markers.begin} and ${markers.end} where the table belongs.`,
    );
  }
  const head = text.slice(0, before + markers.begin.length);
  const { judged } = resultOf(file);
  const few = judged.filter(({ id }) => claimsOfReadme.includes(id));
  const about = `Measured on ${machineOf(file)}, ${file.startedAt.slice(0, 10)}. [docs/claims.md](docs/claims.md) has all ${judged.length} claims, with each question, threshold and run.`;
  return `${head}\n${renderTable(claimsTable(few))}\n\n${about}\n${text.slice(after)}`;
}

const whatItIs =
  'What articles say about Express and Django, each put to a test on one machine. Made by the command below; `lab claims` makes it on yours. How a figure comes about: [method.md](method.md). A claim that was left undecided says how many blocks (of a comparison in turns) or repeats (of scaling) would have an even chance to decide it, where that is affordable: `lab compare --runs` and `lab scale --repeats` measure them, and the next `lab claims` uses that run.';

export function renderClaimsPage(file: ClaimsFile): string {
  const result = resultOf(file);
  const [claims, ...rest] = claimsView(result).map(({ title, blocks }) => ({
    title: `## ${title}`,
    blocks: blocks.filter((block) => isOn('page', block)).map(renderBlock),
  }));
  return `${[
    '# The claims, tested',
    whatItIs,
    aboutMachine(file),
    ...(claims?.blocks ?? []),
    ...rest.flatMap(({ title, blocks }) => [title, ...blocks]),
    ...(result.warnings.length > 0 ? ['## Doubts', renderList(result.warnings.map(escaped))] : []),
  ].join('\n\n')}\n`;
}

const resultOf = ({ asked, evidence, missing }: ClaimsFile): ClaimsResult =>
  analyseClaims({ kind: 'claims', asked, evidence, missing });

const machineOf = ({ host }: ClaimsFile): string =>
  `${host.cores} cores of ${host.cpuModel}, ${Math.round(host.memoryBytes / 2 ** 30)} GiB`;

const aboutMachine = (file: ClaimsFile): string =>
  renderList([
    `Machine: ${machineOf(file)}, Linux ${file.host.kernel}, fingerprint ${file.host.fingerprint}`,
    `PostgreSQL: ${file.postgres}`,
    `Date: ${formatMinute(file.startedAt)} UTC, revision ${formatRevision(file.commit)}`,
    `Command: \`npm run lab -- ${file.arguments.join(' ')}\`, which takes ${file.arguments.includes('--quick') ? '20 minutes' : '1 hour'} where nothing was measured before`,
    ...file.caveats.map((caveat) => `Here: ${escaped(caveat)}`),
  ]);

/** A block of the page as Markdown. */
function renderBlock(block: Block): string {
  if (block.kind === 'table') return renderTable(block);
  if (block.kind === 'heading') return `### ${block.text}`;
  if (block.kind !== 'note') throw new TypeError(`docs/claims.md has no place for ${block.kind}`);
  return [block.text].flat().map(escaped).join('\n\n');
}

/** A remark follows the last cell of its row; a verdict stands out. */
function renderTable(table: Table): string {
  const { columns, rows } = shownOn('page', table);
  const titles = columns.map(({ title }) => title);
  const cells = rows.map(({ cells: [...row], remark }) => {
    if (remark !== undefined) row.push(`${row.pop()}: ${remark}`);
    return row
      .map(cellText)
      .map(escaped)
      .map((cell, at) => (titles[at] === 'Verdict' ? `**${cell}**` : cell));
  });
  return [titles, titles.map(() => '---'), ...cells]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
}

const renderList = (lines: readonly string[]): string =>
  lines.map((line) => `- ${line}`).join('\n');

/** A bar ends a cell, a tag would be one. */
const escaped = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
