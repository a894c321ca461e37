// The deck as a file: opened by LibreOffice, and taken apart by a reader that is not its writer.
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa, execaSync } from 'execa';
import JSZip from 'jszip';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deckOf } from '../lab/experiments/documents';
import { decks } from '../lab/render/slides/decks.fixture';
import { keepUnits } from '../lab/render/slides/fit';
import type { Slide } from '../lab/render/slides/model';
import { notesText, printDeck } from '../lab/render/slides/print';

let folder: string;
let slides: Slide[];
let zip: JSZip;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-deck-test-'));
  slides = await deckOf((await decks())['all at once'] ?? []);
  const file = await printDeck(slides);
  writeFileSync(join(folder, 'deck.pptx'), file);
  zip = await JSZip.loadAsync(file);
});
afterAll(() => rmSync(folder, { recursive: true }));

const partsOf = (pattern: RegExp): string[] =>
  Object.keys(zip.files)
    .filter((name) => pattern.test(name))
    .sort((a, b) => Number(/\d+/.exec(a)) - Number(/\d+/.exec(b)));
const read = (name: string): Promise<string> =>
  zip.file(name)?.async('string') ?? Promise.reject(name);
const entities: Record<string, string> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&amp;': '&',
};
const textOf = (xml: string): string =>
  [...xml.matchAll(/<a:t>([^<]*)<\/a:t>/g)]
    .map(([, text = '']) => text.replace(/&\w+;/g, (name) => entities[name] ?? name))
    .join('\n');

describe('the file', () => {
  it('has a slide for each, with its title and notes', async () => {
    const files = partsOf(/^ppt\/slides\/slide\d+\.xml$/);
    const notes = partsOf(/^ppt\/notesSlides\/notesSlide\d+\.xml$/);
    expect(files).toHaveLength(slides.length);
    expect(notes).toHaveLength(slides.length);
    for (const [index, slide] of slides.entries()) {
      expect(textOf(await read(files[index] ?? ''))).toContain(keepUnits(slide.title));
      const said = textOf(await read(notes[index] ?? '')).replace(/\s+/g, ' ');
      expect(said).toContain(notesText(slide).replace(/\s+/g, ' '));
    }
  });

  it('has native charts whose data can be edited, and no picture of one', async () => {
    const wanted = slides.flatMap(({ blocks }) => blocks.filter(({ kind }) => kind === 'chart'));
    const charts = partsOf(/^ppt\/charts\/chart\d+\.xml$/);
    expect(charts).toHaveLength(wanted.length);
    expect(partsOf(/^ppt\/embeddings\/.*\.xlsx$/)).toHaveLength(wanted.length);
    expect(partsOf(/^ppt\/media\/.+\.(png|jpe?g|svg|emf)$/)).toEqual([]);
    const text = (await Promise.all(charts.map(read))).join();
    for (const block of wanted) {
      if (block.kind !== 'chart') continue;
      for (const { name } of block.chart.series) expect(text).toContain(`<c:v>${name}</c:v>`);
    }
  });
});

const has = (command: string): boolean => !execaSync('which', [command], { reject: false }).failed;

describe('LibreOffice', () => {
  it('opens it, and draws every slide', async (context) => {
    if (!has('soffice')) context.skip('no LibreOffice here: apt-get install libreoffice-impress');
    if (!has('pdftoppm')) context.skip('no pdftoppm here: apt-get install poppler-utils');
    const profile = `-env:UserInstallation=file://${join(folder, 'profile')}`;
    const convert = ['--headless', '--convert-to', 'pdf', '--outdir', folder];
    await execa('soffice', [profile, ...convert, join(folder, 'deck.pptx')], { timeout: 150_000 });
    await execa('pdftoppm', ['-r', '40', '-png', join(folder, 'deck.pdf'), join(folder, 'slide')]);
    const pictures = readdirSync(folder).filter((name) => /^slide-\d+\.png$/.test(name));
    expect(pictures).toHaveLength(slides.length);
    // A white page of this size is less than a kilobyte.
    for (const name of pictures) expect(statSync(join(folder, name)).size).toBeGreaterThan(3000);
  }, 180_000);
});
