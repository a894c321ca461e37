import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LabError } from '../errors';
import { spawnLab } from '../runtime/native/processes';
import energy from '../statistics/fixtures/energy-statistics.json';
import raytracer from '../statistics/fixtures/usl-raytracer.json';
import specsdm91 from '../statistics/fixtures/usl-specsdm91.json';
import { expectInside, expectNear, expectWithin } from '../statistics/fixtures/within';
import { register } from './analyse';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lab-analyse-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.restoreAllMocks();
});

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** What the command prints on stdout. */
async function lab(...args: string[]): Promise<string> {
  let printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += text;
    return true;
  });
  const program = new Command('lab').exitOverride().configureOutput({ writeErr: () => {} });
  register(program);
  await program.parseAsync(['analyse', ...args], { from: 'user' });
  return printed;
}

const json = async (...args: string[]) => JSON.parse(await lab(...args, '--json'));

const pairs = ({ n, x }: { n: number[]; x: number[] }): string =>
  `n,x\n${n.map((level, i) => `${level},${x[i]}`).join('\n')}\n`;
const column = (values: readonly number[]): string => `value\n${values.join('\n')}\n`;

describe('lab analyse usl', () => {
  it('prints the documented fields', async () => {
    const result = await json('usl', file('a.csv', pairs(specsdm91.data)), '--predict', '96,128');
    const { computed, n_peak_ci95_bootstrap: peak } = specsdm91.expected;
    for (const name of ['alpha', 'beta', 'gamma'] as const) {
      expectWithin(result[name], computed[name], 1e-4);
      const [low, high] = computed.ci95_student_t[name] as [number, number];
      expectNear(result.intervals[name][0], low, 0.01 * (high - low));
      expectNear(result.intervals[name][1], high, 0.01 * (high - low));
    }
    expectWithin(result.peak.n, computed.n_peak, 1e-4);
    expect(result.peak.claimed).toBe(true);
    expect(result.peak.why).toContain('excludes 0');
    expectInside(result.intervals.peakN[0], peak.accept_lower);
    expectInside(result.intervals.peakN[1], peak.accept_upper);
    expectWithin(result.limit, computed.limit_gamma_over_alpha, 1e-4);
    expectWithin(result.residualStandardError, computed.residual_standard_error_df_n_minus_3, 1e-4);
    expect(result.predictions.map(({ n }: { n: number }) => n)).toEqual([96, 128]);
    expect(result.warnings.join()).toContain('the delta method gives');
  });

  it('says in words what it may not claim', async () => {
    const text = await lab('usl', file('a.csv', pairs(raytracer.data.full)), '--predict', '96');
    expect(text).toContain('Peak: none is claimed: coherency is 0');
    expect(text).toMatch(/Prediction at n = 96: 323\.3 \(\d/);
    expect(text).toContain('Warning: beta reached its bound 0');
    expect(text).toContain('Contention limits it');
  });

  it.each([
    ['n,x\n1,20\n2,abc\n', ':3: x is "abc"'],
    ['n,x\n1,20\n2,30\n4,50\n', 'needs 4 observations on 3 levels of n, got 3 on 3'],
    ['users,x\n1,20\n', 'column "n" is missing'],
  ])('refuses %j with exit code 2', async (content, message) => {
    const path = file('bad.csv', content);
    const error = await lab('usl', path).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LabError);
    expect(error).toMatchObject({ exitCode: 2 });
    expect((error as LabError).message).toContain(message);
    expect((error as LabError).message).toContain(path);
  });
});

