// Sources: fixtures/usl-*.json (R package usl 3.0.3; Gunther 2007), tolerances as they state.
import { describe, expect, it } from 'vitest';
import { closedSystem } from '../../../bench/statistics/closed-system';
import { mean } from '../descriptive';
import exact from '../fixtures/usl-exact.json';
import raytracer from '../fixtures/usl-raytracer.json';
import specsdm91 from '../fixtures/usl-specsdm91.json';
import { expectInside, expectNear, expectWithin } from '../fixtures/within';
import { type PartialInterval, percentileInterval } from '../intervals';
import { seededRandom } from '../random';
import {
  fitUsl,
  kneeOf,
  limitOf,
  type Point,
  peakOf,
  throughputAt,
  type UslFit,
  type UslParameters,
} from './fit';
import { bootstrapUsl, parameterInterval, peakDeltaInterval } from './uncertainty';
import { analyseUsl } from './usl';

const zip = ({ n, x }: { n: number[]; x: number[] }): Point[] =>
  n.map((level, i) => ({ n: level, x: x[i] as number }));

const NAMES = ['alpha', 'beta', 'gamma'] as const;

interface ComputedFit {
  alpha: number;
  beta: number;
  gamma: number;
  rss: number;
  residual_standard_error_df_n_minus_3: number;
  standard_error: Record<(typeof NAMES)[number], number>;
  limit_gamma_over_alpha: number;
  n_opt_1_over_alpha: number;
  x_at_n_opt: number;
  fitted: number[];
  efficiency_x_over_n_gamma: number[];
  mean_residence_time_N_over_X_fitted: number[];
  n_peak: number | null;
  x_peak: number | null;
  ci95_student_t?: Record<(typeof NAMES)[number], number[]>;
  n_peak_ci95_delta_student_t?: number[];
}

function expectFit(fit: UslFit, points: readonly Point[], wanted: ComputedFit): void {
  for (const name of NAMES) {
    expectWithin(fit[name], wanted[name], 1e-4, name);
    expectWithin(fit.standardErrors[name], wanted.standard_error[name], 1e-3, `se ${name}`);
  }
  expectWithin(fit.sumOfSquares, wanted.rss, 1e-6, 'rss');
  expectWithin(fit.residualStandardError, wanted.residual_standard_error_df_n_minus_3, 1e-4);
  expectWithin(limitOf(fit), wanted.limit_gamma_over_alpha, 1e-4, 'limit');
  expectWithin(kneeOf(fit)?.n, wanted.n_opt_1_over_alpha, 1e-4, 'knee');
  expectWithin(kneeOf(fit)?.x, wanted.x_at_n_opt, 1e-4, 'x at knee');
  for (const [i, { n }] of points.entries()) {
    expectWithin(throughputAt(fit, n), wanted.fitted[i] as number, 1e-4);
  }
  if (wanted.n_peak === null) expect(peakOf(fit)).toBeNull();
  else {
    expectWithin(peakOf(fit)?.n, wanted.n_peak, 1e-4, 'peak n');
    expectWithin(peakOf(fit)?.x, wanted.x_peak as number, 1e-4, 'peak x');
  }
  for (const name of NAMES) {
    const interval = wanted.ci95_student_t?.[name];
    if (interval) expectInterval(parameterInterval(fit, name), interval);
  }
  if (wanted.n_peak_ci95_delta_student_t) {
    expectInterval(peakDeltaInterval(fit), wanted.n_peak_ci95_delta_student_t);
  }
}

/** "Intervals within 1 % of their width." */
function expectInterval(
  actual: readonly (number | null)[] | null,
  wanted: readonly number[],
): void {
  const [low, high] = wanted as [number, number];
  expectNear(actual?.[0], low, 0.01 * (high - low));
  expectNear(actual?.[1], high, 0.01 * (high - low));
}

