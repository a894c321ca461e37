import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import JSZip from 'jszip';
import { describe, expect, it } from 'vitest';
import { decodeText, readText } from './text-file';

const TEXT = 'n,x,note\n1,2,Größe €\n';
const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

describe('the text of a file', () => {
  it.each([
    [Buffer.from(TEXT), 'UTF-8'],
    [Buffer.from(`\uFEFF${TEXT}`), 'UTF-8 with a byte order mark'],
    [Buffer.from(`\uFEFF${TEXT}`, 'utf16le'), 'UTF-16, little end first'],
    [utf16be(`\uFEFF${TEXT}`), 'UTF-16, big end first'],
  ])('is read from %s bytes of %s', (bytes) => {
    expect(decodeText(bytes, 'data.csv')).toBe(TEXT);
  });

  it.each([
    [Buffer.from(TEXT, 'utf16le'), 'data.csv:1: there is a NUL character', 'UTF-16 unmarked'],
    [Buffer.from('n,x\n1,2\n3,\0\n'), 'data.csv:3: there is a NUL character', 'a NUL byte'],
    [Buffer.from('\uFEFFn\uFEFF', 'utf16le').subarray(0, 5), 'begins like UTF-16', 'half of one'],
    [Buffer.from('n,x\n1,Gr\xf6\xdfe\n', 'latin1'), 'data.csv:2: this is not UTF-8', 'Latin-1'],
    [Buffer.from('n,x\r1,2\r3,\xe4', 'latin1'), 'this is not UTF-8', 'Latin-1 of one line'],
    [gzipSync(TEXT), 'compressed with gzip', 'gzip'],
    [Buffer.from('%PDF-1.7\n'), 'a PDF', 'a PDF'],
    [Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'an Excel workbook', 'xls'],
  ])('is refused for %s with %j: %s', (bytes, message) => {
    expect(() => decodeText(bytes, 'data.csv')).toThrow(message);
  });

  it('is refused for a workbook, which is a ZIP archive', async () => {
    const archive = await new JSZip().file('xl/workbook.xml', '<x/>').generateAsync({
      type: 'nodebuffer',
    });
    expect(() => decodeText(archive, 'data.xlsx')).toThrow('Save as "CSV UTF-8"');
  });

  it('ends at 256 MiB, and where a device has no end', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lab-text-'));
    const path = join(folder, 'large.csv');
    writeFileSync(path, 'value\n');
    truncateSync(path, 256 * 2 ** 20 + 1);
    try {
      expect(() => readText(path)).toThrow('is larger than 256 MiB');
      expect(() => readText('/dev/zero')).toThrow('is larger than 256 MiB');
      expect(() => readText(folder)).toThrow('it is a folder');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
