// A comparison and an A/A run from their trials to what is printed.
import { describe, expect, it } from 'vitest';
import type { KnownFloor } from '../results/noise-floors';
import type { CompareDesign, CompareResult } from './compare/analyse';
import { compareDesign } from './compare/analyse';
import { analysedRun } from './conclude';
import { renderRun } from './documents';
import type { ReportedRun } from './index';
import type { NoiseResult } from './noise/analyse';
import { noiseDesign } from './noise/analyse';
import { compareFixture, noiseFixture, pairedFixture } from './turns.fixture';

const floor = (change: Partial<KnownFloor>): KnownFloor => ({
  arm: 'a',
  workload: 'micro',
  measure: 'latency-mean',
  floor: 0.03,
  run: '20260107T083000Z-noise-9a8b',
  runs: 10,
  load: { rateRps: 300 },
  ...change,
});
const bothFloors = [
  floor({}),
  floor({ arm: 'b', floor: 0.05, run: '20260107T084500Z-noise-7c6d' }),
];

const compared = ({ found }: ReportedRun) => found.experiment as CompareResult;
const verdictOn = (reported: ReportedRun, key: string) =>
  compared(reported).compared.find(({ measure }) => measure.key === key);
const text = (reported: ReportedRun) => renderRun(reported);

describe('a comparison', () => {
  it('reads as it did', async () => {
    await expect(text(compareFixture({ floors: bothFloors }))).toMatchFileSnapshot(
      'goldens/compare.txt',
    );
  });

  it('gives each measure its ratio, of B over A, and the winner by what is better', () => {
    const result = compareFixture();
    expect(verdictOn(result, 'throughput')?.comparison).toMatchObject({ verdict: 'a-faster' });
    expect(verdictOn(result, 'throughput')?.comparison.ratio).toBeCloseTo(690 / 2100, 1);
    expect(verdictOn(result, 'latency-p99')?.comparison.verdict).toBe('a-faster');
    expect(verdictOn(result, 'cpu-per-request')?.comparison.ratio).toBeCloseTo(0.52 / 0.19, 1);
    expect(compared(result).sentences[0]).toMatch(
      /^Express carries more: it answers 3\.\d\d times as much as Django, 2,\d{3} against \d{3} requests per second/,
    );
    expect(compared(result).sentences[1]).toMatch(
      /^Express is faster: Django takes 2\.\d\d times as long as Express at the median, 5\.\d+ against 2\.\d+ ms/,
    );
  });

  it('names the larger floor, whose it is and the run it came from', () => {
    const [, , , sentence] = compared(compareFixture({ floors: bothFloors })).sentences;
    expect(sentence).toContain('noise floor 5 % (Django, 20260107T084500Z-noise-7c6d)');
  });

  it('says once that no floor is known', () => {
    const { sentences, warnings } = compared(compareFixture());
    expect(sentences.join()).not.toContain('floor');
    expect(warnings.filter((one) => one.includes('No noise floor is known'))).toHaveLength(1);
  });

  it('calls a difference inside the noise floor that', () => {
    const wide = [floor({ floor: 2 }), floor({ arm: 'b', floor: 1.5 })];
    const { sentences, warnings } = compared(compareFixture({ floors: wide }));
    expect(sentences[3]).toMatch(/^Express is faster, but inside the noise floor/);
    expect(warnings.join()).toContain('two arms of the same subject differ by as much');
  });

  it('is indicative below ten runs per arm', () => {
    const { warnings } = compared(compareFixture({ runs: 3 }));
    expect(warnings.filter((one) => one.startsWith('Indicative only'))).toHaveLength(1);
    expect(compared(compareFixture()).warnings.join()).not.toContain('Indicative');
  });

  it('counts no void trial, and says which check made it one', () => {
    const result = compareFixture({ disturbed: [3] });
    expect(verdictOn(result, 'throughput')?.runs.map(({ trial }) => trial)).not.toContain(3);
    expect(verdictOn(result, 'latency-p99')?.comparison.n).toMatchObject({ a: 10, b: 10 });
    expect(compared(result).warnings).toContain(
      'micro by users: 1 of 20 trials void (others on generator cores).',
    );
  });

  it('drops a block that lost an arm, with a warning', () => {
    // Trials 1 to 4 are a, b, b, a by users.
    const result = compareFixture({ disturbed: [2, 3] });
    const blocks = verdictOn(result, 'throughput')?.runs.map(({ block }) => block);
    expect(new Set(blocks)).toEqual(new Set([1, 2, 3, 4]));
    expect(compared(result).warnings).toContain(
      'micro by users: 1 block(s) lost an arm and are left out.',
    );
  });

  it('has no verdict when no run counts, and says so', () => {
    const all = Array.from({ length: 12 }, (_, index) => index + 1);
    const { compared: verdicts, warnings } = compared(compareFixture({ runs: 3, disturbed: all }));
    expect(verdicts).toEqual([]);
    expect(warnings.join()).toContain('there is no verdict');
  });

  it('asks several questions at once only with a word on what that does', () => {
    expect(compared(compareFixture()).warnings.at(-1)).toContain('5 verdicts were made at once');
  });

  it('has a question that is fit for the disk', () => {
    const onDisk = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
    const { design } = compareFixture({ floors: bothFloors }).run;
    expect(compareDesign.parse(onDisk(design))).toEqual(design);
    const { design: alone } = noiseFixture().run;
    expect(noiseDesign.parse(onDisk(alone))).toEqual(alone);
  });
});