describe('SPEC SDM91 on 16 processors, a real peak', () => {
  const points = zip(specsdm91.data);
  const { expected } = specsdm91;
  const fit = fitUsl(points);
  const analysis = analyseUsl(points, { predict: [96, 128] });

  it('reproduces parameters, errors, intervals, peak, knee and limit', () => {
    expectFit(fit, points, expected.computed);
    expectNear(limitOf(fit), expected.published.limit, 0.0005);
    expectNear(peakOf(fit)?.n, expected.published.n_peak, 0.000005);
  });

  it('answers what-if questions with the parameters changed', () => {
    const lower = { ...fit, beta: 0.00005 };
    expectWithin(peakOf(lower)?.n, expected.what_if_beta_0_00005.computed.n_peak, 1e-4);
    expectWithin(peakOf(lower)?.x, expected.what_if_beta_0_00005.computed.x_peak, 1e-4);
    const both = { ...fit, alpha: 0.001, beta: 0.00001 };
    const wanted = expected.what_if_alpha_0_001_beta_0_00001.computed;
    expectWithin(peakOf(both)?.n, wanted.n_peak, 1e-4);
    expectWithin(limitOf(both), wanted.limit, 1e-4);
    expectWithin(kneeOf(both)?.n, wanted.n_opt, 1e-12);
  });

  it('gives the peak a bootstrap interval that no seed moves out of the accepted range', () => {
    for (const seed of [1, 2]) {
      const { peakN } = analyseUsl(points, { seed }).intervals;
      expectInside(peakN[0], expected.n_peak_ci95_bootstrap.accept_lower);
      expectInside(peakN[1], expected.n_peak_ci95_bootstrap.accept_upper);
    }
  });

  it('claims the peak, and repeats itself for a seed', () => {
    expect(analysis.peak.claimed).toBe(expected.peak_claim.claim_peak);
    expect(analysis.levels).toBe(expected.peak_claim.levels);
    expect(analyseUsl(points, { predict: [96, 128] })).toEqual(analysis);
    expect(analysis.limitedBy.factor).toBe('contention');
    expect(analysis.warnings.join(' ')).toContain('the delta method gives 71.57 to 121.5');
    expect(analysis.peak.why).toContain('falls by 8 % beyond its best level');
  });

  it('says where the curve misses what was measured', () => {
    expect(analysis.warnings).toContain('At n = 1 the curve lies 39 % above what was measured.');
  });
});

describe('BRL-CAD ray tracing on 64 processors, no peak', () => {
  const points = zip(raytracer.data.full);
  const { computed } = raytracer.expected.full;
  const fit = fitUsl(points);
  const analysis = analyseUsl(points, { predict: computed.predict.n });

  it('sets coherency to exactly 0 and refits the rest', () => {
    expect(fit.beta).toBe(0);
    expect(fit.atBound).toEqual(['beta']);
    expectFit(fit, points, computed);
  });

  it('gives the two free parameters the intervals of a two-parameter fit', () => {
    const wanted = computed.two_parameter_refit;
    expectWithin(fit.free.residualStandardError, wanted.residual_standard_error_df_n_minus_2, 1e-6);
    for (const name of ['alpha', 'gamma'] as const) {
      expectWithin(fit.free.standardErrors[name], wanted.standard_error[name], 1e-3);
      expectInterval(analysis.intervals[name], wanted.ci95_student_t[name]);
    }
    expect(analysis.intervals.beta[0]).toBe(0);
  });

  it('forecasts 96 and 128 processors and calls it an extrapolation', () => {
    for (const [i, { x, interval }] of analysis.predictions.entries()) {
      expectNear(x, computed.predict.x[i] as number, 0.1);
      expect(interval[0]).toBeLessThan(x);
      expect(interval[1]).toBeGreaterThan(x);
    }
    expect(analysis.warnings.join(' ')).toContain('n = 96, 128 lies beyond');
  });

  it('names many levels beyond what was tested by the first and the last of them', () => {
    const predict = Array.from({ length: 5 }, (_, index) => 64 * 1.1 ** (index + 1));
    const { warnings } = analyseUsl(points, { seed: 1, predict });
    expect(warnings.join(' ')).toContain('n = 70.4 to 103.1 lies beyond');
  });

  it('has no peak, and says why it has none', () => {
    expect(analysis.peak).toMatchObject({ n: null, x: null, claimed: false });
    expect(analysis.peak.why).toContain('coherency is 0');
    expect(analysis.intervals.peakN).toEqual([null, null]);
    expect(analysis.warnings.join(' ')).toContain('The peak has no interval');
  });
});

