import { once } from 'node:events';
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa, execaSync } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LabError } from '../errors';
import { rootDir } from '../paths';
import { appendToHistory, historyFile, readHistory } from './history';
import { dayOf, nightFixture } from './night.fixture';

let results: string;
let file: string;
beforeEach(() => {
  results = mkdtempSync(join(tmpdir(), 'headroom-history-'));
  file = historyFile(results);
});
afterEach(() => rmSync(results, { recursive: true }));

const nights = () => readHistory(results).nights.map(({ night }) => night);

async function failureOf(action: () => unknown): Promise<LabError> {
  try {
    await action();
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
  throw new Error('expected a LabError');
}

/** Why there can be no tmpfs here; undefined when there is one now. */
function mountSmall(folder: string): string | undefined {
  const options = ['-t', 'tmpfs', '-o', 'size=65536', 'tmpfs', folder];
  const { failed, stderr, message } = execaSync('mount', options, { reject: false });
  return failed ? `a tmpfs cannot be mounted here: ${stderr || message}` : undefined;
}

/** Takes every page that is left. */
function fill(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (;;) writeSync(file, Buffer.alloc(4096));
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
  } finally {
    closeSync(file);
  }
}

describe('the history', () => {
  it('is empty before the first night, and reading makes no file', () => {
    expect(readHistory(results)).toEqual({ entries: [], nights: [], warnings: [] });
    expect(existsSync(file)).toBe(false);
  });

  it('gives back what was appended, in that order', async () => {
    const entries = [
      nightFixture(dayOf(1)),
      nightFixture(dayOf(2)),
      {
        schemaVersion: 1,
        type: 'acceptance',
        series: 'express/default/micro/cpu',
        night: dayOf(2),
        who: 'Ada',
        at: '2026-01-03T09:00:00.000Z',
        why: 'the new logger',
      } as const,
    ];
    for (const entry of entries) expect(await appendToHistory(results, entry)).toEqual([]);
    expect(readHistory(results).entries).toEqual(entries);
  });

  it('refuses a night that it has, unless that one was void', async () => {
    await appendToHistory(results, nightFixture(dayOf(1), { status: 'void' }));
    await appendToHistory(results, nightFixture(dayOf(1)));
    const { exitCode, message } = await failureOf(() =>
      appendToHistory(results, nightFixture(dayOf(1))),
    );
    expect(exitCode).toBe(2);
    expect(message).toMatch(/has the night of 2026-01-01 already.*--night/);
    expect(nights()).toHaveLength(2);
  });

  it('leaves a torn last line out with a warning, and the next writer cuts it off', async () => {
    await appendToHistory(results, nightFixture(dayOf(1)));
    appendFileSync(file, JSON.stringify(nightFixture(dayOf(2))).slice(0, 100));
    expect(nights()).toEqual([dayOf(1)]);
    expect(readHistory(results).warnings).toEqual([expect.stringMatching(/jsonl:2 is incomplete/)]);
    expect(await appendToHistory(results, nightFixture(dayOf(2)))).toEqual([
      expect.stringMatching(/jsonl:2 is incomplete/),
    ]);
    expect(nights()).toEqual([dayOf(1), dayOf(2)]);
    expect(readHistory(results).warnings).toEqual([]);
  });

  it('does not take a line for torn because an editor left its end out', async () => {
    writeFileSync(file, JSON.stringify(nightFixture(dayOf(1))));
    expect(await appendToHistory(results, nightFixture(dayOf(2)))).toEqual([]);
    expect(nights()).toEqual([dayOf(1), dayOf(2)]);
  });

  it.each([
    ['{"schemaVersion": 3}', /jsonl:1 was written by a newer version.*format 3.*Update the clone/],
    [
      '{"schemaVersion": 1, "type": "night"',
      /jsonl:1 is not valid JSON.*Only the last line may be incomplete/,
    ],
    [JSON.stringify(nightFixture('yesterday')), /jsonl:1: field night: .*changed by hand/],
  ])('names a line in the middle that cannot be used: %.40s', async (line, message) => {
    const text = `${line}\n${JSON.stringify(nightFixture(dayOf(1)))}\n`;
    writeFileSync(file, text);
    for (const action of [
      () => readHistory(results),
      () => appendToHistory(results, nightFixture(dayOf(2))),
    ]) {
      const failure = await failureOf(action);
      expect(failure.exitCode).toBe(5);
      expect(failure.message).toMatch(message);
    }
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('notices a clock that goes backwards, and keeps the order of measuring', async () => {
    await appendToHistory(results, nightFixture(dayOf(5)));
    expect(await appendToHistory(results, nightFixture(dayOf(4)))).toEqual([
      expect.stringMatching(/before the end.*the clock has gone backwards/),
    ]);
    expect(nights()).toEqual([dayOf(5), dayOf(4)]);
  });

  it('takes the lines of several processes that write at once, whole and each of them', async () => {
    const writers = 3;
    const each = 5;
    const script = `
      const { appendToHistory } = require('./lab/results/history');
      const { nightFixture, dayOf } = require('./lab/results/night.fixture');
      (async () => {
        for (let i = 0; i < ${each}; i += 1) {
          const day = dayOf(1 + Number(process.argv[1]) * ${each} + i);
          await appendToHistory(process.argv[2], nightFixture(day));
        }
      })();`;
    const children = Array.from({ length: writers }, (_, index) =>
      execa(
        process.execPath,
        ['--require', 'ts-node/register', '--eval', script, String(index), results],
        { cwd: rootDir },
      ),
    );
    await Promise.all(children);
    expect(new Set(nights()).size).toBe(writers * each);
    expect(nights()).toHaveLength(writers * each);
  });

  it('is as it was when the disk is full, and says so', async (context) => {
    const full = join(results, 'small');
    mkdirSync(full);
    const whyNot = mountSmall(full);
    context.skip(whyNot !== undefined, whyNot);
    try {
      await appendToHistory(full, nightFixture(dayOf(1)));
      const before = readFileSync(historyFile(full), 'utf8');
      fill(join(full, 'fill'));
      // More than what is left of the file's own last page.
      const long = nightFixture(dayOf(2), { warnings: ['x'.repeat(8192)] });
      const { exitCode, message } = await failureOf(() => appendToHistory(full, long));
      expect(exitCode).toBe(5);
      expect(message).toMatch(/history\.jsonl cannot be written: the disk is full/);
      expect(readFileSync(historyFile(full), 'utf8')).toBe(before);
      rmSync(join(full, 'fill'));
      expect(await appendToHistory(full, long)).toEqual([]);
      expect(readHistory(full).nights).toHaveLength(2);
    } finally {
      execaSync('umount', [full]);
    }
  });

  it('is let go of by a writer that is killed while it holds the lock', async () => {
    const script = `
      const { takeLock } = require('./lab/results/file-lock');
      takeLock(process.argv[1], 0).then(() => { console.log('held'); setInterval(() => {}, 1000); });`;
    const holder = execa(
      process.execPath,
      ['--require', 'ts-node/register', '--eval', script, `${file}.lock`],
      { cwd: rootDir, reject: false },
    );
    await once(holder.stdout, 'data');
    const appending = appendToHistory(results, nightFixture(dayOf(1)));
    const early = await Promise.race([appending, new Promise((r) => setTimeout(r, 300, 'waits'))]);
    expect(early).toBe('waits');
    holder.kill('SIGKILL');
    expect(await appending).toEqual([]);
    expect(nights()).toEqual([dayOf(1)]);
  });
});
