// claims.json of a run, and the documents that the repository makes of one.
import { existsSync, readFileSync } from 'node:fs';
import { usageError } from '../../errors';
import { writeFileAtomic } from '../../results/atomic';
import { writeJson } from '../../results/run-folder';
import type { RunRecord } from '../../results/schemas';
import { analyseClaims } from './analyse';
import { type ClaimsDesign, type ClaimsFile, claimsVersion } from './design';
import { renderClaimsPage, renderReadmeTable } from './markdown';

export function claimsFileOf(run: RunRecord, design: ClaimsDesign): ClaimsFile {
  const { asked, evidence, missing } = design;
  const { judged } = analyseClaims(design);
  return {
    schemaVersion: claimsVersion,
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
