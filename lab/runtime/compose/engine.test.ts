import { describe, expect, it } from 'vitest';
import { linesOf } from './engine';

function frame(text: string): Buffer {
  const header = Buffer.from([2, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('what a container prints', () => {
  const printed = Buffer.concat(['one\ntw', 'o – zwei\n', '\n', 'last'].map(frame));

  it.each([
    ['all at once', printed.length],
    ['torn inside headers, letters and lines', 3],
    ['byte for byte', 1],
  ])('comes as lines when it arrives %s', async (_how, size) => {
    const lines: string[] = [];
    for await (const line of linesOf(inPieces(printed, size))) lines.push(line);
    expect(lines).toEqual(['one', 'two – zwei', '', 'last']);
  });
});
