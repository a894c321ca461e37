// What `lab claims` prints and writes, held against files that people have read.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rootDir } from '../../paths';
import { renderViews } from '../../render/terminal';
import { renderReport, renderRun } from '../documents';
import { viewOf } from '../index';

import { analyseClaims, type ClaimsResult } from './analyse';
import { claims as catalogue, experiments } from './catalogue';
import { claimsDesign, claimsFixture } from './claims.fixture';
import { readClaims } from './design';
import { claimsFileOf, markers, renderClaimsPage, withTable, writeDocuments } from './documents';
import { verdicts } from './judge';

const reported = claimsFixture();
const result = reported.found.experiment as ClaimsResult;
const file = claimsFileOf(reported.run, claimsDesign);
const golden = (name: string) => join(__dirname, '../goldens', name);

describe('the text', () => {
  it('prints as it did', async () => {
    const text = `${renderViews(viewOf(result, reported.run))}\n`;
    await expect(text).toMatchFileSnapshot(golden('claims.txt'));
  });

  it('has every claim once, and every verdict comes up', () => {
    expect(result.judged.map(({ id }) => id)).toEqual(catalogue.map(({ id }) => id));
    expect(new Set(result.judged.map(({ verdict }) => verdict))).toEqual(new Set(verdicts));
  });

  it('says a few claims one by one, and many by verdict', () => {
    const few = analyseClaims({ ...claimsDesign, asked: ['django-slow', 'express-faster'] });
    expect(few.sentences).toHaveLength(2);
    expect(few.sentences[0]).toMatch(/^“Express is much faster than Django”: depends on/);
    expect(result.sentences[0]).toBe(
      'Of 18 claims: 4 supported, 5 refuted, 3 depend, 5 undecided, 1 not testable.',
    );
    expect(result.sentences.join()).toContain('Cannot be tested here (1): Express has a steep');
  });

  it('has its sentences and warnings on the terminal and on the page', async () => {
    const printed = renderRun(reported);
    const page = (await renderReport([reported])).replaceAll('&#39;', "'");
    for (const text of [...result.sentences, ...result.warnings]) {
      expect(printed).toContain(text);
      expect(page).toContain(text);
    }
    for (const { claim, verdict } of result.judged) {
      expect(page).toContain(claim);
      expect(page).toContain(verdict);
    }
  });
});

describe('the catalogue', () => {
  it('asks for experiments that there are, and each of them is asked for', () => {
    const asked = catalogue.flatMap((claim) =>
      'cannot' in claim ? [] : [...(claim.given ?? []), ...claim.tests],
    );
    const named = new Set(asked.map(({ experiment }) => experiment));
    for (const experiment of named) expect(Object.keys(experiments)).toContain(experiment);
    expect(Object.keys(experiments).filter((id) => !named.has(id))).toEqual([]);
  });
});

describe('the documents', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'headroom-claims-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are the page, its data, and the table between the markers of the README', () => {
    const page = join(folder, 'claims.md');
    const readme = join(folder, 'README.md');
    writeFileSync(readme, `before\n${markers.begin}\nold\n${markers.end}\nafter\n`);
    writeDocuments(file, page, readme);
    expect(readClaims(join(folder, 'claims.json'))).toEqual(file);
    expect(readFileSync(page, 'utf8')).toBe(renderClaimsPage(file));
    const text = readFileSync(readme, 'utf8');
    expect(text).toMatch(/^before\n<!-- claims -->\n\| Claim \|/);
    expect(text).toMatch(/\n<!-- \/claims -->\nafter\n$/);
    expect(text).not.toContain('\nold\n');
    expect(text).toContain('Express is much faster than Django.');
    expect(text.split('\n').filter((line) => line.startsWith('| '))).toHaveLength(2 + 3);
    for (const { claim } of catalogue) expect(renderClaimsPage(file)).toContain(claim);
  });

  it('name the machine, the date and the command', () => {
    const text = renderClaimsPage(file);
    expect(text).toContain('2 cores of Example CPU, 8 GiB');
    expect(text).toContain('2026-01-07');
    expect(text).toContain('`npm run lab -- claims`');
  });

  it('are refused where the markers are not', () => {
    expect(() => withTable('nothing', file, 'README.md')).toThrow(/put <!-- claims -->/);
  });
});

describe('what the repository says', () => {
  const page = join(rootDir, 'docs/claims.md');
  const committed = readClaims(page.replace('.md', '.json'));

  it('is what its data say: `lab claims --from-disk --doc docs/claims.md` writes it', () => {
    expect(readFileSync(page, 'utf8')).toBe(renderClaimsPage(committed));
    const readme = readFileSync(join(rootDir, 'README.md'), 'utf8');
    expect(withTable(readme, committed, 'README.md')).toBe(readme);
  });

  it('has the verdicts that its figures give today', () => {
    const { asked, evidence, missing, verdicts: kept } = committed;
    const { judged } = analyseClaims({ kind: 'claims', asked, evidence, missing });
    expect(Object.fromEntries(judged.map(({ id, verdict }) => [id, verdict]))).toEqual(kept);
    expect(judged.map(({ id }) => id)).toEqual(catalogue.map(({ id }) => id));
  });
});
