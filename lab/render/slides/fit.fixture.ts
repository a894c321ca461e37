// Whether a slide is in order, for tests: what overflows its place, and what lies upon something else.
import { headingSize, heightOf, lineHeight, linesOf, pointsPerInch } from './fit';
import { type Box, type Slide, titleBox } from './model';

/** What does not fit on a slide, in words; nothing where all does. */
export function overflows({ title, blocks }: Slide): string[] {
  const found: string[] = [];
  const size = headingSize(title, titleBox);
  const titleLines = linesOf(title, size, titleBox.w, true);
  if ((titleLines * size * lineHeight) / pointsPerInch > titleBox.h) {
    found.push(`the title takes ${titleLines} lines`);
  }
  for (const block of blocks) {
    if (block.kind === 'spans') {
      for (const { box, text, size } of block.drawn.labels) {
        const height = (linesOf(text, size, box.w) * size * lineHeight) / pointsPerInch;
        if (height > box.h) found.push(`"${text}" takes ${height.toFixed(2)} inches of its row`);
      }
    }
    if (block.kind !== 'text' && block.kind !== 'table') continue;
    const height = heightOf(block);
    if (height > block.box.h) {
      const first = block.kind === 'text' ? block.paragraphs[0]?.text : block.header.join(' ');
      found.push(`"${first}" takes ${height.toFixed(2)} of ${block.box.h.toFixed(2)} inches`);
    }
  }
  return found;
}

/** Blocks that lie upon each other, by their numbers. */
export function collisions({ blocks }: Slide): [number, number][] {
  return blocks.flatMap((one, index) =>
    blocks
      .slice(index + 1)
      .flatMap((other, after): [number, number][] =>
        touches(one.box, other.box) ? [[index, index + 1 + after]] : [],
      ),
  );
}

const touches = (a: Box, b: Box): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
