import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adoptWritten } from './atomic';

describe('what another program wrote in place', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'adopt-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const adopt = () =>
    adoptWritten(join(folder, 'written.tmp'), join(folder, 'whole.json'), JSON.parse);

  it('is taken over where it is whole', () => {
    writeFileSync(join(folder, 'written.tmp'), '{"a": 1}');
    adopt();
    expect(readdirSync(folder)).toEqual(['whole.json']);
    expect(readFileSync(join(folder, 'whole.json'), 'utf8')).toBe('{"a": 1}');
  });

  it.each(['', '{"a": 1, "b'])('is removed where it ends early: %j', (half) => {
    writeFileSync(join(folder, 'written.tmp'), half);
    adopt();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('need not be there', () => {
    adopt();
    expect(readdirSync(folder)).toEqual([]);
  });
});
