// Where text is printed: lines as long as the screen is wide, and colours where it has them.
import { styleText } from 'node:util';

/** A file or a pipe has no width. */
export type Screen = { columns: number; isColoured: boolean };
export const paper: Screen = { columns: Infinity, isColoured: false };

/** Longer lines of prose are hard to read. */
const widestProse = 100;
export const wrapProse = (text: string, { columns }: Screen, indent = ''): string =>
  columns === Infinity ? text : wrap(text, Math.min(columns, widestProse), indent).join('\n');

/** Lines of at most so many characters, broken between words; a longer word stands out. */
export function wrap(text: string, width: number, indent = ''): string[] {
  if (text.length <= width) return [text];
  const lines: string[] = [];
  let line = /^ */.exec(text)?.[0] ?? '';
  for (const word of text.trim().split(/ +/)) {
    const begins = line.trim() === '';
    if (!begins && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent + word;
    } else line += begins ? word : ` ${word}`;
  }
  return [...lines, line];
}

type Tone = 'bold' | 'red' | 'yellow' | 'green';

export const paint = (tone: Tone | undefined, text: string, { isColoured }: Screen): string =>
  isColoured && tone !== undefined ? styleText(tone, text, { validateStream: false }) : text;

/** Of what came of a step. */
export function toneOf(outcome: string): Tone | undefined {
  if (outcome.startsWith('void')) return 'red';
  if (/broken|failed|overloaded/.test(outcome)) return 'yellow';
  return /held|valid/.test(outcome) ? 'green' : undefined;
}
