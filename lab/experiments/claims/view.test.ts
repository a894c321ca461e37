// What `lab claims` prints and writes, held against files that people have read.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rootDir } from '../../paths';
import { renderViews } from '../../render/terminal';
import { renderReport, renderRun } from '../documents';
import { viewOf } from '../index';

import { analyseClaims, type ClaimsResult, formatFigure } from './analyse';
import { claims as catalogue, experiments } from './catalogue';
import { claimsDesign, claimsFixture } from './claims.fixture';
import { type Figure, readClaims } from './design';
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
      'Of 18 claims: 2 supported, 5 refuted, 5 depend, 5 undecided, 1 not testable.',
    );
    expect(result.sentences.join()).toContain('Cannot be tested here (1): Express has a steep');
  });

  it('tells the end of an interval apart from the threshold that it meets', () => {
    const kept: Figure = {
      ...{ key: 'kept', title: 'share kept', unit: 'share', value: 0.94, noiseFloor: null },
      ...{ interval: [0.9033, 0.97], runs: 5 },
    };
    expect(formatFigure(kept)).toBe('share kept: 94 % (95 %: 90 % to 97 %)');
    expect(formatFigure(kept, 0.9)).toBe('share kept: 94 % (95 %: 90.3 % to 97 %)');
    const below = { ...kept, interval: [0.8, 0.8999] } as const;
    expect(formatFigure(below, 0.9)).toBe('share kept: 94 % (95 %: 80 % to 89.99 %)');
    const ratio = { ...kept, unit: 'times', value: 1.2, interval: [1.1004, 1.3] } as const;
    expect(formatFigure(ratio, 1.1)).toBe('share kept: 1.2 times (95 %: 1.1004 to 1.3)');
    const exact = { ...kept, value: 0.9, interval: [0.9, 0.9], runs: null } as const;
    expect(formatFigure(exact, 0.9)).toBe('share kept: 90 %, counted');
  });

  it('has the rate of a comparison beside its figures', () => {
    const [first] = claimsDesign.evidence;
    const figure = { ...(first?.figures[0] as Figure), inTurns: true, rateRps: 1100 } as const;
    expect(formatFigure(figure)).toContain('; in turns at 1,100/s)');
  });

  it('has the doubts of the runs that it rests on, each once', () => {
    const [json, db, ...rest] = claimsDesign.evidence.map((one) => ({ ...one, warnings: ['old'] }));
    if (json === undefined || db === undefined) throw new Error('no evidence');
    const evidence = [{ ...json, warnings: ['a queue', 'a queue', 'old'] }, db, ...rest];
    const { warnings } = analyseClaims({ ...claimsDesign, evidence });
    expect(warnings.filter((text) => /a queue|old/.test(text))).toEqual([
      'apps-json: a queue',
      'old',
    ]);
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