describe('the first six points of ray tracing, a peak outside the tested range', () => {
  const points = zip(raytracer.data.first_six);

  it('reproduces the fit, with the two-sided interval rather than the published one', () => {
    expectFit(fitUsl(points), points, raytracer.expected.first_six.computed);
  });

  it('does not claim the peak', () => {
    const { peak, warnings } = analyseUsl(points);
    expect(peak.claimed).toBe(raytracer.expected.first_six.peak_claim.claim_peak);
    expect(peak.why).toContain('beyond the largest tested n = 20');
    expect(warnings.join(' ')).toContain('interval of alpha contains 0');
  });
});

describe('a throughput that only falls', () => {
  it('has a peak below the tested range, which is not claimed', () => {
    const workersOnOneCore = { n: [1, 2, 3, 4, 6, 8], x: [541, 547, 490, 480, 451, 417] };
    const { peak, intervals } = analyseUsl(zip(workersOnOneCore));
    expect(intervals.beta[0]).toBeGreaterThan(0);
    expect(peak.n).toBeLessThan(1);
    expect(peak.claimed).toBe(false);
    expect(peak.why).toContain('below the smallest tested n = 1');
  });

  it('has no peak where contention is 1, and does not blame coherency', () => {
    const n = [1, 2, 4, 8, 16, 32, 64];
    const x = n.map((one) => (500 * one) / (1 + 1.02 * (one - 1) + 0.001 * one * (one - 1)));
    const { alpha, beta, peak, warnings } = analyseUsl(zip({ n, x }));
    expect(alpha).toBe(1);
    expect(beta).toBeGreaterThan(0);
    expect(peak).toMatchObject({ n: null, claimed: false });
    expect(peak.why).toContain('contention is 1');
    expect(warnings.join(' ')).toContain('The peak has no interval: contention is 1');
  });
});

describe('a throughput that only stops growing', () => {
  /** A closed queue: c servers of one second, users who think; product form, it never falls. */
  const queue = (servers: number, think: number) => (n: number) =>
    closedSystem(n, servers, 1, think).throughputRps;
  const shapes: [string, (n: number) => number][] = [
    ['two servers and thinking users', queue(2, 0.5)],
    ['four servers and thinking users', queue(4, 1)],
    ['eight servers', queue(8, 0)],
    ['a flat ceiling', (n) => Math.min(n, 6)],
  ];

  it('has no peak, although coherency seems to be above 0', () => {
    const ceiling = zip({ n: [1, 2, 4, 6, 8, 10], x: [100, 200, 400, 600, 600, 600] });
    const { intervals, peak } = analyseUsl(ceiling);
    expect(intervals.beta[0]).toBeGreaterThan(0);
    expect(peak.claimed).toBe(false);
    expect(peak.why).toContain('does not clearly fall');
  });

  it.each(shapes)('claims none for %s, whether noise is 1, 3 or 6 percent', (_, throughput) => {
    for (const noise of [0.01, 0.03, 0.06]) {
      for (let seed = 1; seed <= 10; seed += 1) {
        const random = seededRandom(seed);
        const points = threeRounds((n) => throughput(n) * (1 + noise * random.normal()));
        expect(analyseUsl(points, { resamples: 20 }).peak.claimed).toBe(false);
      }
    }
  });

  it('still finds a fall of 15 % per doubling beyond 16 users', () => {
    const falling = (n: number) => queue(4, 1)(n) * (1 - 0.15 * Math.max(0, Math.log2(n / 16)));
    for (let seed = 1; seed <= 10; seed += 1) {
      const random = seededRandom(seed);
      const points = threeRounds((n) => falling(n) * (1 + 0.03 * random.normal()));
      expect(analyseUsl(points, { resamples: 200 }).peak.claimed).toBe(true);
    }
  });
});

