import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { guard, safeText, unguardedOf } from './terminal-safe';

const esc = '\u001b';

describe('text on its way to a terminal', () => {
  it.each([
    ['words and lines', 'a\tb\r\nc\n', 'a\tb\r\nc\n'],
    ['the lab’s colours', `${esc}[1;31mred${esc}[0m`, `${esc}[1;31mred${esc}[0m`],
    ['its progress line', `\r${esc}[Know`, `\r${esc}[Know`],
    ['no move of the cursor', `held${esc}[2A${esc}[Jbroken`, 'heldbroken'],
    ['no line that is written over', 'void\rheld', 'voidheld'],
    ['no title of the window', `a${esc}]0;mine\u0007b`, 'ab'],
    ['no link', `${esc}]8;;https://example.org\u0007text${esc}]8;;\u0007`, 'text'],
    ['no command in one character', 'a\u009b2Jb\u0000c\u007f', 'abc'],
    ['umlauts and symbols', 'für ✔ – 日本', 'für ✔ – 日本'],
  ])('has %s', (_what, text, safe) => {
    expect(safeText(text)).toBe(safe);
  });

  it('is made safe wherever it is written, and not where a prompt moves the cursor', () => {
    const stream = new PassThrough() as unknown as NodeJS.WriteStream;
    guard(stream);
    stream.write(`a${esc}[2Ab`);
    unguardedOf(stream).write(`${esc}[1G`);
    expect(String(stream.read())).toBe(`ab${esc}[1G`);
  });
});
