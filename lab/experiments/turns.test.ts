// A comparison and an A/A run from their trials to what is printed.
import { describe, expect, it } from 'vitest';
import type { KnownFloor } from '../results/noise-floors';
import type { CompareResult } from './compare/analyse';
import { compareDesign } from './compare/analyse';
import { renderRun } from './documents';
import type { ReportedRun } from './index';
import type { NoiseResult } from './noise/analyse';
import { noiseDesign } from './noise/analyse';
import { compareFixture, noiseFixture } from './turns.fixture';

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
    expect(compared(result).sentences[0]).toMatch(/^Express carries more: throughput of micro/);
  });

  it('names the larger floor, whose it is and the run it came from', () => {
    const [, , sentence] = compared(compareFixture({ floors: bothFloors })).sentences;
    expect(sentence).toContain('noise floor 5 % (Django, 20260107T084500Z-noise-7c6d)');
  });

  it('says in every sentence that no floor is known, and in a warning how to get one', () => {
    const { sentences, warnings } = compared(compareFixture());
    expect(sentences.every((sentence) => sentence.includes('no noise floor is known'))).toBe(true);
    expect(warnings.join()).toContain('an A/A run (lab noise) would give one');
  });

  it('calls a difference inside the noise floor that', () => {
    const wide = [floor({ floor: 2 }), floor({ arm: 'b', floor: 1.5 })];
    const { sentences, warnings } = compared(compareFixture({ floors: wide }));
    expect(sentences[2]).toMatch(/^Express is faster, but inside the noise floor/);
    expect(warnings.join()).toContain('A against A does as much');
  });

  it('is indicative below ten runs per arm', () => {
    const { sentences } = compared(compareFixture({ runs: 3 }));
    expect(sentences.every((sentence) => sentence.endsWith('indicative: 3 runs per arm.'))).toBe(
      true,
    );
    expect(compared(compareFixture()).sentences.join()).not.toContain('indicative');
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
    expect(compared(compareFixture()).warnings.at(-1)).toContain('4 verdicts were asked at once');
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
      'latency-p99',
      'latency-mean',
      'cpu-per-request',
    ]);
    const mean = ({ floors }: NoiseResult) =>
      floors.reduce((total, { noise: { floor: size } }) => total + (size ?? 0), 0) / 4;
    expect(mean(few)).toBeGreaterThan(mean(many));
  });

  it('says what change later comparisons find, less with more runs', () => {
    const [first] = noise(noiseFixture()).floors;
    const changes = first?.detectable.map(({ change }) => change) ?? [];
    expect(changes).toHaveLength(4);
    expect([...changes].sort((a, b) => b - a)).toEqual(changes);
  });

  it('has no floor from two pairs, and says so', () => {
    const { sentences, floors } = noise(noiseFixture({ runs: 2 }));
    expect(floors.every(({ noise: { floor: size } }) => size === null)).toBe(true);
    expect(sentences[0]).toContain('too few runs for a noise floor');
  });
});