describe('what a fit must not leave unsaid', () => {
  it('gives no knee beyond the fitted peak, or beyond the largest tested level', () => {
    const beyondThePeak = { n: [1, 2, 4, 8, 12, 16], x: [60, 120, 220, 400, 440, 490] };
    const { knee, peak, warnings, limitedBy, intervals } = analyseUsl(zip(beyondThePeak));
    expect(peak.n).toBeCloseTo(16.68, 1);
    expect(knee).toBeNull();
    expect(warnings.join(' ')).toContain('1 / alpha = 81.18 lies beyond the fitted peak');
    expect(limitedBy.words).toContain('the interval of');
    expect(intervals.limit[1]).toBeNull();
    const straight = [1, 2, 4, 8, 16, 32].map((n) => ({ n, x: (10 * n) / (1 + 0.004 * (n - 1)) }));
    expect(analyseUsl(straight).warnings.join(' ')).toContain('beyond the largest tested n = 32');
  });

  it('keeps every interval within the law', () => {
    const four = zip({ n: [1, 2, 3, 4], x: [100, 120, 210, 190] });
    const { alpha, beta, gamma } = analyseUsl(four).intervals;
    expect(alpha[0]).toBeGreaterThanOrEqual(0);
    expect(alpha[1]).toBeLessThanOrEqual(1);
    expect(beta[0]).toBeGreaterThanOrEqual(0);
    expect(gamma[0]).toBeGreaterThanOrEqual(0);
  });

  it('finds lack of fit by the repeats, and neighbours on one side of the curve', () => {
    const random = seededRandom(3);
    const points = threeRounds((n) => Math.min(n, 6) * (1 + 0.01 * random.normal()));
    expect(analyseUsl(points).warnings.join(' ')).toContain('The law does not fit');
    const n = Array.from({ length: 20 }, (_, i) => i + 1);
    const sharp = n.map((level) => ({ n: level, x: Math.min(level, 8) }));
    expect(analyseUsl(sharp).warnings.join(' ')).toContain('on the same side of the curve');
  });

  it('finds a machine that slows down while the levels are measured in a drawn order', () => {
    const random = seededRandom(5);
    const law = { alpha: 0.05, beta: 0.0005, gamma: 100 };
    const drifting = (drift: number) => {
      let done = 0;
      return threeRounds((n) => {
        done += 1;
        return throughputAt(law, n) * (1 - drift * done) * (1 + 0.005 * random.normal());
      });
    };
    expect(analyseUsl(drifting(0.01)).warnings.join(' ')).toContain('follow the order of the rows');
    expect(analyseUsl(drifting(0)).warnings.join(' ')).not.toContain('order of the rows');
  });

  it('warns of few observations where a parameter is at its bound, too', () => {
    const n = [1, 2, 4, 8, 16, 32];
    const x = n.map((one) => (500 * one) / (1 + 0.001 * one * one));
    expect(analyseUsl(zip({ n, x })).warnings.join(' ')).toContain('too narrow with 6');
  });
});

/** Three rounds over the default levels of `lab scale --by users`, as they are measured. */
function threeRounds(measure: (n: number) => number): Point[] {
  const rounds = [
    [8, 1, 64, 2, 32, 16, 4],
    [2, 32, 1, 16, 4, 64, 8],
    [64, 4, 16, 8, 1, 2, 32],
  ];
  return rounds.flat().map((n) => ({ n, x: measure(n) }));
}

