import { describe, expect, it } from 'vitest';
import { benches } from '../lab/verbs/bench';
import { readArguments, readCount, readScale } from './arguments';

describe('arguments of a bench', () => {
  it('are flags, words and a number, in any order', () => {
    const given = readArguments(['db', '12', '--quick'], {
      flags: ['--quick', '--brief'],
      words: ['db', 'mixed'],
      number: 'blocks',
    });
    expect(given).toMatchObject({ words: ['db'], number: 12 });
    expect([given.has('--quick'), given.has('--brief')]).toEqual([true, false]);
  });

  it('say what there is, where one is none of them', () => {
    const allowed = { flags: ['--quick'], words: ['db'] } as const;
    for (const wrong of ['--quik', 'dbb', '0', '1.5', '-3', 'a number of blocks']) {
      expect(() => readArguments([wrong], allowed), wrong).toThrow(
        `"${wrong}" is no argument of this bench: it takes --quick, db.`,
      );
    }
    expect(() => readArguments(['0'], { ...allowed, number: 'blocks' })).toThrow(
      'it takes --quick, db, a number of blocks.',
    );
    const worded = () => readArguments(['a number of blocks'], { number: 'blocks' });
    expect(worded).toThrow('"a number of blocks" is no argument');
    expect(() => readArguments(['db'], {})).toThrow(
      '"db" is no argument of this bench: it takes none.',
    );
  });

  it('that scale a table are one number above 0', () => {
    expect([readScale([]), readScale(['0.1']), readScale(['2'])]).toEqual([1, 0.1, 2]);
    for (const wrong of ['0', '-1', 'half', '', 'Infinity', '--quick']) {
      expect(() => readScale([wrong]), wrong).toThrow(
        `scale is "${wrong}". Give a number above 0.`,
      );
    }
    expect(() => readScale(['1', 'quiet'])).toThrow('"quiet" follows the scale');
  });

  it('that count are whole, and not too few', () => {
    expect([readCount('30', 'nights'), readCount('0', 'nights more', 0)]).toEqual([30, 0]);
    for (const wrong of ['0', '-1', '1.5', 'ten', '']) {
      expect(() => readCount(wrong, 'nights'), wrong).toThrow(
        `nights is "${wrong}". Give a whole number from 1 to 1000.`,
      );
    }
  });

  // Refused before anything is measured: otherwise this would take hours.
  it.each(Object.keys(benches).filter((name) => name !== 'pictures'))(
    'of %s are checked',
    async (name) => {
      const bench = await benches[name]?.();
      await expect((async () => bench?.run(['--no-such-thing']))()).rejects.toMatchObject({
        exitCode: 2,
        message: expect.stringContaining('"--no-such-thing"'),
      });
    },
  );
});