describe('an A/A run', () => {
  const noise = ({ found }: ReportedRun) => found.experiment as NoiseResult;

  it('reads as it did', async () => {
    await expect(text(noiseFixture())).toMatchFileSnapshot('goldens/noise.txt');
  });

  it('gives a floor for each measure, wider where runs are fewer', () => {
    const [few, many] = [noise(noiseFixture({ runs: 4 })), noise(noiseFixture({ runs: 20 }))];
    expect(few.floors.map(({ measure }) => measure.key)).toEqual([
      'throughput',
      'latency-p50',
      'latency-p99',
      'latency-mean',
      'cpu-per-request',
    ]);
    const mean = ({ floors }: NoiseResult) =>
      floors.reduce((total, { noise: { floor: size } }) => total + (size ?? 0), 0) / 5;
    expect(mean(few)).toBeGreaterThan(mean(many));
  });

  it('says what change later comparisons find, less with more runs', () => {
    const [first] = noise(noiseFixture()).floors;
    const changes = first?.detectable.flatMap(({ change }) => change ?? []) ?? [];
    expect(changes).toHaveLength(4);
    expect([...changes].sort((a, b) => b - a)).toEqual(changes);
  });

  it('has no floor from two pairs, and says so', () => {
    const { sentences, floors } = noise(noiseFixture({ runs: 2 }));
    expect(floors.every(({ noise: { floor: size } }) => size === null)).toBe(true);
    expect(sentences[0]).toContain('too few runs for a noise floor');
  });
});

describe('a comparison in turns', () => {
  const check = (arm: 'a' | 'b', interval: [number, number]) => ({
    ...{ arm, interval, workload: 'micro', measure: 'cpu-per-request' },
    ...{ run: '20260107T083000Z-noise-9a8b', ratio: 1.004, blocks: 10 },
  });
  const checks = [check('a', [0.99, 1.02]), check('b', [0.98, 1.01])];

  it('reads as it did', async () => {
    await expect(text(pairedFixture({ checks }))).toMatchFileSnapshot(
      'goldens/compare-in-turns.txt',
    );
  });

  it('of one subject with itself reads as it did', async () => {
    await expect(text(pairedFixture({ isNoise: true }))).toMatchFileSnapshot(
      'goldens/noise-in-turns.txt',
    );
  });

  it('decides by CPU per request and the median, from the interval and no floor', () => {
    const reported = pairedFixture({ checks });
    const cpu = verdictOn(reported, 'cpu-per-request');
    expect(cpu?.comparison).toMatchObject({ verdict: 'a-faster', n: { a: 10, b: 10, blocks: 10 } });
    expect(cpu?.comparison.ratio).toBeCloseTo(0.52 / 0.19, 1);
    expect(verdictOn(reported, 'latency-p50')?.comparison.ratio).toBeCloseTo(6.8 / 3.1, 1);
    expect(cpu?.wanted).toBeUndefined();
    const sentence = compared(reported).sentences.find((one) => one.includes('CPU'));
    expect(sentence).toMatch(/A against A: Express 1.004 \(0.99.* to 1.02.*\), Django/);
    expect(sentence).not.toContain('floor');
  });

  it('reports mean and p99 with the blocks that two half widths would take', () => {
    const p99 = verdictOn(pairedFixture({ cv: 0.2 }), 'latency-p99');
    const [narrow, wide] = p99?.wanted?.map(({ blocks }) => blocks ?? 0) ?? [];
    expect(narrow).toBeGreaterThan(wide ?? 0);
    expect(wide).toBeGreaterThan(2);
  });

  it('counts no block that was disturbed all the time, and says so', () => {
    const reported = pairedFixture({ disturbed: [2] });
    expect(verdictOn(reported, 'latency-p50')?.comparison.n.blocks).toBe(9);
    const { warnings } = compared(reported);
    expect(warnings.join()).toContain('1 of 10 attempts at a block were void (turns disturbed)');
    expect(warnings.join()).toContain('9 of 10 blocks are valid');
  });

  it('says where A against A was measured at another load', () => {
    const elsewhere = checks.map((one) => ({ ...one, load: { rateRps: 900 } }));
    expect(compared(pairedFixture({ checks: elsewhere })).warnings.join('\n')).toContain(
      'A against A was measured at another load: 900 requests per second.',
    );
    const near = checks.map((one) => ({ ...one, load: { rateRps: 400 } }));
    expect(compared(pairedFixture({ checks: near })).warnings.join()).not.toContain('another load');
  });

  it('does not ask for an A/A run where the runtime can make none', () => {
    const { run, trials } = pairedFixture();
    const { record: _, ...design } = run.design as CompareDesign;
    const { warnings } = compared(analysedRun({ ...run, design }, trials));
    expect(warnings.join()).toContain('there is no A/A check of this design');
    expect(warnings.join()).not.toContain('lab noise');
  });

  it('is indicative below ten blocks', () => {
    const { warnings } = compared(pairedFixture({ runs: 4 }));
    expect(warnings.filter((one) => one.startsWith('Indicative only'))).toHaveLength(1);
  });

  it('has a question that is fit for the disk', () => {
    const onDisk = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
    const { design } = pairedFixture({ checks }).run;
    expect(compareDesign.parse(onDisk(design))).toEqual(design);
    const { design: alone } = pairedFixture({ isNoise: true }).run;
    expect(noiseDesign.parse(onDisk(alone))).toEqual(alone);
  });

  it('of one subject with itself says whether its interval holds 1', () => {
    const { found } = pairedFixture({ isNoise: true });
    expect(found.experiment).toMatchObject({ kind: 'noise', inTurns: true });
    expect(found.sentences.join()).toMatch(/A over A is .*, which contains 1\./);
  });
});