describe('noise-free data', () => {
  it('returns the generating parameters from figures rounded to four decimals', () => {
    const fit = fitUsl(zip(exact.data));
    expectNear(fit.alpha, 0.02, 1e-5);
    expectNear(fit.beta, 0.02, 1e-5);
    expectNear(fit.gamma, 1, 1e-5);
    expectNear(peakOf(fit)?.n, 7, 1e-3);
    expect(analyseUsl(zip(exact.data)).peak.claimed).toBe(exact.expected.peak_claim.claim_peak);
  });

  it('returns them to 1e-6 from the unrounded figures', () => {
    const fit = fitUsl(zip({ n: exact.data.n, x: exact.data.x_unrounded }));
    const wanted = exact.expected.on_unrounded_data;
    expectWithin(fit.alpha, wanted.alpha, 1e-6);
    expectWithin(fit.beta, wanted.beta, 1e-6);
    expectWithin(fit.gamma, wanted.gamma, 1e-6);
    expectWithin(peakOf(fit)?.n, wanted.n_peak, 1e-6);
    expectWithin(peakOf(fit)?.x, wanted.x_peak, 1e-6);
    expectWithin(limitOf(fit), wanted.limit, 1e-6);
  });
});

describe('the fit on generated curves', () => {
  it('finds alpha, beta and gamma again over six decades of scale, repeats and fractions included', () => {
    const random = seededRandom(11);
    for (let i = 0; i < 60; i += 1) {
      const truth = {
        alpha: random.uniform() ** 2 * 0.9,
        beta: 10 ** (-6 + 4 * random.uniform()),
        gamma: 10 ** (-2 + 6 * random.uniform()),
      };
      const levels = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 64];
      const fit = fitUsl(levels.map((n) => ({ n, x: throughputAt(truth, n) })));
      for (const name of NAMES) expectWithin(fit[name], truth[name], 2e-5, name);
    }
  });

  it('sets contention to exactly 0 on data that scale better than the line', () => {
    const levels = [1, 2, 4, 8, 16, 32];
    const fit = fitUsl(levels.map((n) => ({ n, x: n ** 1.05 })));
    expect(fit).toMatchObject({ alpha: 0, beta: 0, atBound: ['alpha', 'beta'] });
    const analysis = analyseUsl(levels.map((n) => ({ n, x: n ** 1.05 })));
    expect(analysis).toMatchObject({ limit: null, knee: null });
    expect(analysis.limitedBy.factor).toBe('nothing');
    expect(analysis.warnings.join(' ')).toContain('There is no limit');
  });

  it('names coherency when pairs, not queues, eat the throughput', () => {
    const truth = { alpha: 0.001, beta: 0.01, gamma: 50 };
    const levels = [1, 2, 4, 8, 16, 32];
    const points = levels.map((n) => ({ n, x: throughputAt(truth, n) * (1 + 1e-4 * (n % 3)) }));
    expect(analyseUsl(points).limitedBy).toMatchObject({ factor: 'coherency' });
  });

  it('does not claim a peak from five levels', () => {
    const points = zip(specsdm91.data).slice(2);
    expect(analyseUsl(points).peak).toMatchObject({ claimed: false });
    expect(analyseUsl(points).peak.why).toContain('5 levels');
  });

  it('refuses too few observations, too few levels and figures that are not positive', () => {
    const three = zip(specsdm91.data).slice(0, 3);
    expect(() => fitUsl(three)).toThrow('needs 4 observations on 3 levels of n, got 3 on 3');
    expect(() => fitUsl([...three.slice(0, 2), ...three.slice(0, 2)])).toThrow('got 4 on 2');
    expect(() => fitUsl([...three, { n: 4, x: 0 }])).toThrow('observation 3 must have');
    expect(() => analyseUsl(zip(specsdm91.data), { predict: [0] })).toThrow('n > 0');
  });
});