describe('lab analyse compare', () => {
  const a = column([101.8, 99.2, 100.7, 98.4, 102.9, 100.1, 99.6, 101.2, 97.9, 100.3]);
  const b = column([131.1, 128.2, 132.9, 129.4, 133.8, 128.9, 131.6, 126.9, 130.3, 132]);

  it('prints the documented fields', async () => {
    const result = await json('compare', file('a.csv', a), file('b.csv', b));
    expect(result).toMatchObject({ verdict: 'b-faster', margin: 0.05, n: { a: 10, b: 10 } });
    expectInside(result.ratio, result.interval);
    expect(result.cliffsDelta).toBe(1);
    expect(result.warnings.join()).toContain('No noise floor');
  });

  it.each([
    [['--better', 'lower'], 'a-faster'],
    [['--margin', '50%'], 'equivalent'],
    [['--margin', '0.5'], 'equivalent'],
    [['--margin', '50'], 'equivalent'],
    [['--margin', '1%'], 'b-faster'],
  ])('with %j is %s', async (options, verdict) => {
    const result = await json('compare', file('a.csv', a), file('b.csv', b), ...options);
    expect(result.verdict).toBe(verdict);
  });

  it('pairs by block', async () => {
    const blocks = (factor: number) =>
      `block,value\n${[1, 5, 2, 9].flatMap((level, i) => [`b${i},${level * factor}`, `b${i},${level * factor * (1.01 + i / 1000)}`]).join('\n')}`;
    const result = await json('compare', file('a.csv', blocks(10)), file('b.csv', blocks(13)));
    expect(result).toMatchObject({ method: 't on block contrasts', verdict: 'b-faster' });
    expectNear(result.ratio, 1.3, 1e-9);
  });

  it('prints the doubt beside the verdict', async () => {
    const text = await lab(
      'compare',
      file('a.csv', column([1, 2, 3])),
      file('b.csv', column([2, 3, 4])),
    );
    expect(text).toContain('These runs detect no difference. (higher is better, margin 5 %)');
    expect(text).toContain('Warning: Indicative only: 3 and 3 runs');
  });

  it('refuses a value without a logarithm, naming its line', async () => {
    const error = await lab('compare', file('a.csv', a), file('b.csv', column([1, -2]))).catch(
      (e) => e,
    );
    expect(error.message).toContain('b.csv:3: value is "-2", but must be above 0');
  });
});

describe('lab analyse search', () => {
  const goal = {
    name: 'slo',
    initialTrialDurationSeconds: 5,
    finalTrialDurationSeconds: 15,
    durationSumSeconds: 15,
    lossRatio: 0.01,
    exceedRatio: 0.5,
    relativeWidth: 0.05,
  };
  const trial = (load: number, lossRatio: number) => ({ load, durationSeconds: 15, lossRatio });
  const search = (goals: unknown, trials: unknown) => [
    'search',
    '--goals',
    file('goals.json', JSON.stringify(goals)),
    '--trials',
    file('trials.json', JSON.stringify(trials)),
  ];

  it('prints an object a goal, in the order given', async () => {
    const strict = { ...goal, name: 'strict', lossRatio: 0 };
    const trials = [trial(200, 0.5), trial(100, 0.001), trial(150, 0.01), trial(50, 0)];
    const [loose, tight] = await json(...search([goal, strict], trials));
    expect(loose).toMatchObject({
      name: 'slo',
      loads: [
        { load: 50, classification: 'lower' },
        { load: 100, classification: 'lower' },
        { load: 150, classification: 'lower' },
        { load: 200, classification: 'upper' },
      ],
      relevantLowerBound: 150,
      relevantUpperBound: 200,
      conditionalThroughput: 148.5,
    });
    expect(tight).toMatchObject({
      name: 'strict',
      relevantLowerBound: 50,
      relevantUpperBound: 100,
    });
  });

  it('prints null for a bound that does not exist, and why', async () => {
    const [result] = await json(...search([goal], [trial(100, 0)]));
    expect(result).toMatchObject({ relevantUpperBound: null, conditionalThroughput: null });
    expect(result.warnings[0]).toContain('No load failed often enough');
    expect(await lab(...search([goal], [trial(100, 0)]))).toContain('upper bound none');
  });

  it.each([
    [[{ ...goal, lossRatio: 'low' }], [], '[0][lossRatio]'],
    [[{ ...goal, exceedRatio: 1 }], [], 'exceedRatio must be from 0 to below 1'],
    [[goal], [{ load: 1 }], '[0][durationSeconds]'],
    [[goal], [trial(-1, 0)], 'positive load'],
    [[], [], 'goals.json'],
  ])('refuses %j and %j', async (goals, trials, message) => {
    const error = await lab(...search(goals, trials)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ exitCode: 2 });
    expect((error as LabError).message).toContain(message);
  });
});

