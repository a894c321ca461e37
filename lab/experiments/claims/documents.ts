// claims.json of a run, and the documents made from it: the Markdown page that the repository keeps and
// the short table of its README.

import { existsSync, readFileSync } from 'node:fs';
import { usageError } from '../../errors';
import { writeFileAtomic } from '../../results/atomic';
import { writeJson } from '../../results/run-folder';
import type { RunRecord } from '../../results/schemas';
import {
  analyseClaims,
  type ClaimsResult,
  capital,
  formatBound,
  formatFigure,
  formatNumber,
  type JudgedClaim,
} from './analyse';
import type { ClaimsDesign, ClaimsFile } from './design';
import { describeReason, describeVerdict } from './text';

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

/** Where the README has the short table. */
export const markers = { begin: '<!-- claims -->', end: '<!-- /claims -->' };

/** The page, its data beside it, and the README's table where one is named. */
export function writeDocuments(file: ClaimsFile, page: string, readme?: string): void {
  if (!page.endsWith('.md')) throw usageError(`--doc is "${page}": give a file that ends in .md.`);
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
  return `${head}\n${renderReadmeTable(file)}\n${text.slice(after)}`;
}

export function renderClaimsPage(file: ClaimsFile): string {
  const result = resultOf(file);
  return `${[
    '# The claims, tested',
    'What articles say about Express and Django, each put to a test on one machine. Made by the command below; `lab claims` makes it on yours. How a figure comes about: [method.md](method.md).',
    aboutMachine(file),
    shortTable(result.judged),
    '## Claim by claim',
    ...result.judged.map(claimText),
    '## The runs',
    sourcesTable(result),
    ...(result.warnings.length > 0
      ? ['## Doubts', result.warnings.map((text) => `- ${escaped(text)}`).join('\n')]
      : []),
  ].join('\n\n')}\n`;
}

/** Between the README's markers. */
export const renderReadmeTable = (file: ClaimsFile): string =>
  `${shortTable(resultOf(file).judged)}\n\nAs measured on ${machineOf(file)}, ${file.startedAt.slice(0, 10)}; [docs/claims.md](docs/claims.md) has each question, bound and run.`;

const resultOf = ({ asked, evidence, missing }: ClaimsFile): ClaimsResult =>
  analyseClaims({ kind: 'claims', asked, evidence, missing });

const machineOf = ({ host }: ClaimsFile): string =>
  `${host.cores} cores of ${host.cpuModel}, ${Math.round(host.memoryBytes / 2 ** 30)} GiB`;

function aboutMachine(file: ClaimsFile): string {
  const lines = [
    `Machine: ${machineOf(file)}, Linux ${file.host.kernel}, fingerprint ${file.host.fingerprint}`,
    `PostgreSQL: ${file.postgres}`,
    `Date: ${file.startedAt.slice(0, 16).replace('T', ' ')} UTC, revision ${file.commit?.slice(0, 12) ?? 'unknown'}`,
    `Command: \`npm run lab -- ${file.arguments.join(' ')}\`, which takes about 80 minutes where nothing was measured before`,
    ...file.caveats.map((caveat) => `Here: ${escaped(caveat)}`),
  ];
  return lines.map((line) => `- ${line}`).join('\n');
}

const shortTable = (judged: readonly JudgedClaim[]): string =>
  tableOf(
    ['Claim', 'Verdict', 'The number behind it'],
    judged.map((one) => [one.claim, `**${describeVerdict(one)}**`, formatNumber(one)]),
  );

function claimText(one: JudgedClaim): string {
  const why = describeReason(one);
  const parts = [
    `### ${one.claim}`,
    `${one.question} **${capital(describeVerdict(one))}.**${why === null ? '' : ` ${escaped(why)}`}`,
  ];
  if (one.metric === null) return parts.join('\n\n');
  const rows = one.tests.map((test) => [
    test.measured === null ? `${test.figure} of ${test.experiment}` : formatFigure(test.measured),
    formatBound(test),
    test.why === null ? test.outcome : `${test.outcome}: ${test.why}`,
  ]);
  rows.push(...one.beside.map((figure) => [formatFigure(figure), '-', 'for information']));
  return [
    ...parts,
    `Measured by ${one.metric}. ${capital(one.margin ?? '')}.`,
    tableOf(['Figure', 'Asked', 'Outcome'], rows),
  ].join('\n\n');
}

function sourcesTable({ evidence }: ClaimsResult): string {
  const rows = evidence.flatMap(({ experiment, sources }) =>
    sources.map(({ run, startedAt, commit }) => [
      experiment,
      startedAt.slice(0, 16).replace('T', ' '),
      commit?.slice(0, 12) ?? 'unknown',
      run,
    ]),
  );
  return rows.length === 0
    ? 'None: nothing was measured yet.'
    : tableOf(['Experiment', 'Measured (UTC)', 'Revision', 'Run'], rows);
}

const tableOf = (header: readonly string[], rows: readonly string[][]): string =>
  [header, header.map(() => '---'), ...rows.map((row) => row.map(escaped))]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');

/** A bar ends a cell, a tag would be one. */
const escaped = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