describe('levels that share a process', () => {
  const truth = { alpha: 0.05, beta: 0.002, gamma: 100 };
  const levels = [1, 2, 4, 8, 16, 32, 64];
  /** Six processes that differ by 15 %, and each level by 2 % from its own. */
  const measured = (seed: number) => {
    const random = seededRandom(seed);
    return Array.from({ length: 6 }, (_, process) => {
      const speed = Math.exp(0.15 * random.normal());
      return levels.map((n) => ({
        ...{ n, process },
        x: throughputAt(truth, n) * speed * Math.exp(0.02 * random.normal()),
      }));
    }).flat();
  };
  const processesOf = (points: readonly { process: number }[], isTold: boolean) =>
    isTold ? points.map(({ process }) => process) : undefined;
  const seeds = Array.from({ length: 100 }, (_, seed) => seed);
  const shareHolding = (interval: (seed: number) => PartialInterval | null, value: number) =>
    mean(
      seeds.map((seed) => {
        const [low, high] = interval(seed) ?? [Number.NaN, Number.NaN];
        return (low ?? 0) <= value && value <= (high ?? Number.POSITIVE_INFINITY) ? 1 : 0;
      }),
    );

  it('give an interval of gamma that holds the truth nineteen times in twenty', () => {
    const gamma = (seed: number) => {
      const points = measured(seed);
      return parameterInterval(fitUsl(points, processesOf(points, true)), 'gamma');
    };
    expectInside(shareHolding(gamma, truth.gamma), [0.89, 0.99]);
  });

  it('give a band of the curve that does so, where points that were independent would give half of it', () => {
    const band = (isTold: boolean) => (seed: number) => {
      const points = measured(seed);
      const processes = processesOf(points, isTold);
      const fit = fitUsl(points, processes);
      const given = processes ? { processes } : {};
      const refits = bootstrapUsl(points, fit, seededRandom(seed), 100, given);
      return percentileInterval(refits.map((refit) => throughputAt(refit, 8)));
    };
    expectInside(shareHolding(band(true), throughputAt(truth, 8)), [0.89, 1]);
    expect(shareHolding(band(false), throughputAt(truth, 8))).toBeLessThan(0.75);
  });

  it('are no machine that changed: their processes differ', () => {
    const points = measured(1);
    const changed = (isTold: boolean) => {
      const processes = processesOf(points, isTold);
      const { warnings } = analyseUsl(points, { resamples: 20, ...(processes && { processes }) });
      return warnings.filter((warning) => warning.includes('the machine may have changed'));
    };
    expect(changed(false)).toHaveLength(1);
    expect(changed(true)).toEqual([]);
  });
});

describe('what limits parts of one core', () => {
  const of = (levels: number[], truth: UslParameters) =>
    analyseUsl(levels.map((n) => ({ n, x: throughputAt(truth, n) * (1 + 1e-4 * (n % 0.07)) })))
      .limitedBy;
  const quotas = [0.11, 0.18, 0.3, 0.41, 0.56, 0.75];

  it('is found against the smallest part, where no level is a whole', () => {
    const { factor, words } = of(quotas, { alpha: 0.8, beta: 0, gamma: 500 });
    expect(factor).toBe('contention');
    expect(words).toContain(
      'at n = 0.75, 64 % of the ideal, growth in proportion to n = 0.11, is lost, 100 % of that to contention',
    );
  });

  it('is nothing where each part gives as much', () => {
    expect(of(quotas, { alpha: 0.01, beta: 0, gamma: 500 }).factor).toBe('nothing');
  });

  it('is found against one where levels are whole', () => {
    expect(of([2, 4, 8, 16, 32, 64], { alpha: 0.1, beta: 0, gamma: 500 }).words).toContain(
      'at n = 64, 86 % of the ideal is lost',
    );
  });
});