describe('lab analyse changes', () => {
  const { step, two_steps_with_outlier } = energy.data.e_divisive_series;

  it('prints the changes of each series', async () => {
    const rows = [
      ...step.map((value, i) => `${value},a,r${i}`),
      ...two_steps_with_outlier.map((value, i) => `${value},b,r${i}`),
    ];
    const result = await json('changes', file('h.csv', `value,series,label\n${rows.join('\n')}`));
    expect(result.map(({ series }: { series: string }) => series)).toEqual(['a', 'b']);
    expect(result[0].changes).toMatchObject([
      { index: 15, before: 50, after: 100, effect: 1, label: 'r15' },
    ]);
    expect(result[0].changes[0].p).toBeLessThan(0.01);
    expect(result[1].changes.map(({ index }: { index: number }) => index)).toEqual([15, 30]);
  });

  it('names a single series after its file, and says when nothing changed', async () => {
    expect(await lab('changes', file('night.csv', column(Array(8).fill(1))))).toBe(
      'night: no change.\n',
    );
    const text = await lab('changes', file('night.csv', column(step)));
    expect(text).toContain('night:');
    expect(text).toMatch(/15 +50 +100 +\+100 %/);
  });

  it('says that there are too few values, instead of no change', async () => {
    const path = file('night.csv', column([1, 1, 1, 9, 9, 9, 9]));
    expect(await lab('changes', path)).toBe(
      'night:\nWarning: Too few values to look for changes: 7, and 8 are needed.\n',
    );
    expect(await json('changes', path)).toEqual([
      {
        series: 'night',
        changes: [],
        trends: [],
        warnings: [expect.stringContaining('Too few values')],
      },
    ]);
  });

  it('calls a drift a drift, and a cycle a cycle', async () => {
    const drift = file('leak.csv', column(Array.from({ length: 60 }, (_, t) => 100 + t / 5)));
    expect(await lab('changes', drift)).toBe(
      'leak:\nA drift, not a step: 100 to 111.8 (+11.8 %) over values 0 to 59 (from 0).\n',
    );
    const wave = Array.from({ length: 80 }, (_, t) => 100 + 6 * Math.sin((Math.PI * t) / 40));
    const [{ changes, trends }] = await json('changes', file('day.csv', column(wave)));
    expect(changes).toEqual([]);
    expect(trends).toMatchObject([{ shape: 'cycle', from: 0, to: 80 }]);
    expectNear(trends[0].low, 94, 1);
    expectNear(trends[0].high, 106, 1);
  });

  it('reads standard input, as a file that is named -', async () => {
    const input = column(step);
    const { exitCode, stdout } = await spawnLab(['analyse', 'changes', '-'], {
      ...{ stdin: 'pipe', input },
    });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^stdin:\n.*\n +15 +50 +100/);
    const error = await lab('compare', '-', '-').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ exitCode: 2 });
    expect((error as LabError).message).toContain('Give a file for one of them');
  }, 60_000);

  it('asks for the least effect', async () => {
    const small = step.map((value) => 1000 + value / 10);
    expect(await lab('changes', file('a.csv', column(small)))).toContain('no change');
    expect(await lab('changes', file('a.csv', column(small)), '--min-effect', '0.1%')).toContain(
      '15',
    );
  });

  it('refuses rows that are out of order', async () => {
    const rows = 'value,time\n1,2026-01-02\n2,2026-01-01\n';
    const error = await lab('changes', file('a.csv', rows)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ exitCode: 2 });
    expect((error as LabError).message).toContain(':3: time "2026-01-01" is before');
  });

  it('says where it cannot tell the order of the rows', async () => {
    const rows = step.map(
      (value, i) => `${String((i % 28) + 1).padStart(2, '0')}/01/2026,${value}`,
    );
    const path = file('a.csv', `time,value\n${rows.join('\n')}`);
    expect(await lab('changes', path)).toContain('("01/01/2026") is read as text');
  });

  it('checks the order of each series by itself, of times from 0', async () => {
    const rows = step.flatMap((value, i) => [`${i},${value},a`, `${i},${value},b`]);
    const result = await json('changes', file('a.csv', `time,value,series\n${rows.join('\n')}`));
    expect(result).toMatchObject([
      { series: 'a', changes: [{ index: 15, time: '15' }], warnings: [] },
      { series: 'b', changes: [{ index: 15, time: '15' }], warnings: [] },
    ]);
  });

  it('refuses more series than the level can be divided by', async () => {
    const rows = Array.from({ length: 2000 }, (_, i) => `${i},s${i}`);
    const path = file('a.csv', `value,series\n${rows.join('\n')}`);
    const error = await lab('changes', path).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ exitCode: 2 });
    expect((error as LabError).message).toContain('Ask for p = 0.02 or more, or for fewer series');
  });
});
